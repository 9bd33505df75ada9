"""Pages of the register of bodies."""

from django.urls import reverse

from conciliazione.kernel import access, exports, tables
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage
from conciliazione.kernel.templatetags.portal import day

from ..enums import PRIVATE_NATURES, Nature
from ..filters import OrganisationFilter
from ..forms.organisations import (
    CorrectRepresentativeForm,
    NatureForm,
    OrganisationForm,
    RepresentativeForm,
    SizeForm,
    SuccessionForm,
    VacateForm,
)
from ..models import Membership, Network, Organisation, Seat, Succession
from ..rules.register_import import EXPORTED, exported
from ..services import organisations, representatives, successions
from .acts import rete

HERE = ("Enti", "/rete/enti/")
FIELDS = ("name", "kind", "tax_code", "vat_number", "certified_email", "municipality", "address")


def _records(person):
    return Organisation.objects.visible_to(person)


def _name(row):
    ceased = row.ceased_on and f"Cessato il {day(row.ceased_on)}"
    return tables.opening(row, row.name, ceased, row.is_example and "Ente di esempio")


def _nature(row):
    return tables.state(row, "nature") if row.nature == Nature.UNCONFIRMED else tables.words(row, "nature")


class OrganisationList(ListPage):
    title = "Enti"
    permission = access.SIGNED_IN
    purpose = "Chi può aderire alla Rete, entrare in un'Alleanza o sedere in un organo. L'ASL ne conferma la natura."
    template_name = "network/organisation/list.html"
    filterset_class = OrganisationFilter
    empty_text = "Il registro è vuoto. Gli enti li inserisce l'ufficio dell'ASL o la Regione."
    count_label = ("ente", "enti")
    default_order = "name"
    columns = (
        Column("name", "Ente", sort="search_name", cell=_name),
        Column("kind", "Tipo", lambda row: tables.words(row, "kind"), sort="kind"),
        Column("nature", "Natura", lambda row: tables.words(row, "nature"), sort="nature", cell=_nature),
        Column("municipality", "Comune", sort="municipality"),
        Column("tax_code", "Codice fiscale"),
    )

    def rows(self):
        return _records(self.request.user)

    def sheet(self):
        """All that is registered, in the columns that an import takes back."""
        lines = (exported(body) for body in self.ordered_rows().iterator(chunk_size=500))
        return exports.Sheet.of_plain_rows(self.get_title(), EXPORTED, lines)

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
        return _records(self.request.user).select_related("nature_confirmed_by", "size_confirmed_by")

    def breadcrumbs(self):
        return rete(HERE)

    def next_step(self):
        if self.object.ceased_on is not None:
            return {"text": "L'ente è cessato: adesioni, Alleanze e incarichi sono passati a chi gli è succeduto."}
        if self.object.nature == Nature.UNCONFIRMED:
            return {
                "text": "Va confermato se l'ente è pubblico o privato: ne dipendono la composizione delle Alleanze e "
                "chi può esserne capofila (art. 9).",
                "who": "L'ufficio dell'ASL",
            }
        return None

    def get_context(self):
        person = self.request.user
        bodies = [self.object.pk, *self.object.successions.values_list("former", flat=True)]
        memberships = Membership.objects.visible_to(person).filter(organisation__in=bodies).order_by("-since", "-pk")
        return {
            "editable": access.can(person, "organisation.edit") and self.object.ceased_on is None,
            "succession": Succession.objects.filter(former=self.object).select_related("successor").first(),
            "successions": self.object.successions.select_related("former"),
            "representatives": self.object.representatives.select_related("recorded_by"),
            "memberships": memberships.select_related("network", "organisation"),
            "seats_here": Seat.objects.visible_to(person)
            .active()
            .filter(organisation=self.object)
            .select_related("person", "network", "organisation"),
            "leads": Network.objects.visible_to(person).filter(lead=self.object).first(),
        }


class _SeesTheLike(FormPage):
    """A form on a body that shows those already there, when it is refused because of them."""

    permission = "organisation.edit"
    template_name = "network/organisation/form.html"
    similar = ()

    def get_context(self):
        return {"similar": self.similar}

    def attempt(self, service, *args, **kwargs):
        """Call the service; if bodies that are there already stand in the way, keep them for the page."""
        try:
            return service(*args, **kwargs)
        except (organisations.LikelyDuplicate, organisations.AlreadyRegistered) as refused:
            self.similar = refused.similar
            raise


