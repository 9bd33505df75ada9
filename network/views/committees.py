"""Pages of the Comitato di Valutazione (art. 6)."""

from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.moves import offers
from conciliazione.kernel.pages import DetailPage, FormPage

from ..enums import CommitteeStatus, MeetingBody
from ..forms.bodies import CommitteeMemberForm, ConstitutionForm
from ..forms.people import EndForm, PersonFields
from ..models import CommitteeMember, EvaluationCommittee, Meeting
from ..queries import committee_missing, registry_of
from ..rules.governance import COMMITTEE
from ..services import committees, people
from .acts import ActPage, rete


def _records(person):
    return EvaluationCommittee.objects.visible_to(person).select_related("network__lead", "network__ster")


class CommitteeDetail(DetailPage):
    template_name = "network/committee/detail.html"
    permission = "committee.view"

    def records(self):
        return _records(self.request.user).prefetch_related("members")

    def breadcrumbs(self):
        return rete((str(self.object.network), self.object.network.get_absolute_url()))

    def get_title(self):
        return "Comitato di Valutazione e monitoraggio"

    def get_offers(self):
        return offers(
            self.object,
            COMMITTEE,
            self.request.user,
            url=lambda name: reverse("network:committee_constitute", args=[self.object.pk]),
            checks={"constitute": committees.check_constituted},
        )

    def next_step(self):
        if self.object.status == CommitteeStatus.CONSTITUTED:
            return {"text": "Il Comitato valuta le proposte delle Alleanze e ne segue l'attuazione (art. 6)."}
        missing = committee_missing(self.object)
        who = str(self.object.network.lead)
        if missing:
            return {"text": f"Va nominato chi rappresenta: {', '.join(missing)} (art. 6).", "who": who}
        return {"text": "ASL e STER siedono: il Comitato si può costituire.", "who": who}

    def get_context(self):
        committee, person = self.object, self.request.user
        members = list(committee.members.select_related("person", "organisation", "substitute"))
        current = [member for member in members if member.ends_on is None]
        sitting = {member.organisation_id for member in current}
        network = committee.network
        manages = access.can(person, "committee.manage", committee)
        needed = [
            {"label": f"ASL: {network.lead}", "done": network.lead_id in sitting, "url": "", "why": ""},
            {"label": f"STER: {network.ster}", "done": network.ster_id in sitting, "url": "", "why": ""},
            {"label": "Chi presiede", "done": any(m.is_chair for m in current), "url": "", "why": ""},
        ]
        return {
            "current": current,
            "past": [member for member in members if member.ends_on is not None],
            "missing": needed if committee.status == CommitteeStatus.FORMING else [],
            "meetings": Meeting.objects.filter(body=MeetingBody.COMMITTEE, network=network).select_related("network")[
                :10
            ],
            "manages": manages,
            "convenes": access.can(person, "meeting.convene", committee),
            "registry": registry_of(committee) if manages else [],
        }


class CommitteeMemberAdd(FormPage):
    permission = "committee.manage"
    title = "Nomina un componente"
    form_class = CommitteeMemberForm
    submit_label = "Registra la nomina"
    success_message = "La nomina è registrata e la persona è stata avvisata."

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete((str(self.object), self.object.get_absolute_url()))

    def form_kwargs(self):
        return {"network": self.object.network}

    def perform(self, form):
        data = {name: form.cleaned_data[name] for name in ("organisation", "is_chair", "starts_on", "term_ends_on")}
        people.invite_to_committee(self.object, who=form.who(), by=self.request.user, **data)
        return self.object


class _OfMember(FormPage):
    """A form about a member of the committee."""

    permission = "committee.manage"

    def records(self):
        mine = EvaluationCommittee.objects.visible_to(self.request.user)
        rows = CommitteeMember.objects.filter(committee__in=mine)
        return rows.select_related("committee__network", "person", "organisation", "substitute")

    @property
    def scope_object(self):
        return self.object.committee

    def breadcrumbs(self):
        return rete((str(self.object.committee), self.object.committee.get_absolute_url()))


class CommitteeSubstitute(_OfMember):
    form_class = PersonFields
    submit_label = "Nomina il supplente"
    success_message = "Il supplente è nominato e ha ricevuto un avviso."
    intro = "Il supplente non siede e non valuta finché non subentra: allora prende il posto per lo stesso ente."

    def get_title(self):
        return f"Nomina il supplente di {self.object.person}"

    def perform(self, form):
        return people.invite_substitute(self.object, who=form.who(), by=self.request.user).committee


class CommitteeTakeOver(_OfMember):
    form_class = EndForm
    submit_label = "Fai subentrare il supplente"
    success_message = "Il supplente siede ora nel Comitato."

    def get_title(self):
        return f"Subentra il supplente di {self.object.person}"

    @property
    def intro(self):
        return (
            f"Prende il posto {self.object.substitute}, per {self.object.organisation.name}. Il Comitato resta valido."
        )

    def possible(self):
        committees.check_can_take_over(self.object)

    def perform(self, form):
        return committees.take_over(self.object, by=self.request.user, **form.cleaned_data).committee


class CommitteeMemberEnd(_OfMember):
    form_class = EndForm
    submit_label = "Termina l'incarico"
    success_message = "L'incarico è terminato."

    def get_title(self):
        return f"Termina l'incarico di {self.object.person}"

    @property
    def intro(self):
        network = self.object.committee.network
        if self.object.organisation_id in {network.lead_id, network.ster_id}:
            return "Senza ASL o STER il Comitato non è più validamente costituito e non può valutare (art. 6)."
        return "Da oggi la persona non ha più i permessi del Comitato."

    def perform(self, form):
        return committees.end_member(self.object, by=self.request.user, **form.cleaned_data).committee


class CommitteeConstitute(ActPage):
    lifecycle = COMMITTEE
    move_name = "constitute"
    form_class = ConstitutionForm
    checks = {"constitute": committees.check_constituted}

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        return rete((str(self.object), self.object.get_absolute_url()))

    def initial(self):
        return {"on": clock.today()}

    def perform(self, form):
        return committees.constitute(self.object, by=self.request.user, **form.cleaned_data)
