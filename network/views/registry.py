"""The register of a network: its list, an entry, a letter registered by hand."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access, files
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.pages import Column, FormPage, ListPage, Page, PlainPage
from conciliazione.kernel.registry import annul, check_can_annul

from ..filters import RegistryFilter
from ..forms.registry import LetterForm
from ..models import Network
from ..queries.registry import letter_of, network_of, registry_in, registry_visible_to, with_copy
from ..services import registry
from .acts import rete


def _crumbs(network, *, below: bool = True):
    here = [("Protocollo", reverse("network:registry", args=[network.pk]))] if below else []
    return rete((str(network), network.get_absolute_url()), *here)


class _OfNetwork:
    def records(self):
        return Network.objects.visible_to(self.request.user).select_related("lead")


class RegistryList(_OfNetwork, ListPage):
    permission = "registry.view"
    purpose = (
        "Tutto ciò che entra ed esce formalmente, con un numero progressivo per anno, senza salti. Gli atti fatti nel "
        "portale prendono il numero da soli; la corrispondenza su carta e PEC la registri tu."
    )
    row_template = "network/registry/_row.html"
    filterset_class = RegistryFilter
    empty_text = "Nessun atto ha ancora preso un numero. Il primo lo prende la prossima convocazione, firma o lettera."
    count_label = ("registrazione", "registrazioni")
    default_order = "-at"
    columns = (
        Column("number", "Numero", str, sort="number"),
        Column("at", "Registrato", sort="at"),
        Column("direction", "Verso", lambda row: row.get_direction_display(), sort="direction"),
        Column("subject", "Oggetto", sort="subject"),
        Column("by", "Da", lambda row: str(row.by) if row.by else "Il portale"),
        Column("annulled", "Annullata", lambda row: row.annulled_reason or None),
    )

    def rows(self):
        return registry_in(self.object)

    def get_title(self):
        return f"Protocollo – {self.object.name}"

    def breadcrumbs(self):
        return _crumbs(self.object, below=False)

    def primary_action(self):
        return "Registra un documento", reverse("network:registry_letter", args=[self.object.pk])


class _OfEntry:
    permission = "registry.view"

    def records(self):
        return registry_visible_to(self.request.user)

    @cached_property
    def network(self):
        return network_of(self.object)

    @property
    def scope_object(self):
        return self.network

    @cached_property
    def letter(self):
        return letter_of(self.object)


class RegistryEntryPage(_OfEntry, PlainPage):
    template_name = "network/registry/detail.html"

    def get_title(self):
        return f"Protocollo n. {self.object}"

    def breadcrumbs(self):
        return _crumbs(self.network)

    def get_context(self):
        about = None if self.letter else self.object.about
        return {
            "letter": self.letter,
            "network": self.network,
            "about": about,
            "annuls": self.object.annulled_at is None and access.can(self.request.user, "registry.write", self.network),
            "about_url": about.get_absolute_url() if hasattr(about, "get_absolute_url") else "",
        }


class RegistryAnnul(_OfEntry, FormPage):
    """An entry made by mistake is annulled: it stays readable, with who did it and why."""

    permission = "registry.write"
    form_class = ReasonForm
    submit_label = "Annulla la registrazione"
    success_message = "La registrazione è annullata. Numero e contenuto restano nel protocollo."
    intro = (
        "Serve per ciò che è stato registrato per errore. Il numero non si riusa e ciò che era scritto resta "
        "leggibile, con chi ha annullato e perché (D.P.R. 445/2000, art. 54). Non si può tornare indietro."
    )

    def get_title(self):
        return f"Annulla la registrazione n. {self.object}"

    def breadcrumbs(self):
        return [*_crumbs(self.network), (f"n. {self.object}", reverse("network:registry_entry", args=[self.object.pk]))]

    def form_kwargs(self):
        return {"required": True}

    def possible(self):
        check_can_annul(self.object)

    def perform(self, form):
        return annul(self.object, reason=form.cleaned_data["reason"], by=self.request.user)

    def success_url(self, result):
        return reverse("network:registry_entry", args=[result.pk])


class RegistryFile(_OfEntry, Page):
    """The copy of a letter, as it was registered."""

    def records(self):
        return with_copy(super().records())

    def get(self, request, *args, **kwargs):
        return files.serve(request, self.letter.file, about=self.object)


class RegistryLetter(_OfNetwork, FormPage):
    permission = "registry.write"
    title = "Registra un documento"
    form_class = LetterForm
    submit_label = "Registra"
    success_message = "Il documento è registrato: ecco il suo numero."
    intro = "Per ciò che arriva o parte fuori dal portale. Una volta registrato non si cambia e non si cancella."

    def breadcrumbs(self):
        return _crumbs(self.object)

    def perform(self, form):
        data = dict(form.cleaned_data)
        upload = data.pop("file", None)
        return registry.register_letter(self.object, by=self.request.user, upload=upload, **data)
