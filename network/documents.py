"""The documents of the network: the agreement with its signatures, minutes of meetings, receipts of the register."""

from django.db.models import Count, Max
from django.utils import timezone

from conciliazione.kernel.document_kinds import fingerprint
from conciliazione.kernel.documents import DocumentKind, register
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry

from .enums import AgreementStatus, MeetingBody, MeetingStatus
from .models import AgreementVersion, Meeting, Membership, NetworkAgreement
from .queries import current_agreement
from .queries.agreements import signature_table
from .queries.meetings import present_of, quorum_reached
from .queries.minutes import Minutes
from .queries.registry import letter_of, network_of, registry_visible_to
from .queries.signing import ADHESION, TEXT, adheres_by_act, adhesion_version, issued_text, listed, text_version
from .rules.duties import duties


def _text(agreement: NetworkAgreement) -> AgreementVersion:
    version = agreement.versions.prefetch_related("articles").first()
    if version is None:
        raise Refused("L'accordo non ha ancora un testo.")
    return version


def _how(row) -> str:
    """How and when it was signed, with what proves it."""
    if not row.signed_on:
        return ""
    how = ", ".join(filter(None, (row.get_method_display(), f"{row.signed_on:%d/%m/%Y}")))
    return f"{how} ({row.proof})" if row.proof else how


def _rows(agreement: NetworkAgreement, *, signed: bool) -> list[dict]:
    """The table as on paper: only whoever is listed there, with room to sign, or with how each signed."""
    if not signed:
        return [{"body": row.name_on_paper, "name": row.signatory, "status": ""} for row in listed(agreement)]
    return [
        {
            "body": line.name,
            "name": line.signatory,
            "role": "Adesione successiva" if line.row.is_adhesion else "",
            "status": _how(line.row),
        }
        for line in signature_table(agreement)
        if line.row is not None
    ]


def agreement_context(agreement: NetworkAgreement, *, signed: bool = False) -> dict:
    """`signed`: the edition with the signatures, which says since when it is in force; the text that is signed says
    nothing that changes after."""
    version = _text(agreement)
    text = issued_text(agreement) if signed else None
    return {
        "agreement_title": agreement.title,
        "network": agreement.network.name,
        "deliberation": agreement.deliberation_number,
        "deliberated_on": agreement.deliberated_on,
        "lead": agreement.network.lead.name,
        "signed_on": agreement.signed_on if signed else None,
        "place": agreement.signed_at_place if signed else "",
        "expires_on": agreement.expires_on if signed else None,
        "premises": version.preamble,
        "articles": [
            {"number": article.number, "title": article.heading, "text": article.text}
            for article in version.articles.all()
        ],
        "version": version.number,
        "reason": version.reason if version.number > 1 else "",
        "form_agreed": version.form_agreed,
        "signatures": _rows(agreement, signed=signed),
        "text": [("Testo firmato", f"documento {text.code}, SHA-256 {text.sha256}")] if text else [],
    }


def signed_context(agreement: NetworkAgreement) -> dict:
    if agreement.status == AgreementStatus.DRAFT:
        raise Refused("L'accordo non è ancora alla firma: non ha firme da mostrare. Scarica la bozza.")
    return agreement_context(agreement, signed=True)


def agreement_data(agreement: NetworkAgreement, *, signed: bool = False) -> dict:
    context = agreement_context(agreement, signed=signed)
    return {name: context[name] for name in context if name not in {"reason", "form_agreed"}}


def content_version(agreement: NetworkAgreement) -> str:
    """A draft changes with whatever is printed; what is out to be signed only with the list of who signs."""
    if agreement.status != AgreementStatus.DRAFT:
        return text_version(agreement)
    return f"{_text(agreement).number}-bozza-{fingerprint(agreement_context(agreement))}"


def signed_version(agreement: NetworkAgreement) -> str:
    """Changes with each signature and with the state of the agreement."""
    return f"{_text(agreement).number}-{agreement.status}-{fingerprint(signed_context(agreement))}"


def _is_public(agreement: NetworkAgreement) -> bool:
    return agreement.status in {AgreementStatus.IN_FORCE, AgreementStatus.EXPIRED, AgreementStatus.SUPERSEDED}


AGREEMENT = {
    "template": "documents/network_agreement.html",
    "model": NetworkAgreement,
    "permission": "network.view",
    "issuer": lambda agreement: agreement.network.lead.name,
    "public": _is_public,
}
register(
    DocumentKind(
        key=TEXT,
        label="Accordo di rete",
        context=agreement_context,
        title=lambda agreement: agreement.title,
        version=content_version,
        filename=lambda agreement: f"accordo-{agreement.network.slug}-{agreement.programme.code}",
        short_title=lambda agreement: f"Accordo di rete – {agreement.network.name}",
        data=agreement_data,
        **AGREEMENT,
    )
)
register(
    DocumentKind(
        key="network_agreement_signed",
        label="Accordo di rete con le firme",
        context=signed_context,
        title=lambda agreement: f"{agreement.title}, con le firme",
        version=signed_version,
        filename=lambda agreement: f"accordo-{agreement.network.slug}-{agreement.programme.code}-con-le-firme",
        short_title=lambda agreement: f"Accordo di rete con le firme – {agreement.network.name}",
        data=lambda agreement: agreement_data(agreement, signed=True),
        **AGREEMENT,
    )
)


def _in_force(membership: Membership) -> NetworkAgreement:
    agreement = current_agreement(membership.network)
    if agreement is None or not adheres_by_act(agreement, membership.organisation):
        raise Refused("L'atto di adesione è per chi aderisce a un accordo in vigore che non lo nomina tra i firmatari.")
    return agreement