class OrganisationCreate(_SeesTheLike):
    permission = "organisation.edit"
    title = "Inserisci un ente"
    form_class = OrganisationForm
    submit_label = "Inserisci l'ente"
    success_message = "L'ente è nel registro. Ora confermane la natura."

    def breadcrumbs(self):
        return rete(HERE)

    def perform(self, form):
        return self.attempt(organisations.create, by=self.request.user, **form.cleaned_data)


class OrganisationEdit(_SeesTheLike):
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

    def form_kwargs(self):
        return {"is_new": False}

    def perform(self, form):
        data = form.cleaned_data
        same = all(data[name] == getattr(self.object, name) for name in ("name", "vat_number"))
        return self.attempt(organisations.update, self.object, by=self.request.user, is_distinct=same, **data)


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


class _AboutBody(FormPage):
    """A form on one body of the register, which goes back to its page."""

    permission = "organisation.edit"
    scope_object = None

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    def success_url(self, result):
        return self.object.get_absolute_url()


class OrganisationSize(_AboutBody):
    permission = "organisation.edit"
    title = "Conferma la dimensione dell'impresa"
    form_class = SizeForm
    submit_label = "Conferma"
    success_message = "La dimensione dell'impresa è confermata."
    intro = "Ne dipende la composizione delle Alleanze, dove il programma chiede micro o piccole imprese (art. 9)."

    def possible(self):
        if self.object.nature not in PRIVATE_NATURES:
            raise Refused("La dimensione vale per le imprese e gli altri soggetti privati: conferma prima la natura.")

    def initial(self):
        return {"size": self.object.size}

    def perform(self, form):
        return organisations.confirm_size(self.object, by=self.request.user, **form.cleaned_data)


class RepresentativeAppoint(_AboutBody):
    permission = "organisation.edit"
    title = "Registra il legale rappresentante"
    form_class = RepresentativeForm
    submit_label = "Registra"
    success_message = "Il legale rappresentante è registrato. Chi c'era prima resta nella storia."
    intro = "Ciò che ha firmato chi c'era prima resta com'è."

    def perform(self, form):
        return representatives.appoint(self.object, by=self.request.user, **form.cleaned_data)


class RepresentativeCorrect(_AboutBody):
    permission = "organisation.edit"
    title = "Correggi i dati del legale rappresentante"
    form_class = CorrectRepresentativeForm
    submit_label = "Correggi"
    success_message = "I dati sono corretti."
    intro = "Solo per un errore di scrittura: se la persona è cambiata, registra la nomina."

    def possible(self):
        if not self.object.representatives.filter(ends_on=None).exists():
            raise Refused("L'ente non ha un legale rappresentante in carica: registra la nomina.")

    def initial(self):
        present = self.object.representatives.filter(ends_on=None).first()
        return {name: getattr(present, name) for name in ("name", "office", "tax_code")} if present else {}

    def perform(self, form):
        return representatives.correct(self.object, by=self.request.user, **form.cleaned_data)


class RepresentativeVacate(_AboutBody):
    permission = "organisation.edit"
    title = "Termina l'incarico del legale rappresentante"
    form_class = VacateForm
    submit_label = "Termina l'incarico"
    success_message = "L'incarico è terminato: l'ente è senza legale rappresentante."
    intro = "Quando nessuno gli succede subito. Se c'è già chi gli succede, registra la nomina: basta quella."

    def possible(self):
        if not self.object.representatives.filter(ends_on=None).exists():
            raise Refused("L'ente non ha un legale rappresentante in carica.")

    def perform(self, form):
        return representatives.vacate(self.object, by=self.request.user, **form.cleaned_data)


class OrganisationSucceed(_AboutBody):
    """Another body stands in the place of this one."""

    permission = "organisation.edit"
    template_name = "network/organisation/succeed.html"
    title = "Registra chi succede all'ente"
    form_class = SuccessionForm
    submit_label = "Registra la successione"
    success_message = "La successione è registrata: adesioni, Alleanze e incarichi sono passati."

    def possible(self):
        if self.object.ceased_on is not None:
            raise Refused(f"{self.object.name} è già cessato: la sua successione è già registrata.")

    def form_kwargs(self):
        return {"former": self.object}

    def perform(self, form):
        data = dict(form.cleaned_data)
        return successions.succeed(self.object, data.pop("successor"), by=self.request.user, **data)
