"""The documents of the network: the agreement with its signatures, minutes of meetings, receipts of the register."""

from django.db.models import Count, Max
from django.utils import timezone

from conciliazione.kernel.documents import DocumentKind, register
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry

from .enums import AgreementStatus, MeetingBody, MeetingStatus
from .models import AgreementVersion, Meeting, NetworkAgreement
from .queries.agreements import signature_table
from .queries.meetings import present_of, quorum_reached
from .queries.registry import letter_of, network_of, registry_visible_to


def _text(agreement: NetworkAgreement) -> AgreementVersion:
    version = agreement.versions.prefetch_related("articles").first()
    if version is None:
        raise Refused("L'accordo non ha ancora un testo.")
    return version


def _rows(agreement: NetworkAgreement) -> list[dict]:
    """The table as on paper: only whoever is listed there, signed or with room to sign."""
    return [
        {
            "body": line.name,
            "name": line.signatory,
            "status": f"Firmato il {line.signed_on:%d/%m/%Y}" if line.signed else "",
        }
        for line in signature_table(agreement)
        if line.row is not None
    ]


def agreement_context(agreement: NetworkAgreement) -> dict:
    version = _text(agreement)
    return {
        "agreement_title": agreement.title,
        "network": agreement.network.name,
        "deliberation": agreement.deliberation_number,
        "deliberated_on": agreement.deliberated_on,
        "lead": agreement.network.lead.name,
        "signed_on": agreement.signed_on,
        "place": agreement.signed_at_place,
        "expires_on": agreement.expires_on,
        "premises": version.preamble,
        "articles": [
            {"number": article.number, "title": article.heading, "text": article.text}
            for article in version.articles.all()
        ],
        "version": version.number,
        "reason": version.reason if version.number > 1 else "",
        "form_agreed": version.form_agreed,
        "signatures": _rows(agreement),
    }


def agreement_data(agreement: NetworkAgreement) -> dict:
    context = agreement_context(agreement)
    return {name: context[name] for name in context if name not in {"reason", "form_agreed"}}


def agreement_version(agreement: NetworkAgreement) -> str:
    """Another text, another state or another signature is another version of the document."""
    signed = sum(bool(row["status"]) for row in _rows(agreement))
    return f"{_text(agreement).number}-{agreement.status}-{signed}-{agreement.history.first().history_id}"


register(
    DocumentKind(
        key="network_agreement",
        label="Accordo di rete",
        template="documents/network_agreement.html",
        model=NetworkAgreement,
        permission="network.view",
        context=agreement_context,
        title=lambda agreement: agreement.title,
        version=agreement_version,
        filename=lambda agreement: f"accordo-{agreement.network.slug}-{agreement.programme.code}",
        issuer=lambda agreement: agreement.network.lead.name,
        short_title=lambda agreement: f"Accordo di rete – {agreement.network.name}",
        public=lambda agreement: (
            agreement.status in {AgreementStatus.IN_FORCE, AgreementStatus.EXPIRED, AgreementStatus.SUPERSEDED}
        ),
        data=agreement_data,
    )
)


def minutes_context(meeting: Meeting) -> dict:
    if not meeting.minutes.strip():
        raise Refused("Il verbale non è ancora scritto.")
    present = [
        [attendance.organisation.name, attendance.representative or None]
        for attendance in meeting.attendances.select_related("organisation").order_by("organisation__name")
    ]
    decisions = [
        [str(decision.number), decision.text, ". ".join(filter(None, (decision.get_outcome_display(), decision.votes)))]
        for decision in meeting.decisions.all()
    ]
    columns = [("N.", "head"), "Decisione", "Esito"]
    return {
        "decisions": {"caption": "Che cosa è stato deciso", "columns": columns, "rows": decisions},
        "body": meeting.get_body_display(),
        "network": meeting.network.name if meeting.network else "",
        "starts_at": timezone.localtime(meeting.starts_at),
        "approved": meeting.status == MeetingStatus.MINUTES_APPROVED,
        "facts": [
            ("Organo", meeting.get_body_display()),
            ("Scopo", meeting.get_purpose_display()),
            ("Giorno e ora", meeting.starts_at),
            ("Luogo", meeting.place),
            ("Numero legale", _quorum(meeting)),
            ("Stato del verbale", "Approvato" if meeting.status == MeetingStatus.MINUTES_APPROVED else "Bozza"),
        ],
        "agenda": meeting.agenda,
        "minutes": meeting.minutes,
        "present": {"caption": "Enti presenti", "columns": [("Ente", "head"), "Rappresentato da"], "rows": present},
    }


