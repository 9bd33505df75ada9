"""The partnership agreement as documents: the text that is signed, the edition with the signatures, and the addendum of
whoever accedes later.

The text is issued once and never changes: digital signatures are made on its bytes. What is signed since stands in the
edition with the signatures, which names the text by code and fingerprint.
"""

from django.utils import timezone

from conciliazione.kernel.document_kinds import fingerprint
from conciliazione.kernel.documents import DocumentKind, register
from conciliazione.kernel.errors import Refused

from .enums import PartnershipStatus
from .models import PartnershipAgreement, PartnershipSignature
from .queries import partners_of
from .queries.signing import ADDENDUM, SENT, TEXT, issued_text, text_version
from .services.partners import party_of

NOT_IN_FORCE = {
    PartnershipStatus.DRAFT: "Bozza, non ancora alla firma",
    PartnershipStatus.SIGNING: "Testo alla firma, non ancora in vigore",
    PartnershipStatus.WITHDRAWN: "Versione ritirata, mai entrata in vigore",
    PartnershipStatus.SUPERSEDED: "Versione sostituita",
    PartnershipStatus.ENDED: "Accordo cessato",
}
DUTIES = (
    "Coordina il progetto, gestisce le risorse, risponde dei risultati come interlocutore unico del partenariato verso "
    "la Regione, per il tramite dell'ASL, e rendiconta."
)
NO_LEAD = "Il capofila non è ancora indicato."


def _parties(agreement: PartnershipAgreement, *, acceded: bool) -> list[dict]:
    """The parties of the text; with those that acceded since, for the edition with the signatures."""
    if agreement.status != PartnershipStatus.DRAFT:
        later = [s.frozen_party for s in _signatures(agreement) if s.is_addendum and s.signed_at] if acceded else []
        return [*agreement.frozen_parties, *later]
    lead = agreement.new_lead_id
    partners = partners_of(agreement.alliance)
    return [party_of(p, is_lead=p.pk == lead if lead else None) for p in partners]


def _signatures(agreement: PartnershipAgreement):
    rows = agreement.signatures.select_related("partner__organisation", "digital", "signed_by")
    return list(rows.order_by("pk"))


def _status(row: PartnershipSignature) -> str:
    """How and when it was signed, with what proves it."""
    if not row.signed_at:
        return "Non partecipa più" if row.partner.left_on else ""
    how = f"{row.get_method_display()}, {timezone.localdate(row.signed_at):%d/%m/%Y}"
    return f"{how} ({row.proof})"


def _rows(agreement: PartnershipAgreement, parties: list[dict], *, signed: bool) -> list[dict]:
    """The table of signatures: empty for the text that goes to be signed."""
    if not signed:
        return [{"body": p["name"], "name": p["legal_representative"], "role": "", "status": ""} for p in parties]
    return [
        {
            "body": row.body_name,
            "name": row.signatory or row.partner.organisation.legal_representative,
            "role": "Adesione successiva" if row.is_addendum else "",
            "status": _status(row),
        }
        for row in _signatures(agreement)
    ]


def _text_facts(agreement: PartnershipAgreement) -> list[tuple[str, str]]:
    text = issued_text(agreement)
    return [("Testo firmato", f"documento {text.code}, SHA-256 {text.sha256}")] if text else []


def _table(parties: list[dict]) -> dict:
    return {
        "caption": "Soggetti coinvolti",
        "columns": [("Ente", "head"), ("Natura", "text", "28mm"), ("Partecipa come", "text", "28mm")],
        "rows": [[p["name"], p["nature"], "Capofila" if p["is_lead"] else p["kind"]] for p in parties],
    }


def _contributions(parties: list[dict]) -> dict:
    return {
        "caption": "Che cosa porta ciascuno, e a che cosa si impegna",
        "columns": [("Ente", "head"), "Competenze", "Risorse", "Impegni"],
        "rows": [
            [p["name"], *(p[name] or None for name in ("competences", "resources", "commitments"))] for p in parties
        ],
    }


def agreement_context(agreement: PartnershipAgreement, *, signed: bool = False) -> dict:
    """What the template prints; parties as they were frozen, once the version was sent to be signed. `signed`: the
    edition with the signatures, which says where the agreement stands; the text to be signed says nothing that changes.
    """
    alliance, parties = agreement.alliance, _parties(agreement, acceded=signed)
    lead = next((party for party in parties if party["is_lead"]), None)
    opening = agreement.get_opening_display() or "Non ancora indicato"
    missing = "Non ancora scritto."
    draft = agreement.status == PartnershipStatus.DRAFT
    return {
        "standing": NOT_IN_FORCE.get(agreement.status, "") if signed or draft else "",
        "in_force_on": agreement.in_force_on if signed else None,
        "sent_on": None if draft else timezone.localdate(agreement.sent_to_sign_at),
        "signed_edition": signed,
        "facts": [
            ("Alleanza", alliance.name),
            ("Rete", alliance.network.name),
            ("Programma", alliance.programme.name),
            ("Ambiti", ", ".join(d.name for d in alliance.districts.all()) or "–"),
            ("Versione", f"{agreement.version}{f': {agreement.reason}' if agreement.reason else ''}"),
            *(_text_facts(agreement) if signed else []),
            *([("Avvertenza", "Alleanza di esempio: i dati sono inventati.")] if alliance.is_example else []),
        ],
        "purpose": alliance.purpose,
        "articles": [
            {"number": 1, "title": "Soggetti coinvolti", "text": f"{opening}.", "table": _table(parties)},
            {"number": 2, "title": "Assetti organizzativi", "text": agreement.organisation_text or missing},
            {"number": 3, "title": "Assetti di governance", "text": agreement.governance_text or missing},
            {
                "number": 4,
                "title": "Capofila",
                "text": f"Il capofila dell'Alleanza è {lead['name']}. {DUTIES}" if lead else NO_LEAD,
            },
            {
                "number": 5,
                "title": "Impegni delle parti",
                "text": agreement.commitments_text or missing,
                "table": _contributions(parties),
            },
        ],
        "signatures": _rows(agreement, parties, signed=signed),
    }


