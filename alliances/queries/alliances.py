"""Alliances, their partners and the versions of their agreement."""

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from conciliazione.kernel import access
from network.models import District, Network

from ..enums import AllianceStatus, PartnershipStatus
from ..models import Alliance, Partner, PartnershipAgreement, PartnershipSignature


def alliance_list(person) -> QuerySet[Alliance]:
    """The alliances that the person may see: `lead_name` (or None), `partner_count`, and `places`, their districts."""
    partners = Partner.objects.current().filter(alliance=OuterRef("pk"))
    lead = partners.filter(is_lead=True)
    number = partners.order_by().values("alliance").annotate(number=Count("pk")).values("number")
    places = Prefetch("districts", District.objects.only("name").order_by("name"), to_attr="places")
    rows = Alliance.objects.visible_to(person).select_related("programme").prefetch_related(places)
    return rows.only("name", "status", "is_example", "programme__name").annotate(
        lead_name=Subquery(lead.values("organisation__name")[:1]), partner_count=Coalesce(Subquery(number), 0)
    )


def lead_of(alliance: Alliance) -> Partner | None:
    """The present lead; None while none has been named."""
    return alliance.partners.current().filter(is_lead=True).select_related("organisation").first()


def is_constituted(alliance: Alliance) -> bool:
    """The agreement is in force, signed by all (R32). Asked of the database, not of the object in hand."""
    return Alliance.objects.filter(
        pk=alliance.pk, status=AllianceStatus.CONSTITUTED, agreements__status=PartnershipStatus.IN_FORCE
    ).exists()


def partners_of(alliance: Alliance) -> list[Partner]:
    """The present partners, the lead first, then full before associated, by name."""
    rows = alliance.partners.current().select_related("organisation")
    return list(rows.order_by("-is_lead", "-kind", "organisation__name"))


def agreement_in_force(alliance: Alliance) -> PartnershipAgreement | None:
    return alliance.agreements.filter(status=PartnershipStatus.IN_FORCE).first()


def open_agreement(alliance: Alliance) -> PartnershipAgreement | None:
    """The version that is being written or signed."""
    return alliance.agreements.filter(status__in=[PartnershipStatus.DRAFT, PartnershipStatus.SIGNING]).first()


def shown_agreement(alliance: Alliance, version: int | None = None) -> PartnershipAgreement | None:
    """The version asked for; else the one in force; else the newest. None when there is no such version."""
    rows = alliance.agreements.prefetch_related(
        Prefetch(
            "signatures",
            PartnershipSignature.objects.select_related(
                "partner__organisation", "signed_by", "scan", "digital"
            ).order_by("pk"),
        )
    )
    if version is not None:
        return rows.filter(version=version).first()
    return rows.filter(status=PartnershipStatus.IN_FORCE).first() or rows.order_by("-version").first()


def networks_to_found_in(person) -> QuerySet[Network]:
    """The networks in which the person may start an alliance, in the seat in which they act (R26)."""
    return Network.objects.filter(access.reach(person, "alliance.create", network="pk")).select_related("lead")
