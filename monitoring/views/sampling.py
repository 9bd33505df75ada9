"""The sample of self-declarations that the ASL verifies."""

from django.urls import reverse

from conciliazione.kernel import access
from conciliazione.kernel.pages import DetailPage, FormPage
from network.models import Network

from ..forms.finance import DeclarationForm, SampleForm
from ..models import DeclarationSample, ReportingWindow, SampledDeclaration
from ..services import sampling
from .base import Inside


class DrawSample(Inside, FormPage):
    permission = "finance.check"
    part = "financial_reports"
    title = "Estrai un campione di dichiarazioni"
    intro = (
        "Le spese attestate da una dichiarazione sostitutiva si verificano a campione: l'estrazione dipende solo dal "
        "seme, che resta scritto. Il campione di una finestra si estrae una volta."
    )
    submit_label = "Estrai il campione"
    form_class = SampleForm
    success_message = "Campione estratto: verifica ogni dichiarazione."

    def form_kwargs(self):
        mine = access.reach(self.request.user, "finance.check", network="pk")
        networks = Network.objects.filter(mine)
        windows = ReportingWindow.objects.filter(financial_reports__project__network__in=networks).distinct()
        return {"networks": networks, "windows": windows}

    def initial(self):
        networks = list(self.form_kwargs()["networks"][:2])
        return {"network": networks[0].pk} if len(networks) == 1 else {}

    def perform(self, form):
        return sampling.draw_sample(**form.cleaned_data, by=self.request.user)


class SamplePage(Inside, DetailPage):
    """The drawn declarations in their order, with seed and share: anyone can draw them again."""

    template_name = "monitoring/finance/sample.html"
    permission = "finance.check"
    part = "financial_reports"

    def records(self):
        return DeclarationSample.objects.visible_to(self.request.user).select_related("network", "window", "drawn_by")

    def get_context(self):
        rows = self.object.drawn.select_related(
            "item__report__project", "item__report__window", "item__partner__organisation"
        )
        return {
            "rows": list(rows),
            "again": sampling.drawn_again(self.object),
            "population": len(self.object.population),
        }


class VerifyDeclaration(Inside, FormPage):
    """What the ASL saw behind one declaration."""

    permission = "finance.check"
    part = "financial_reports"
    form_class = DeclarationForm
    submit_label = "Registra l'esito"
    success_message = "Esito registrato."

    def get_title(self):
        return f"Verifica la dichiarazione: {self.object}"

    def records(self):
        visible = DeclarationSample.objects.visible_to(self.request.user).values("pk")
        return SampledDeclaration.objects.filter(sample__in=visible).select_related(
            "sample__window", "item__report__project", "item__report__window"
        )

    def breadcrumbs(self):
        sample = self.object.sample
        return [*super().breadcrumbs(), (str(sample), reverse("monitoring:sample", args=[sample.pk]))]

    def initial(self):
        return {"outcome": self.object.outcome, "finding": self.object.finding}

    def possible(self):
        sampling.check_verify(self.object, self.request.user)

    def perform(self, form):
        return sampling.verify(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return result.sample.get_absolute_url()
