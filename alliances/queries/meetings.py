"""The meetings of an alliance: who belongs to them."""

from django.db.models import Q, QuerySet

from network.models import Meeting, Organisation, Person
from network.queries import delegates_of

from ..models import Alliance, Partner


def bodies_on(alliance_pk: int, day) -> QuerySet[Organisation]:
    """The partners of an alliance on a day."""
    rows = Partner.objects.filter(Q(left_on=None) | Q(left_on__gt=day), alliance=alliance_pk, joined_on__lte=day)
    return Organisation.objects.filter(pk__in=rows.values("organisation"))


def people_of(alliance_pk: int) -> QuerySet[Person]:
    """The delegates of its partners of today."""
    return delegates_of(Partner.objects.current().filter(alliance=alliance_pk).values("organisation"))


def quorum_of(alliance_pk: int) -> int | None:
    """How many partners must be there for a meeting to decide, as set now."""
    return Alliance.objects.values_list("quorum", flat=True).get(pk=alliance_pk)


def meetings_of(alliance: Alliance, person) -> QuerySet[Meeting]:
    """Those that the person may see, the latest first."""
    return Meeting.objects.visible_to(person).filter(alliance_key=alliance.pk).order_by("-starts_at")
