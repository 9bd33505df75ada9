"""Pages of the programmes: set by the Regione, read by everybody who sits somewhere."""

from operator import attrgetter

from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage, MovePage, PlainPage

from ..enums import Area, ProgrammeStatus
from ..forms.programmes import ProgrammeForm, RuleSetForm
from ..models import NetworkAgreement, Programme
from ..queries import comparable_rule_sets, latest_rule_set, rule_set_history
from ..rules.examples import EXAMPLES, example
from ..rules.programmes import PROGRAMME, RuleValues, in_words, side_by_side
from ..services import programmes
from .acts import rete

HERE = ("Programmi", "/rete/programmi/")


def _records(person):
    return Programme.objects.visible_to(person)


class ProgrammeList(ListPage):
    title = "Programmi"
    permission = "programme.view"
    purpose = "I cicli della politica di conciliazione, con le regole che la Regione ha fissato per ciascuno."
    template_name = "network/programme/list.html"
    row_template = "network/programme/_row.html"
    empty_text = "Nessun programma è ancora attivo. Li prepara e li attiva la Regione."
    count_label = ("programma", "programmi")
    default_order = "-period"
    columns = (
        Column("name", "Programma", sort="name"),
        Column("status", "Stato", lambda row: row.get_status_display(), sort="status"),
        Column("period", "Periodo", lambda row: f"{row.starts_on:%d/%m/%Y} – {row.ends_on:%d/%m/%Y}", sort="starts_on"),
        Column("legal_basis", "Base giuridica"),
    )

    def rows(self):
        return _records(self.request.user)

    def primary_action(self):
        if access.can(self.request.user, "programme.edit"):
            return "Prepara un programma", reverse("network:programme_create")
        return None

    def breadcrumbs(self):
        return rete()


class ProgrammeDetail(DetailPage):
    template_name = "network/programme/detail.html"
    permission = "programme.view"
    scope_object = None

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE)

    def get_offers(self):
        return offers(
            self.object,
            PROGRAMME,
            self.request.user,
            url=lambda name: reverse("network:programme_move", args=[self.object.pk, PROGRAMME[name].slug]),
            checks={"activate": programmes.check_can_activate},
        )

    def next_step(self):
        status = self.object.status
        if status == ProgrammeStatus.DRAFT:
            written = latest_rule_set(self.object) is not None
            text = "Le regole sono scritte: si può attivare." if written else "Si scrivono le regole, poi si attiva."
            return {"text": text, "who": "Regione Lombardia"}
        if status == ProgrammeStatus.ACTIVE:
            return {
                "text": "Le Reti preparano accordi, avvisi e piani secondo le regole in vigore.",
                "who": "ASL capofila di Rete",
                "by_when": self.object.ends_on,
            }
        return {"text": "Il programma è concluso: dati e regole restano consultabili come erano."}

    def get_context(self):
        programme = self.object
        editable = access.can(self.request.user, "programme.edit") and programme.status != ProgrammeStatus.CLOSED
        history = rule_set_history(programme)
        return {
            "current": next((version for version in history if version.in_force), None),
            "versions": history,
            "editable": editable,
            "correctable": editable and bool(history) and history[0].rule_set.frozen_at is None,
            "areas": [Area(area).label for area in programme.areas],
            "indicators_count": programme.indicators.count(),
            "agreements": NetworkAgreement.objects.visible_to(self.request.user)
            .filter(programme=programme)
            .select_related("network", "programme"),
        }


class _ProgrammeForm(FormPage):
    permission = "programme.edit"

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        crumbs = rete(HERE)
        return [*crumbs, (str(self.object), self.object.get_absolute_url())] if self.object else crumbs

    def possible(self):
        if self.object and self.object.status == ProgrammeStatus.CLOSED:
            raise Refused("Il programma è concluso: i suoi dati e le sue regole restano come erano.")


class ProgrammeCreate(_ProgrammeForm):
    permission = "programme.edit"
    title = "Prepara un programma"
    form_class = ProgrammeForm
    submit_label = "Prepara il programma"
    template_name = "network/programme/create.html"

    @property
    def example(self):
        """The cycle to start from (`?esempio=`), when one was chosen."""
        return example(f"esempio-{self.request.GET.get('esempio', '')}")

    @property
    def intro(self):
        if self.example:
            return "Il programma nasce in preparazione, con le regole dell'esempio: si correggono, poi si attiva."
        return "Il programma nasce in preparazione: poi si scrivono le regole e si attiva."

    def initial(self):
        names = ("code", "name", "legal_basis", "starts_on", "ends_on", "agreement_months", "areas")
        return {name: getattr(self.example, name) for name in names} if self.example else {}

    def get_context(self):
        chosen = self.example
        return {"example": chosen, "rules": in_words(chosen.values) if chosen else []}

    def perform(self, form):
        if self.example:
            return programmes.create_from(self.example, by=self.request.user, **form.cleaned_data)
        return programmes.create(by=self.request.user, **form.cleaned_data)