def _quorum(meeting: Meeting) -> str:
    if meeting.quorum is None:
        return "Non fissato"
    reached = "raggiunto" if quorum_reached(meeting) else "non raggiunto: la seduta non decide"
    return f"{meeting.quorum} ({reached}, presenti {present_of(meeting)})"


def _decided(meeting: Meeting) -> str:
    """Which decisions the minutes hold."""
    held = meeting.decisions.aggregate(count=Count("pk"), last=Max("pk"))
    return f"{held['count']}.{held['last'] or 0}"


def _minutes_title(meeting: Meeting) -> str:
    return f"Verbale n. {meeting.minutes_number} – {meeting}" if meeting.minutes_number else f"Verbale – {meeting}"


def _issuer(meeting: Meeting) -> str:
    if meeting.body == MeetingBody.STEERING:
        return "Regione Lombardia – Cabina di Regia"
    return meeting.network.lead.name


class MinutesKind(DocumentKind):
    """Minutes are for whoever sees the meeting; the Cabina hangs from no network, so its own query says who."""

    def may_open(self, person, record) -> bool:
        return person.is_authenticated and Meeting.objects.visible_to(person).filter(pk=record.pk).exists()


register(
    MinutesKind(
        key="meeting_minutes",
        label="Verbale di seduta",
        template="documents/meeting_minutes.html",
        model=Meeting,
        permission="meeting.view",
        context=minutes_context,
        title=_minutes_title,
        version=lambda meeting: f"{meeting.status}-{meeting.history.first().history_id}-{_decided(meeting)}",
        filename=lambda meeting: f"verbale-{timezone.localtime(meeting.starts_at):%Y-%m-%d}-{meeting.pk}",
        issuer=_issuer,
        short_title=lambda meeting: "Verbale",
    )
)


def receipt_context(entry: RegistryEntry) -> dict:
    network = network_of(entry)
    if network is None:
        raise Refused("Questa registrazione non è del protocollo di una Rete.")
    letter = letter_of(entry)
    facts = [
        ("Protocollo", str(entry)),
        ("Registrato il", entry.at),
        ("Verso", entry.get_direction_display()),
        ("Oggetto", letter.subject if letter else entry.subject),
    ]
    if letter is not None:
        incoming = entry.direction == RegistryEntry.Direction.INCOMING
        facts.append(("Mittente" if incoming else "Destinatario", letter.counterpart))
        facts.append(("Mezzo", letter.get_means_display()))
        if letter.dated_on:
            facts.append(("Data del documento", letter.dated_on))
    facts.append(("Registrato da", str(entry.by) if entry.by else "Il portale"))
    if entry.sha256:
        facts.append(("Impronta SHA-256", entry.sha256))
    return {"network": network.name, "lead": network.lead.name, "at": entry.at, "facts": facts, "hashed": entry.sha256}


class ReceiptKind(DocumentKind):
    """A receipt is for whoever reads the register, and for the person whose act was registered."""

    def may_open(self, person, record) -> bool:
        if not person.is_authenticated:
            return False
        return record.by_id == person.pk or registry_visible_to(person).filter(pk=record.pk).exists()


register(
    ReceiptKind(
        key="registry_receipt",
        label="Ricevuta di protocollo",
        template="documents/registry_receipt.html",
        model=RegistryEntry,
        permission="registry.view",
        context=receipt_context,
        title=lambda entry: f"Ricevuta di protocollo n. {entry}",
        version=lambda entry: "1",  # what is registered does not change
        filename=lambda entry: f"ricevuta-protocollo-{entry}",
        issuer=lambda entry: network_of(entry).lead.name,
        short_title=lambda entry: f"Protocollo n. {entry}",
    )
)
