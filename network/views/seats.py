"""Pages of the people of the network: who sits where."""

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from conciliazione.kernel import access, tables
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.narrowing import with_parts
from conciliazione.kernel.pages import Column, DetailPage, FormPage, ListPage
from conciliazione.kernel.templatetags.portal import day

from ..enums import MembershipStatus, SeatKind
from ..filters import SeatFilter
from ..forms.people import SeatEndForm, SeatForm
from ..models import Membership, Network, Organisation, Seat
from ..services import people, privacy, seats
from .acts import rete

HERE = ("Persone", "/rete/persone/")
BY_REGION = {SeatKind.REGION, SeatKind.OFFICE, SeatKind.DELEGATE}
BY_OFFICE = {SeatKind.OFFICE, SeatKind.DELEGATE}


def _records(person):
    return Seat.objects.visible_to(person).select_related("person", "network", "organisation")


def is_region(person) -> bool:
    return person.is_superuser or Role.REGION in access.grants_of(person).any()


def kinds_to_give(person) -> set[str]:
    """The kinds of seat this person may give and end; those of Cabina and committee go through their own pages."""
    return BY_REGION if is_region(person) else BY_OFFICE


def networks_to_staff(person):
    """The networks whose office this person may staff."""
    if is_region(person):
        return Network.objects.all()
    return Network.objects.filter(pk__in=access.grants_of(person).ids("network", {Role.OFFICE}))


def bodies_to_staff(person):
    """The bodies for which this person may name a delegate: an office those of its network, and those of none."""
    if is_region(person):
        return Organisation.objects.existing()
    standing = Membership.objects.filter(status=MembershipStatus.MEMBER)
    own = standing.filter(network__in=networks_to_staff(person)).values("organisation")
    return Organisation.objects.existing().filter(Q(pk__in=own) | ~Q(pk__in=standing.values("organisation")))


def may_end(person, seat: Seat) -> bool:
    """Whether this person may end this seat."""
    if not access.can(person, "seat.manage") or seat.kind not in kinds_to_give(person):
        return False
    if seat.kind == SeatKind.OFFICE:
        return networks_to_staff(person).filter(pk=seat.network_id).exists()
    return seat.kind == SeatKind.REGION or bodies_to_staff(person).filter(pk=seat.organisation_id).exists()


class SeatList(ListPage):
    title = "Persone"
    permission = "seat.manage"
    purpose = "Chi siede dove, e da quando. I permessi vengono con l'incarico, e con l'incarico finiscono."
    filterset_class = SeatFilter
    empty_text = "Nessuno ha ancora un incarico. Assegna il primo."
    count_label = ("incarico", "incarichi")
    default_order = "person"
    columns = (
        Column(
            "person",
            "Persona",
            lambda row: str(row.person),
            sort="person__last_name",
            cell=lambda row: tables.opening(row, row.person, row.person.email),
        ),
        Column("kind", "Incarico", lambda row: row.label, sort="kind"),
        Column("office", "Ruolo", sort="office"),
        Column("starts_on", "Dal", sort="starts_on", cell=lambda row: day(row.starts_on)),
        Column("ends_on", "Al", sort="ends_on", cell=lambda row: day(row.ends_on)),
    )

    def rows(self):
        names = ("person__first_name", "person__last_name", "person__email", "network__name", "organisation__name")
        return with_parts(Seat.objects.visible_to(self.request.user), *names)

    def primary_action(self):
        return "Assegna un incarico", reverse("network:seat_give")

    def breadcrumbs(self):
        return rete()


class SeatDetail(DetailPage):
    template_name = "network/seat/detail.html"
    permission = access.SIGNED_IN
    scope_object = None

    def records(self):
        return _records(self.request.user)

    def breadcrumbs(self):
        manages = access.can(self.request.user, "seat.manage")
        return rete(HERE) if manages else rete()

    def get_title(self):
        return str(self.object.person)

    def get_context(self):
        seat = self.object
        active = Seat.objects.active().filter(pk=seat.pk).exists()
        return {
            "active": active,
            "may_end": active and may_end(self.request.user, seat),
            "may_erase": access.can(self.request.user, "privacy.erase") and privacy.why_not(seat.person) is None,
            "others": _records(self.request.user).filter(person=seat.person).exclude(pk=seat.pk),
        }


class SeatGive(FormPage):
    permission = "seat.manage"
    title = "Assegna un incarico"
    form_class = SeatForm
    submit_label = "Assegna l'incarico"
    success_message = "L'incarico è assegnato e la persona è stata avvisata."
    intro = "Gli incarichi nella Cabina e nel Comitato si assegnano dalle loro pagine, con la nomina."

    def breadcrumbs(self):
        return rete(HERE)

    def form_kwargs(self):
        person = self.request.user
        return {
            "kinds": kinds_to_give(person),
            "networks": networks_to_staff(person),
            "organisations": bodies_to_staff(person),
            "held": _records(person)
            .active()
            .filter(kind__in=kinds_to_give(person))
            .order_by("person__last_name", "pk"),
        }

    def initial(self):
        wanted = self.request.GET.get("ente", "")
        return {"kind": SeatKind.DELEGATE, "organisation": wanted if wanted.isdecimal() else None}

    def perform(self, form):
        data = form.cleaned_data
        return people.invite_to_seat(
            who=form.who(),
            kind=data["kind"],
            network=data["network"],
            organisation=data["organisation"],
            office=data["office"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            substitutes_for=data["substitutes_for"],
            by=self.request.user,
        )


class SeatEnd(FormPage):
    permission = "seat.manage"
    scope_object = None
    title = "Termina l'incarico"
    form_class = SeatEndForm
    submit_label = "Termina l'incarico"
    intro = "Da quel giorno la persona non ha più i permessi di questo incarico, e chi la sostituisce nemmeno."
    success_message = "L'incarico è terminato."

    def records(self):
        return _records(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        person = request.user
        if person.is_authenticated and access.can(person, "seat.manage") and not may_end(person, self.object):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def breadcrumbs(self):
        return rete(HERE, (str(self.object.person), self.object.get_absolute_url()))

    def possible(self):
        if not Seat.objects.active().filter(pk=self.object.pk).exists():
            raise Refused("Questo incarico è già finito.")

    def perform(self, form):
        return seats.end_seat(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return reverse("network:seats")


class PersonErase(FormPage):
    """Erasing whoever held this seat: a number takes the place of the name, the acts stay."""

    permission = "privacy.erase"
    scope_object = None
    title = "Cancella i dati personali"
    form_class = ReasonForm
    submit_label = "Cancella i dati"
    intro = (
        "Nome, e-mail, codice fiscale, accesso e notifiche sono sostituiti da un numero, e non si torna indietro. "
        "Gli atti, le firme e gli incarichi restano, legati a quel numero (GDPR art. 17)."
    )
    success_message = "I dati personali sono stati cancellati: gli atti restano."

    def records(self):
        return _records(self.request.user)

    def form_kwargs(self):
        return {"required": True}

    def breadcrumbs(self):
        return rete(HERE, (str(self.object.person), self.object.get_absolute_url()))

    def possible(self):
        refused = privacy.why_not(self.object.person)
        if refused:
            raise refused

    def perform(self, form):
        return privacy.pseudonymise(self.object.person, by=self.request.user, reason=form.cleaned_data["reason"])

    def success_url(self, result):
        return reverse("network:seats")