def adhesion_context(membership: Membership) -> dict:
    """The act by which a body adheres to the agreement in force (R10, art. 5)."""
    agreement, body = _in_force(membership), membership.organisation
    text = issued_text(agreement)
    office, name = body.legal_representative_office, body.legal_representative
    return {
        "body": body.name,
        "network": membership.network.name,
        "lead": membership.network.lead.name,
        "signed_on": agreement.signed_on,
        "expires_on": agreement.expires_on,
        "facts": [
            ("Ente che aderisce", body.name),
            ("Codice fiscale", body.tax_code or "–"),
            ("Legale rappresentante", f"{office} {name}".strip() or "–"),
            ("Rete", membership.network.name),
            ("Capofila di Rete", membership.network.lead.name),
            ("Accordo", f"{agreement.title}, sottoscritto il {agreement.signed_on:%d/%m/%Y}"),
            ("Testo", f"versione {_text(agreement).number}" + (f", documento {text.code}" if text else "")),
        ],
        "duties": duties(),
        "signatures": [{"body": body.name, "name": f"{office} {name}".strip(), "status": ""}],
    }


register(
    DocumentKind(
        key=ADHESION,
        label="Atto di adesione alla Rete",
        template="documents/network_adhesion.html",
        model=Membership,
        permission="network.view",
        context=adhesion_context,
        title=lambda membership: f"Adesione di {membership.organisation.name} alla {membership.network.name}",
        version=lambda membership: adhesion_version(_in_force(membership)),
        filename=lambda membership: f"atto-di-adesione-{membership.network.slug}-{membership.pk}",
        issuer=lambda membership: membership.network.lead.name,
        short_title=lambda membership: "Atto di adesione",
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
        [
            str(decision.number),
            _decided_on(decision),
            ". ".join(filter(None, (decision.get_outcome_display(), decision.votes))),
        ]
        for decision in meeting.decisions.select_related("part")
    ]
    columns = [("N.", "head"), "Decisione", "Esito"]
    return {
        "decisions": {"caption": "Che cosa è stato deciso", "columns": columns, "rows": decisions},
        "body": meeting.body_name,
        "network": meeting.network.name if meeting.network else "",
        "starts_at": timezone.localtime(meeting.starts_at),
        "approved": meeting.status == MeetingStatus.MINUTES_APPROVED,
        "facts": [
            ("Organo", meeting.body_name),
            ("Scopo", meeting.get_purpose_display()),
            ("Giorno e ora", meeting.starts_at),
            ("Luogo", meeting.place),
            ("Numero legale", _quorum(meeting)),
            ("Stato del verbale", "Approvato" if meeting.status == MeetingStatus.MINUTES_APPROVED else "Bozza"),
        ],
        "agenda": meeting.agenda,
        "minutes": meeting.minutes,
        "parts": parts_context(meeting),
        "present": {"caption": "Enti presenti", "columns": [("Ente", "head"), "Rappresentato da"], "rows": present},
    }


def _decided_on(decision) -> str:
    return f"Sulla proposta «{decision.part.name}»: {decision.text}" if decision.part else decision.text


def parts_context(meeting: Meeting) -> list[dict]:
    """What the minutes say matter by matter, whole, with who left for each."""
    return [{"name": part.matter.name, "text": part.text, "away": part.away} for part in Minutes(meeting).parts]


def _quorum(meeting: Meeting) -> str:
    if meeting.quorum is None:
        return "Non fissato"
    reached = "raggiunto" if quorum_reached(meeting) else "non raggiunto: la seduta non decide"
    return f"{meeting.quorum} ({reached}, presenti {present_of(meeting)})"


def _decided(meeting: Meeting) -> str:
    """Which decisions the minutes hold, and what they say matter by matter."""
    held = meeting.decisions.aggregate(count=Count("pk"), last=Max("pk"))
    parts = parts_context(meeting)
    return f"{held['count']}.{held['last'] or 0}" + (f"-{fingerprint(parts)}" if parts else "")


def _minutes_title(meeting: Meeting) -> str:
    return f"Verbale n. {meeting.minutes_number} – {meeting}" if meeting.minutes_number else f"Verbale – {meeting}"


def _issuer(meeting: Meeting) -> str:
    if meeting.body == MeetingBody.STEERING:
        return "Regione Lombardia – Cabina di Regia"
    if meeting.body == MeetingBody.ALLIANCE:
        return meeting.alliance_name
    return meeting.network.lead.name


class MinutesKind(DocumentKind):
    """Minutes are for whoever sees the meeting; the Cabina hangs from no network, so its own query says who.

    They are whole: who may not read a part of them, as whoever is in conflict of interest, has it on the page alone.
    """

    def may_open(self, person, record) -> bool:
        seen = person.is_authenticated and Meeting.objects.visible_to(person).filter(pk=record.pk).exists()
        return seen and not Minutes(record, person).why_closed


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
    if entry.annulled_at:
        annulled = f"{timezone.localtime(entry.annulled_at):%d/%m/%Y}, da {entry.annulled_by}: {entry.annulled_reason}"
        facts.append(("Annullata il", annulled))
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
        version=lambda entry: "annullata" if entry.annulled_at else "1",  # nothing else changes
        filename=lambda entry: f"ricevuta-protocollo-{entry}",
        issuer=lambda entry: network_of(entry).lead.name,
        short_title=lambda entry: f"Protocollo n. {entry}",
    )
)
