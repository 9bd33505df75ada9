"""Pages of the indicators: an ASL proposes, the Regione agrees (art. 11.2)."""

from django.urls import reverse

from conciliazione.kernel import access, tables
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, MovePage

from ..enums import Dimension, IndicatorStatus
from ..filters import IndicatorFilter
from ..forms.indicators import CatalogueForm, IndicatorForm
from ..models import Indicator
from ..rules.breakdowns import categories
from ..rules.indicators import INDICATOR
from ..services import indicators
from .acts import rete

HERE = ("Indicatori", "/rete/indicatori/")


def _records(person):
    return Indicator.objects.visible_to(person).select_related(
        "programme", "numerator", "denominator", "replaces", "owner__alliance"
    )


def _name(row):
    version = row.version > 1 and f"Versione {row.version}"
    return tables.opening(row, f"{row.code} {row.name}", version, row.is_example and "Esempio")


def _unit(row):
    return tables.joined(row.unit, (row.breakdowns and tables.note(f"per {row.breakdown_words}")) or None)


class IndicatorList(ListPage):
    title = "Indicatori"
    permission = "indicator.view"
    purpose = "Con questi indicatori, concordati con la Regione, le ASL catalogano le azioni del territorio (art. 11)."
    filterset_class = IndicatorFilter
    empty_text = "Non ci sono ancora indicatori. Li propone un'ASL, li concorda la Regione."
    count_label = ("indicatore", "indicatori")
    default_order = "code"
    columns = (
        Column("code", "Indicatore", lambda row: f"{row.code} {row.name}", sort="code", cell=_name),
        Column("kind", "Tipo", lambda row: row.get_kind_display(), sort="kind"),
        Column("unit", "Unità", cell=_unit),
        Column("programme", "Programma", lambda row: row.programme.name, sort="programme__starts_on"),
        Column("status", "Stato", lambda row: row.get_status_display(), sort="status", cell=tables.state),
    )

    def rows(self):
        return _records(self.request.user)

    def primary_action(self):
        if access.can(self.request.user, "indicator.propose"):
            return "Proponi un indicatore", reverse("network:indicator_create")
        return None

    def breadcrumbs(self):
        return rete()


class IndicatorDetail(DetailPage):
    template_name = "network/indicator/detail.html"
    permission = "indicator.view"
    scope_object = None

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE)

    def get_offers(self):
        return offers(
            self.object,
            INDICATOR,
            self.request.user,
            url=lambda name: reverse("network:indicator_move", args=[self.object.pk, INDICATOR[name].slug]),
            checks={"leave": indicators.check_leave, "ask_again": indicators.check_own},
        )

    def next_step(self):
        if self.object.status == IndicatorStatus.PROPOSED:
            return {"text": "La Regione concorda l'indicatore, o lo ritira con la motivazione.", "who": "Regione"}
        if self.object.status == IndicatorStatus.AGREED:
            return {"text": "Le Alleanze lo indicano nelle proposte e ne rilevano i valori.", "who": "Alleanze e ASL"}
        if self.object.status == IndicatorStatus.ASKED:
            return {
                "text": "L'ASL lo concorda con l'Alleanza, o dice perché no.",
                "who": "ASL capofila di Rete",
            }
        if self.object.status == IndicatorStatus.OWN:
            return {
                "text": "Lo usa l'Alleanza per sé; nei totali della Regione entra solo se è proposto e concordato.",
                "who": "Alleanza",
            }
        if self.object.status == IndicatorStatus.SUPERSEDED:
            return {"text": "Lo misurano i progetti che l'hanno scelto; i nuovi scelgono l'altra versione."}
        return {"text": "Non si usa più; le misure raccolte restano."}

    def get_context(self):
        may = access.can(self.request.user, "indicator.propose")
        status = self.object.status
        versions = Indicator.objects.filter(programme=self.object.programme_id, code=self.object.code)
        return {
            "editable": status == IndicatorStatus.PROPOSED and may,
            "may_renew": may and status == IndicatorStatus.AGREED,
            "versions": list(versions.exclude(pk=self.object.pk)),
            "dimensions": [
                (Dimension(value).label, list(categories(value).values())) for value in self.object.breakdowns
            ],
        }


class IndicatorCreate(FormPage):
    permission = "indicator.propose"
    title = "Proponi un indicatore"
    form_class = IndicatorForm
    submit_label = "Proponi l'indicatore"
    success_message = "L'indicatore è proposto: ora lo concorda la Regione."
    intro = "La proposta va alla Regione: si usa da quando è concordato (art. 11)."

    def breadcrumbs(self):
        return rete(HERE)

    def perform(self, form):
        data = dict(form.cleaned_data)
        return indicators.propose(data.pop("programme"), by=self.request.user, **data)


class IndicatorCatalogue(FormPage):
    """The starting catalogue, offered to whoever may propose indicators."""

    permission = "indicator.propose"
    title = "Proponi il catalogo di partenza"
    intro = (
        "Sono circa 25 indicatori di esempio sulle cinque aree. Entrano come proposte: la Regione li concorda uno per "
        "uno, e ciascuno si può correggere o ritirare. Quelli che il programma ha già restano come sono."
    )
    form_class = CatalogueForm
    submit_label = "Proponi gli indicatori"
    success_message = "Il catalogo è proposto: ora la Regione concorda gli indicatori."

    def breadcrumbs(self):
        return rete(HERE)

    def perform(self, form):
        programme = form.cleaned_data["programme"]
        indicators.propose_catalogue(programme, by=self.request.user)
        return programme

    def success_url(self, result):
        return f"{reverse('network:indicators')}?programma={result.pk}"


class IndicatorEdit(FormPage):
    permission = "indicator.propose"
    scope_object = None
    title = "Correggi la proposta"
    form_class = IndicatorForm
    success_message = "La proposta è aggiornata."

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    def form_kwargs(self):
        return {"is_new": False, "programme": self.object.programme}

    def initial(self):
        return indicators.definition_of(self.object)

    def possible(self):
        indicators.check_update(self.object)

    def perform(self, form):
        return indicators.update(self.object, by=self.request.user, **form.cleaned_data)


class IndicatorVersion(IndicatorEdit):
    """What an agreed indicator should become: the present version holds until the Regione agrees."""

    title = "Proponi una nuova versione"
    intro = (
        "La versione attuale resta in uso finché la Regione non concorda la nuova; i progetti che l'hanno scelta la "
        "misurano fino alla fine."
    )
    submit_label = "Proponi la nuova versione"
    success_message = "La nuova versione è proposta: ora la concorda la Regione."

    def possible(self):
        indicators.check_new_version(self.object)

    def perform(self, form):
        return indicators.propose_version(self.object, by=self.request.user, **form.cleaned_data)


class IndicatorMove(MovePage):
    lifecycle = INDICATOR
    moves = {
        "settle": indicators.settle,
        "refuse": indicators.refuse,
        "give_up": indicators.give_up,
        "ask_again": indicators.ask_again,
        "offer": indicators.offer,
        "agree": indicators.agree,
        "leave": indicators.leave,
        "retire": indicators.retire,
    }
    checks = {"leave": indicators.check_leave, "ask_again": indicators.check_own}

    def records(self):
        return _records(self.request.user)