class ProgrammeExamples(PlainPage):
    """The four cycles that there have been: each a programme to start from."""

    permission = "programme.edit"
    template_name = "network/programme/examples.html"
    title = "Parti da un esempio"

    def breadcrumbs(self):
        return rete(HERE)

    def get_context(self):
        return {"examples": [(one, in_words(one.values)) for one in EXAMPLES]}


class ProgrammeEdit(_ProgrammeForm):
    permission = "programme.edit"
    title = "Modifica il programma"
    form_class = ProgrammeForm
    success_message = "Il programma è aggiornato."

    def form_kwargs(self):
        return {"is_new": False}

    def initial(self):
        fields = ("name", "legal_basis", "starts_on", "ends_on", "agreement_months", "areas")
        return {name: getattr(self.object, name) for name in fields}

    def perform(self, form):
        return programmes.update(self.object, by=self.request.user, **form.cleaned_data)


class ProgrammeRules(_ProgrammeForm):
    permission = "programme.edit"
    form_class = RuleSetForm
    submit_label = "Registra la nuova versione"
    success_message = "La nuova versione delle regole è registrata. Quella di prima resta agli atti."
    intro = "Le regole si cambiano per versioni: quelle di prima restano, e con loro ciò che ne è stato verificato."

    def get_title(self):
        return "Scrivi le regole" if latest_rule_set(self.object) is None else "Scrivi una nuova versione delle regole"

    def initial(self):
        latest = latest_rule_set(self.object)
        start = {"valid_from": max(clock.today(), latest.valid_from) if latest else self.object.starts_on}
        if latest is None:
            return start | {
                "min_members": 2,
                "min_public": 1,
                "min_private": 1,
                "min_micro_or_small": 0,
                "max_leads_per_body": 1,
                "short_initiative_months": 3,
            }
        return start | vars(RuleValues.of(latest)) | {"source": latest.source}

    def perform(self, form):
        programmes.set_rules(self.object, by=self.request.user, **form.cleaned_data)
        return self.object


class ProgrammeReviseRules(_ProgrammeForm):
    """The last version corrected in place, while nothing stands on it."""

    permission = "programme.edit"
    form_class = RuleSetForm
    title = "Correggi le regole"
    submit_label = "Correggi le regole"
    success_message = "Le regole sono corrette. Com'erano prima resta nella storia."
    intro = "Si possono correggere finché nessuna Alleanza del programma è costituita: poi si cambiano per versioni."

    def possible(self):
        super().possible()
        programmes.check_can_revise(self.object)

    def form_kwargs(self):
        return {"correcting": True}

    def initial(self):
        latest = latest_rule_set(self.object)
        if latest is None:
            return {}
        return vars(RuleValues.of(latest)) | {"source": latest.source, "valid_from": latest.valid_from}

    def perform(self, form):
        rule_set = programmes.check_can_revise(self.object)
        programmes.revise_rules(rule_set, by=self.request.user, **form.cleaned_data)
        return self.object


class ProgrammeCompare(PlainPage):
    """Two versions of rules side by side, of this programme or of two (`?da=` and `?a=`)."""

    permission = "programme.view"
    template_name = "network/programme/compare.html"
    title = "Regole a confronto"
    scope_object = None

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object), self.object.get_absolute_url()))

    def get_context(self):
        options = comparable_rule_sets(self.request.user)
        own = sorted((one for one in options if one.programme_id == self.object.pk), key=attrgetter("version"))
        by_key = {str(one.pk): one for one in options}
        before = by_key.get(self.request.GET.get("da", "")) or (own[-2] if len(own) > 1 else own[-1] if own else None)
        after = by_key.get(self.request.GET.get("a", "")) or (own[-1] if own else None)
        rows = side_by_side(RuleValues.of(before), RuleValues.of(after)) if before and after else []
        return {
            "options": options,
            "before": before,
            "after": after,
            "rows": rows,
            "changed_count": sum(row.changed for row in rows),
        }


class ProgrammeMove(MovePage):
    lifecycle = PROGRAMME
    moves = {"activate": programmes.activate, "close": programmes.close}
    checks = {"activate": programmes.check_can_activate}

    def records(self):
        return _records(self.request.user)
