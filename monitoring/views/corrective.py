"""Corrective actions and guidance."""

from django.urls import reverse

from alliances.models import Alliance
from conciliazione.kernel import access
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import Column, DetailPage, FormPage, MovePage
from network.models import Network
from plans.models import Project

from ..enums import CorrectiveKind, CorrectiveStatus
from ..filters import CorrectiveFilter
from ..forms.territorial import IssueForm, WordsForm
from ..queries.corrective import corrective_for_pages, issuing_for
from ..rules.corrective import BODY_NAMES, answering_bodies
from ..rules.lifecycles import CORRECTIVE_ACTION
from ..services import corrective
from .base import Inside, MonitoringList


class CorrectiveList(MonitoringList):
    permission = "corrective.read"
    part = "correctives"
    title = "Azioni correttive e indirizzi"
    purpose = "Dall'analisi dei risultati: che cosa va corretto, chi risponde ed entro quando, come è finita."
    row_template = "monitoring/corrective/_row.html"
    filterset_class = CorrectiveFilter
    default_order = "-issued"
    count_label = ("atto", "atti")
    empty_text = (
        "Non ci sono ancora azioni correttive né indirizzi. Li emettono la Cabina di Regia, l'ASL o il Comitato quando "
        "dai risultati emerge qualcosa da correggere."
    )
    columns = (
        Column("subject", "Oggetto", lambda a: a.subject, sort="subject"),
        Column("issuer", "Emessa da", lambda a: a.get_issuer_display(), sort="issuer"),
        Column("about", "Riguarda", lambda a: a.about),
        Column("status", "Stato", lambda a: a.get_status_display(), sort="status"),
        Column("due", "Risposta entro", lambda a: a.due_on, sort="due_on"),
        Column("issued", "Del", lambda a: a.issued_at, sort="issued_at"),
    )

    def rows(self):
        return corrective_for_pages().visible_to(self.request.user)

    def primary_action(self):
        if access.can(self.request.user, "corrective.issue"):
            return ("Emetti un atto", reverse("monitoring:issue_corrective"))
        return None


class IssueCorrective(Inside, FormPage):
    permission = "corrective.issue"
    part = "correctives"
    title = "Emetti un'azione correttiva o un indirizzo"
    intro = (
        "Un'azione correttiva chiede una risposta entro un termine. Un indirizzo operativo orienta il lavoro di tutti."
    )
    submit_label = "Emetti"
    form_class = IssueForm
    success_message = "Emessa: chi deve rispondere è stato avvisato."

    def form_kwargs(self):
        person = self.request.user
        return {
            "networks": Network.objects.filter(access.reach(person, "corrective.issue", network="pk")),
            "projects": Project.objects.filter(access.reach(person, "corrective.issue", network="network")),
            "alliances": Alliance.objects.filter(access.reach(person, "corrective.issue", network="network")),
        }

    def initial(self):
        asked = self.request.GET.get("progetto", "")
        project = None
        if asked.isdecimal() and len(asked) < 10:
            project = self.form_kwargs()["projects"].filter(pk=asked).first()
        networks = list(self.form_kwargs()["networks"][:2])
        network = project.network_id if project else networks[0].pk if len(networks) == 1 else None
        return {"project": project, "network": network, "kind": CorrectiveKind.CORRECTIVE_ACTION}

    def perform(self, form):
        network = form.cleaned_data.pop("network")
        bodies = sorted(issuing_for(self.request.user, network))
        if not bodies:
            raise Refused("Su questa Rete non puoi emettere atti.", field="network")
        return corrective.issue(network, by=self.request.user, issuer=bodies[0], **form.cleaned_data)


class CorrectiveBase:
    def records(self):
        return corrective_for_pages().visible_to(self.request.user)


class CorrectivePage(CorrectiveBase, Inside, DetailPage):
    template_name = "monitoring/corrective/detail.html"
    permission = "corrective.read"
    part = "correctives"

    def get_offers(self):
        by, action = self.request.user, self.object
        found = offers(
            action,
            CORRECTIVE_ACTION,
            by,
            url=lambda name: reverse("monitoring:corrective_move", args=[action.pk, CORRECTIVE_ACTION[name].slug]),
            checks={
                "answer": lambda record: corrective.check_answer(record, by),
                "close": lambda record: corrective.check_close(record, by),
                "ask_again": lambda record: corrective.check_close(record, by),
            },
        )
        # what is another body's to do is no offer at all; what is ours and not yet possible is shown with its reason
        ours = action.issuer in issuing_for(by, action)
        return [offer for offer in found if offer.enabled or (ours and offer.name == "close")]

    def next_step(self):
        action = self.object
        if action.status == CorrectiveStatus.CLOSED:
            return None
        if action.status == CorrectiveStatus.ANSWERED:
            return {"text": "Chi l'ha emessa valuta la risposta e scrive l'esito.", "who": action.get_issuer_display()}
        bodies = answering_bodies(issuer=action.issuer, on_alliance=bool(action.bearer_id))
        if action.kind == CorrectiveKind.GUIDANCE and not action.due_on:
            return {
                "text": "L'indirizzo orienta il lavoro di chi lo riceve; chi l'ha emesso lo chiude quando ha effetto.",
                "who": action.get_issuer_display(),
            }
        who = " o ".join(BODY_NAMES[body] for body in bodies) or action.get_issuer_display()
        return {
            "text": "Si aspetta una risposta: che cosa è stato fatto o si farà.",
            "who": who[:1].upper() + who[1:],
            "by_when": action.due_on,
        }


class CorrectiveMove(CorrectiveBase, MovePage):
    """Answer, ask again or close: each with words of its own."""

    lifecycle = CORRECTIVE_ACTION
    moves = {"answer": corrective.answer, "ask_again": corrective.ask_again, "close": corrective.close}
    labels = {
        "answer": ("Risposta", "Che cosa è stato fatto o si farà, ed entro quando."),
        "ask_again": ("Motivazione", "Che cosa manca alla risposta ricevuta."),
        "close": ("Esito", "Che cosa è cambiato, o perché basta così."),
    }

    def build_form(self, *args):
        label, hint = self.labels[self.transition.name]
        return WordsForm(*args, label=label, hint=hint)

    def possible(self):
        super().possible()
        if self.transition.name == "answer":
            corrective.check_answer(self.object, self.request.user)
        else:
            corrective.check_close(self.object, self.request.user)

    def perform(self, form):
        words = form.cleaned_data["text"]
        name = self.transition.name
        more = {"reason": words} if name == "ask_again" else {"text": words}
        return self.moves[name](self.object, by=self.request.user, **more)

    def breadcrumbs(self):
        return [
            ("Azioni correttive", reverse("monitoring:correctives")),
            (str(self.object), self.object.get_absolute_url()),
        ]
