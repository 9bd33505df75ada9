"""Good practices: proposed, validated, published, read by all."""

from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import Column, DetailPage, FormPage, MovePage

from ..enums import PracticeStatus
from ..filters import PracticeFilter
from ..forms.practices import PracticeForm
from ..queries.practices import networks_to_propose, practices_for_pages, projects_to_propose
from ..rules.lifecycles import GOOD_PRACTICE
from ..rules.practices import EDITABLE
from ..services import practices
from .base import Inside, MonitoringList


class PracticeList(MonitoringList):
    permission = "practice.view"
    part = "practices"
    title = "Buone prassi"
    purpose = "Che cosa ha funzionato, raccontato perché altri possano rifarlo."
    row_template = "monitoring/practice/_row.html"
    filterset_class = PracticeFilter
    default_order = "-proposed"
    count_label = ("buona prassi", "buone prassi")
    empty_text = (
        "Non ci sono ancora buone prassi. Le propone il capofila di un progetto con una relazione validata, o l'ASL; "
        "la Regione le pubblica."
    )
    columns = (
        Column("title", "Buona prassi", lambda p: p.title, sort="title"),
        Column("area", "Area", lambda p: p.get_area_display(), sort="area"),
        Column("whose", "Di chi", lambda p: f"{p.whose}, {p.network.name}"),
        Column("status", "Stato", lambda p: p.get_status_display(), sort="status"),
        Column("proposed", "Proposta il", lambda p: p.proposed_at, sort="proposed_at"),
    )

    def rows(self):
        return practices_for_pages().visible_to(self.request.user)

    def primary_action(self):
        if access.can(self.request.user, "practice.propose"):
            return ("Proponi una buona prassi", reverse("monitoring:propose_practice"))
        return None


class ProposePractice(Inside, FormPage):
    permission = "practice.propose"
    part = "practices"
    title = "Proponi una buona prassi"
    intro = "La legge un'altra persona dell'ASL; se la valida, la Regione la pubblica per tutte le Reti e sul sito."
    submit_label = "Proponi"
    form_class = PracticeForm
    success_message = "La proposta è arrivata all'ASL."

    def form_kwargs(self):
        person = self.request.user
        return {"projects": projects_to_propose(person), "networks": networks_to_propose(person)}

    def initial(self):
        asked = self.request.GET.get("progetto", "")
        known = asked.isdecimal() and len(asked) < 10
        return {"project": self.form_kwargs()["projects"].filter(pk=asked).first()} if known else {}

    def perform(self, form):
        data = dict(form.cleaned_data)
        project, network = data.pop("project"), data.pop("network", None)
        return practices.propose(project.network if project else network, by=self.request.user, project=project, **data)


class PracticeBase:
    def records(self):
        return practices_for_pages().visible_to(self.request.user)


class PracticePage(PracticeBase, Inside, DetailPage):
    template_name = "monitoring/practice/detail.html"
    permission = "practice.view"
    part = "practices"
    scope_object = None  # one that is published is read in every network

    def get_offers(self):
        by, practice = self.request.user, self.object
        return offers(
            practice,
            GOOD_PRACTICE,
            by,
            url=lambda name: reverse("monitoring:practice_move", args=[practice.pk, GOOD_PRACTICE[name].slug]),
            checks={"validate": lambda record: practices.check_validate(record, by)},
        )

    def next_step(self):
        return {
            PracticeStatus.PROPOSED: {
                "text": "La legge l'ASL: la valida, o dice che cosa manca.",
                "who": "ASL capofila di Rete",
            },
            PracticeStatus.RETURNED: {
                "text": "Chi l'ha proposta la corregge e la propone di nuovo.",
                "who": "Chi l'ha proposta",
            },
            PracticeStatus.VALIDATED: {"text": "La Regione la pubblica, o la rimanda.", "who": "Regione"},
        }.get(self.object.status)

    def get_context(self):
        practice = self.object
        return {"editable": practice.status in EDITABLE and access.can(self.request.user, "practice.propose", practice)}


class EditPractice(PracticeBase, Inside, FormPage):
    permission = "practice.propose"
    part = "practices"
    title = "Correggi la buona prassi"
    form_class = PracticeForm
    success_message = "Il testo è aggiornato."

    def initial(self):
        return {name: getattr(self.object, name) for name in practices.TEXTS}

    def possible(self):
        practices.rules.check_editable(self.object.status)

    def perform(self, form):
        return practices.update(self.object, by=self.request.user, **form.cleaned_data)

    def cancel_url(self):
        return self.object.get_absolute_url()


class PracticeMove(PracticeBase, MovePage):
    lifecycle = GOOD_PRACTICE
    moves = {
        "return": practices.return_practice,
        "propose_again": practices.propose_again,
        "validate": practices.validate,
        "send_back": practices.send_back,
        "publish": practices.publish,
        "withdraw": practices.withdraw,
        "unpublish": practices.unpublish,
    }

    @cached_property
    def checks(self):
        return {"validate": lambda record: practices.check_validate(record, self.request.user)}

    def breadcrumbs(self):
        return [
            ("Buone prassi", reverse("monitoring:practices")),
            (str(self.object), self.object.get_absolute_url()),
        ]
