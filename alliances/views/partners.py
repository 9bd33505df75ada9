"""The partners of an alliance and its lead."""

from conciliazione.kernel.forms import ReasonForm
from network.models import Organisation

from ..enums import AllianceStatus, PartnerKind
from ..forms.partners import AddPartnerForm, LeadForm, PartnerForm
from ..queries import lead_candidates, lead_of
from ..rules.relations import LEAD_DUTIES
from ..services import partners as services
from ..services.common import draft_for_change
from .common import AboutPartner, AllianceForm


class AddPartner(AllianceForm):
    title = "Aggiungi un partner"
    submit_label = "Aggiungi il partner"
    form_class = AddPartnerForm

    @property
    def intro(self):
        if self.object.status == AllianceStatus.CONSTITUTED:
            return (
                "L'accordo in vigore è aperto: il nuovo partner vi aderisce con la sua firma, gli altri non rifirmano."
            )
        return "Partecipano soggetti pubblici e privati (art. 9). Le persone dell'ente ricevono un avviso."

    def possible(self):
        services.check_may_join(self.object)

    def form_kwargs(self):
        return {"alliance": self.object}

    def initial(self):
        return {"kind": PartnerKind.FULL}

    def perform(self, form):
        given = form.cleaned_data | {"organisation": Organisation.objects.get(pk=form.cleaned_data["organisation"])}
        return services.add_partner(self.object, by=self.request.user, **given)

    success_message = "Partner aggiunto."


class EditPartner(AboutPartner):
    success_message = "Scheda del partner salvata."
    form_class = PartnerForm

    def get_title(self):
        return str(self.partner)

    def possible(self):
        draft_for_change(self.partner.alliance, "i partner")

    def initial(self):
        return {name: getattr(self.partner, name) for name in ("kind", "competences", "resources", "commitments")}

    def perform(self, form):
        return services.update_partner(self.partner, by=self.request.user, **form.cleaned_data)


class RemovePartner(AboutPartner):
    template_name = "alliances/partner/remove.html"
    form_class = ReasonForm

    @property
    def recedes(self) -> bool:
        constituted = self.partner.alliance.status == AllianceStatus.CONSTITUTED
        return constituted and not services.is_pending(self.partner)

    def get_title(self):
        return f"Registra il recesso di {self.partner}" if self.recedes else f"Togli {self.partner}"

    @property
    def submit_label(self):
        return "Registra il recesso" if self.recedes else "Togli il partner"

    def form_kwargs(self):
        return {"required": self.recedes}

    def possible(self):
        services.check_may_leave(self.partner)

    def perform(self, form):
        return services.remove_partner(self.partner, by=self.request.user, reason=form.cleaned_data["reason"])

    success_message = "Il partner non partecipa più all'Alleanza."

    def get_context(self):
        return {"partner": self.partner, "recedes": self.recedes}


class ChooseLead(AllianceForm):
    template_name = "alliances/partner/lead.html"
    title = "Scegli il capofila"
    submit_label = "Conferma il capofila"
    success_message = "Capofila indicato."
    form_class = LeadForm

    def possible(self):
        draft_for_change(self.object, "il capofila")

    def form_kwargs(self):
        return {"partners": [partner for partner, refusal in self.candidates]}

    @property
    def candidates(self):
        if not hasattr(self, "_candidates"):
            self._candidates = lead_candidates(self.object)
        return self._candidates

    def initial(self):
        return {"partner": lead_of(self.object)}

    def perform(self, form):
        return services.set_lead(
            form.cleaned_data["partner"],
            by=self.request.user,
            duties_accepted=form.cleaned_data["duties_accepted"],
        )

    def get_context(self):
        return {
            "duties": LEAD_DUTIES,
            "refused_candidates": [(partner, finding) for partner, finding in self.candidates if finding is not None],
            "later": self.object.status == AllianceStatus.CONSTITUTED,
        }
