"""Applications of people without an account: a body asks to join, or an adherent's person asks to act for it (art. 5).

Nothing of what the portal knows comes back to whoever asks: the same page answers the first time and the second, for a
body that is in the register and for one that is not.
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django_tasks import task

from conciliazione.kernel import access, jobs
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.text import normalise, search_key

from ..enums import ApplicationKind, ApplicationStatus, MembershipOrigin, MembershipStatus, SeatKind
from ..models import Application, Membership, Organisation, Seat
from ..rules.applications import APPLICATION, check_written
from ..rules.organisations import Namesakes, check_codes
from . import memberships, organisations, people, seats
from ._trace import filed

BODY = ("body_name", "tax_code", "municipality", "certified_email", "legal_representative")
BODY += ("legal_representative_office",)
PERSON = ("first_name", "last_name", "office", "email")


@atomic
def ask_to_join(network, *, body_kind: str, nature: str, reason: str, **texts: str) -> Application:
    """A body that is not in the network asks to join it. Asked again while the ASL has not answered, it is the same.

    Raises Refused for a wrong tax code or what is not written.
    """
    given = {name: normalise(texts.get(name, "")) for name in (*BODY, *PERSON)}
    given["tax_code"] = given["tax_code"].upper().replace(" ", "")
    check_written(reason=reason, **{name: given[name] for name in ("body_name", "legal_representative")})
    check_written(first_name=given["first_name"], last_name=given["last_name"])
    check_codes(given["tax_code"], "")
    pending = Application.objects.pending().filter(network=network, kind=ApplicationKind.JOIN)
    for there in pending.select_for_update():
        if there.tax_code == given["tax_code"] and search_key(there.body_name) == search_key(given["body_name"]):
            return there
    application = Application(
        network=network,
        kind=ApplicationKind.JOIN,
        body_kind=body_kind,
        nature=nature,
        reason=normalise(reason),
        **given,
    )
    return _received(application, f"{application.body_name} chiede di aderire alla Rete.")


@atomic
def ask_for_access(membership: Membership, *, reason: str, **texts: str) -> Application:
    """Whoever has the personal link of an adherent asks to act for it in the portal. Asked twice, it is the same."""
    given = {name: normalise(texts.get(name, "")) for name in PERSON}
    check_written(reason=reason, first_name=given["first_name"], last_name=given["last_name"])
    there = Application.objects.pending().filter(membership=membership, email__iexact=given["email"]).first()
    if there is not None:
        return there
    body = membership.organisation
    application = Application(
        network=membership.network,
        kind=ApplicationKind.ACCESS,
        membership=membership,
        organisation=body,
        body_name=body.name,
        reason=normalise(reason),
        **given,
    )
    return _received(application, f"{application.person_name} chiede di agire nel portale per {body.name}.")


def _received(application: Application, text: str) -> Application:
    application.save()
    begin(application, APPLICATION, by=None, label="Domanda ricevuta", reason=application.reason)
    filed(application, application.network, f"Domanda dal sito: {application}", by=None, incoming=True)
    office = access.people_with(access.Role.OFFICE, application.network)
    notify(office, text, url=application.get_absolute_url())
    return application


def likely_bodies(application: Application) -> list[Organisation]:
    """The bodies of the register that the one of the application may be: by tax code, then by name."""
    if application.organisation_id:
        return [application.organisation]
    there = Organisation.objects.existing()
    same = list(there.filter(tax_code=application.tax_code)) if application.tax_code else []
    names = Namesakes(there.values_list("pk", "name"))
    alike = there.in_bulk(names.like(application.body_name)).values()
    return list({body.pk: body for body in [*same, *alike]}.values())


@atomic
def accept(
    application: Application,
    *,
    by,
    organisation: Organisation | None = None,
    distinct_reason: str = "",
    gives_access: bool = True,
    reason: str = "",
) -> Application:
    """The ASL accepts: the body is a member from today, entered in the register if it is not there (`organisation` says
    which it is), and whoever wrote acts for it when `gives_access`.

    Raises LikelyDuplicate, AlreadyRegistered and Refused as `organisations.create` and `seats.give_seat` do.
    """
    application = lock(application)
    APPLICATION.check(application.status, "accept")
    if application.kind == ApplicationKind.JOIN:
        application.organisation = organisation or _registered(application, distinct_reason, by)
        _join(application, by)
        application.save(update_fields=["organisation"])
    elif application.membership.status != MembershipStatus.MEMBER:
        raise Refused("L'ente non è più aderente: non c'è per chi dare l'accesso. Rispondi di no, con il motivo.")
    if gives_access or application.kind == ApplicationKind.ACCESS:
        _give_access(application, by)
    application.answer = normalise(reason)
    move(application, APPLICATION, "accept", by=by, reason=reason)
    _answer(application)
    return application


def _registered(application: Application, distinct_reason: str, by) -> Organisation:
    body = organisations.create(
        by=by,
        distinct_reason=distinct_reason,
        name=application.body_name,
        kind=application.body_kind,
        tax_code=application.tax_code,
        municipality=application.municipality,
        certified_email=application.certified_email,
        legal_representative=application.legal_representative,
        legal_representative_office=application.legal_representative_office,
    )
    return body


def _join(application: Application, by) -> None:
    body = application.organisation
    open_one = Membership.objects.filter(network=application.network, organisation=body, until=None).first()
    if open_one is None:
        origin = MembershipOrigin.REQUEST
        memberships.join(application.network, body, origin=origin, by=by, reason=application.reason)
    elif open_one.status == MembershipStatus.REQUESTED:
        memberships.accept(open_one, by=by)


def _give_access(application: Application, by) -> None:
    """A delegate's seat for whoever wrote; nothing for whoever has it already."""
    who = {"email": application.email, "first_name": application.first_name, "last_name": application.last_name}
    person = people.invite(**who, by=by)
    held = Seat.objects.active().filter(person=person, kind=SeatKind.DELEGATE, organisation=application.organisation)
    if not held.exists():
        seats.give_seat(
            person=person,
            kind=SeatKind.DELEGATE,
            organisation=application.organisation,
            office=application.office,
            by=by,
        )


@atomic
def decline(application: Application, *, by, reason: str) -> Application:
    """The ASL does not accept, and says why to whoever wrote."""
    application = lock(application)
    if not reason.strip():
        raise Refused("Scrivi la motivazione: la riceve chi ha mandato la domanda.", field="reason")
    application.answer = normalise(reason)
    move(application, APPLICATION, "decline", by=by, reason=reason)
    _answer(application)
    return application


def _answer(application: Application) -> None:
    filed(application, application.network, f"Risposta alla domanda: {application}", by=None)
    jobs.leave(send_answer, application.pk)


@task()
def send_answer(pk: int) -> None:
    """The answer, to the address that was written in the application."""
    application = Application.objects.select_related("network__lead").get(pk=pk)
    accepted = application.status == ApplicationStatus.ACCEPTED
    what = "è accolta" if accepted else "non è accolta"
    lines = [
        f"La domanda del {application.received_at:%d/%m/%Y} per {application.body_name} {what} da "
        f"{application.network.lead.name}.",
        application.answer,
    ]
    if accepted:
        lines.append(f"Per entrare nel portale: {settings.PUBLIC_ADDRESS}{reverse('account_login')}")
    body = "\n\n".join(filter(None, lines))
    subject = f"Domanda a {application.network.name}: risposta"[:150]
    EmailMessage(subject, body, to=[application.email]).send(fail_silently=not settings.DEBUG)
