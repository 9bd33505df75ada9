"""The partnership agreement as a document: the five contents as five headed parts, with its table of signatures."""

import hashlib
import json

from django.utils import timezone

from conciliazione.kernel.documents import DocumentKind, register

from .enums import PartnershipStatus
from .models import PartnershipAgreement, PartnershipSignature
from .queries import partners_of
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


def _parties(agreement: PartnershipAgreement) -> list[dict]:
    if agreement.status != PartnershipStatus.DRAFT:
        acceded = [s.frozen_party for s in _signatures(agreement) if s.is_addendum and s.signed_at]
        return [*agreement.frozen_parties, *acceded]
    lead = agreement.new_lead_id
    partners = partners_of(agreement.alliance)
    return [party_of(p, is_lead=p.pk == lead if lead else None) for p in partners]


def _signatures(agreement: PartnershipAgreement):
    return list(agreement.signatures.select_related("partner__organisation").order_by("pk"))


def _status(row: PartnershipSignature) -> str:
    return f"{row.get_method_display()}, {timezone.localdate(row.signed_at):%d/%m/%Y}" if row.signed_at else ""


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


def agreement_context(agreement: PartnershipAgreement) -> dict:
    """What the template prints; parties as they were frozen, once the version was sent to be signed."""
    alliance, parties = agreement.alliance, _parties(agreement)
    lead = next((party for party in parties if party["is_lead"]), None)
    opening = agreement.get_opening_display() or "Non ancora indicato"
    missing = "Non ancora scritto."
    return {
        "standing": NOT_IN_FORCE.get(agreement.status, ""),
        "in_force_on": agreement.in_force_on,
        "facts": [
            ("Alleanza", alliance.name),
            ("Rete", alliance.network.name),
            ("Programma", alliance.programme.name),
            ("Ambiti", ", ".join(d.name for d in alliance.districts.all()) or "–"),
            ("Versione", f"{agreement.version}{f': {agreement.reason}' if agreement.reason else ''}"),
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
        "signatures": [
            {
                "body": row.partner.organisation.name,
                "name": row.signatory or row.partner.organisation.legal_representative,
                "role": "Adesione successiva" if row.is_addendum else "",
                "status": _status(row),
            }
            for row in _signatures(agreement)
        ]
        or [{"body": p["name"], "name": p["legal_representative"], "role": "", "status": ""} for p in parties],
    }


def agreement_data(agreement: PartnershipAgreement) -> dict:
    return {
        "alliance": agreement.alliance.name,
        "network": agreement.alliance.network.name,
        "programme": agreement.alliance.programme.code,
        "version": agreement.version,
        "status": agreement.status,
        "in_force_on": agreement.in_force_on,
        "opening": agreement.opening,
        "organisation": agreement.organisation_text,
        "governance": agreement.governance_text,
        "commitments": agreement.commitments_text,
        "parties": _parties(agreement),
        "signatures": [
            {"body": row.partner.organisation.name, "signatory": row.signatory, "signed_at": row.signed_at}
            for row in _signatures(agreement)
        ],
    }


def content_version(agreement: PartnershipAgreement) -> str:
    """Changes with whatever is printed: «2-3f0c…»."""
    printed = json.dumps([agreement_context(agreement), agreement.status], default=str, sort_keys=True)
    return f"{agreement.version}-{hashlib.sha256(printed.encode()).hexdigest()[:16]}"


register(
    DocumentKind(
        key="partnership_agreement",
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
