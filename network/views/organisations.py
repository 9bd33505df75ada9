"""Pages of the register of bodies."""

from django.urls import reverse

from conciliazione.kernel import access
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage

from ..enums import Nature
from ..filters import OrganisationFilter
from ..forms.organisations import NatureForm, OrganisationForm
from ..models import Membership, Network, Organisation, Seat
from ..services import organisations
from .acts import rete

HERE = ("Enti", "/rete/enti/")
FIELDS = tuple(name for name in OrganisationForm.base_fields if name != "is_distinct")


def _records(person):
    return Organisation.objects.visible_to(person)


class OrganisationList(ListPage):
    title = "Enti"
    permission = access.SIGNED_IN
    purpose = "Chi può aderire alla Rete, entrare in un'Alleanza o sedere in un organo. L'ASL ne conferma la natura."
    row_template = "network/organisation/_row.html"
    filterset_class = OrganisationFilter
    empty_text = "Il registro è vuoto. Gli enti li inserisce l'ufficio dell'ASL o la Regione."
    count_label = ("ente", "enti")
    default_order = "name"
    columns = (
        Column("name", "Ente", sort="search_name"),
        Column("kind", "Tipo", lambda row: row.get_kind_display(), sort="kind"),
        Column("nature", "Natura", lambda row: row.get_nature_display(), sort="nature"),
        Column("municipality", "Comune", sort="municipality"),
        Column("tax_code", "Codice fiscale"),
    )

    def rows(self):
        return _records(self.request.user)

    def primary_action(self):
        if access.can(self.request.user, "organisation.edit"):
            return "Inserisci un ente", reverse("network:organisation_create")
        return None

    def breadcrumbs(self):
        return rete()


class OrganisationDetail(DetailPage):
    template_name = "network/organisation/detail.html"
    permission = access.SIGNED_IN
    scope_object = None

    def records(self):
        return _records(self.request.user).select_related("nature_confirmed_by")

    def breadcrumbs(self):
        return rete(HERE)

    def next_step(self):
        if self.object.nature == Nature.UNCONFIRMED:
            return {
                "text": "Va confermato se l'ente è pubblico o privato: ne dipendono la composizione delle Alleanze e "
                "chi può esserne capofila (art. 9).",
                "who": "L'ufficio dell'ASL",
            }
        return None

    def get_context(self):
        person = self.request.user
        memberships = Membership.objects.visible_to(person).filter(organisation=self.object)
        return {
            "editable": access.can(person, "organisation.edit"),
            "memberships": memberships.select_related("network", "organisation"),
            "seats_here": Seat.objects.visible_to(person)
            .active()
            .filter(organisation=self.object)
            .select_related("person", "network", "organisation"),
            "leads": Network.objects.visible_to(person).filter(lead=self.object).first(),
        }


class OrganisationCreate(FormPage):
    permission = "organisation.edit"
    title = "Inserisci un ente"
    form_class = OrganisationForm
    submit_label = "Inserisci l'ente"
    success_message = "L'ente è nel registro. Ora confermane la natura."

    def breadcrumbs(self):
        return rete(HERE)

    def perform(self, form):
        return organisations.create(by=self.request.user, **form.cleaned_data)


class OrganisationEdit(FormPage):
    permission = "organisation.edit"
    scope_object = None
    title = "Modifica l'ente"
    form_class = OrganisationForm
    success_message = "I dati dell'ente sono aggiornati."

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    def initial(self):
        return {name: getattr(self.object, name) for name in FIELDS}

    def perform(self, form):
        data = dict(form.cleaned_data)
        renamed = data["name"] != self.object.name
        data["is_distinct"] = data["is_distinct"] or not renamed
        return organisations.update(self.object, by=self.request.user, **data)


class OrganisationNature(FormPage):
    permission = "organisation.edit"
    scope_object = None
    title = "Conferma la natura dell'ente"
    form_class = NatureForm
    submit_label = "Conferma"
    success_message = "La natura dell'ente è confermata."
    intro = "Dalla natura dipendono la composizione delle Alleanze e chi può esserne capofila (art. 9)."

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    def initial(self):
        return {"nature": self.object.nature, "size": self.object.size}

    def perform(self, form):
        return organisations.confirm_nature(self.object, by=self.request.user, **form.cleaned_data)