def signed_context(agreement: PartnershipAgreement) -> dict:
    if agreement.status == PartnershipStatus.DRAFT:
        raise Refused("L'accordo non è ancora alla firma: non ha firme da mostrare. Scarica la bozza.")
    return agreement_context(agreement, signed=True)


def agreement_data(agreement: PartnershipAgreement) -> dict:
    """The contents as data, without what changes after the text was sent."""
    return {
        "alliance": agreement.alliance.name,
        "network": agreement.alliance.network.name,
        "programme": agreement.alliance.programme.code,
        "version": agreement.version,
        "opening": agreement.opening,
        "organisation": agreement.organisation_text,
        "governance": agreement.governance_text,
        "commitments": agreement.commitments_text,
        "parties": _parties(agreement, acceded=False),
    }


def signed_data(agreement: PartnershipAgreement) -> dict:
    text = issued_text(agreement)
    return agreement_data(agreement) | {
        "status": agreement.status,
        "in_force_on": agreement.in_force_on,
        "text": {"code": text.code, "sha256": text.sha256} if text else None,
        "parties": _parties(agreement, acceded=True),
        "signatures": [
            {
                "body": row.body_name,
                "signatory": row.signatory,
                "method": row.method,
                "signed_at": row.signed_at,
                "certificate_sha256": row.digital.fingerprint if row.digital else "",
            }
            for row in _signatures(agreement)
        ],
    }


def content_version(agreement: PartnershipAgreement) -> str:
    """A draft changes with whatever is printed: «2-3f0c…». Sent to be signed, the text never changes again."""
    if agreement.status != PartnershipStatus.DRAFT:
        return text_version(agreement)
    return f"{agreement.version}-{fingerprint([agreement_context(agreement), agreement.status])}"


def signed_version(agreement: PartnershipAgreement) -> str:
    """Changes with each signature and with the state of the agreement."""
    return f"{agreement.version}-{fingerprint([signed_context(agreement), agreement.status])}"


register(
    DocumentKind(
        key=TEXT,
        label="Accordo di partenariato",
        template="documents/partnership_agreement.html",
        model=PartnershipAgreement,
        permission="alliance.view",
        context=agreement_context,
        title=lambda a: f"Accordo di partenariato {a.alliance.name}",
        short_title=lambda a: f"Accordo di partenariato, versione {a.version}",
        version=content_version,
        filename=lambda a: f"accordo-di-partenariato-{a.alliance_id}-v{a.version}",
        issuer=lambda a: a.alliance.network.name,
        data=agreement_data,
    )
)
register(
    DocumentKind(
        key="partnership_agreement_signed",
        label="Accordo di partenariato con le firme",
        template="documents/partnership_agreement.html",
        model=PartnershipAgreement,
        permission="alliance.view",
        context=signed_context,
        title=lambda a: f"Accordo di partenariato {a.alliance.name}, con le firme",
        short_title=lambda a: f"Accordo di partenariato, versione {a.version}, con le firme",
        version=signed_version,
        filename=lambda a: f"accordo-di-partenariato-{a.alliance_id}-v{a.version}-con-le-firme",
        issuer=lambda a: a.alliance.network.name,
        data=signed_data,
    )
)


def addendum_context(signature: PartnershipSignature) -> dict:
    """The act by which a body accedes to an agreement in force that is open (R34, art. 9)."""
    if not signature.is_addendum:
        raise Refused("Questo ente firma l'accordo stesso: l'atto di adesione è per chi aderisce dopo.")
    agreement, party = signature.agreement, signature.frozen_party
    return {
        "body": party["name"],
        "alliance": agreement.alliance.name,
        "version": agreement.version,
        "in_force_on": agreement.in_force_on,
        "facts": [
            ("Ente che aderisce", party["name"]),
            ("Codice fiscale", party["tax_code"] or "–"),
            ("Legale rappresentante", party["legal_representative"] or "–"),
            ("Natura", party["nature"]),
            ("Partecipa come", party["kind"]),
            ("Alleanza", agreement.alliance.name),
            ("Rete", agreement.alliance.network.name),
            ("Accordo", f"versione {agreement.version}, in vigore dal {agreement.in_force_on:%d/%m/%Y}"),
            *_text_facts(agreement),
        ],
        "contributions": _contributions([party]),
        "signatures": [{"body": party["name"], "name": party["legal_representative"], "role": "", "status": ""}],
    }


register(
    DocumentKind(
        key=ADDENDUM,
        label="Atto di adesione successiva",
        template="documents/partnership_addendum.html",
        model=PartnershipSignature,
        permission="alliance.view",
        context=addendum_context,
        title=lambda s: f"Adesione di {s.frozen_party.get('name', '')} a {s.agreement.alliance.name}",
        short_title=lambda s: "Atto di adesione successiva",
        version=lambda s: SENT,
        filename=lambda s: f"atto-di-adesione-{s.agreement.alliance_id}-{s.pk}",
        issuer=lambda s: s.agreement.alliance.network.name,
        data=lambda s: {"party": s.frozen_party, "alliance": s.agreement.alliance.name, "version": s.agreement.version},
    )
)
