"""The register of a network: every formal act that came in or went out, with its number."""

from django.db.models import QuerySet

from conciliazione.kernel import access
from conciliazione.kernel.models import AboutRecord, RegistryEntry

from ..models import Correspondence, Network

PREFIX = "network:"


def registry_visible_to(person) -> QuerySet[RegistryEntry]:
    """The entries of the registers that the person may read."""
    rows = RegistryEntry.objects.select_related("sequence", "by", "annulled_by")
    if not person.is_authenticated:
        return rows.none()
    if person.is_superuser:
        return rows.filter(sequence__register__startswith=PREFIX)
    networks = access.grants_of(person).ids("network", access.policy()["registry.view"])
    return rows.filter(sequence__register__in=[f"{PREFIX}{pk}" for pk in networks])


def registry_in(network: Network) -> QuerySet[RegistryEntry]:
    """The register of one network."""
    return RegistryEntry.objects.filter(sequence__register=network.register).select_related("sequence", "by")


def years_of(entries: QuerySet[RegistryEntry]) -> list[int]:
    """The years in which something was registered, newest first."""
    return list(entries.order_by("-sequence__year").values_list("sequence__year", flat=True).distinct())


def network_of(entry: RegistryEntry) -> Network | None:
    """The network in whose register the entry is; None for the register of another body."""
    name = entry.sequence.register
    if not name.startswith(PREFIX):
        return None
    return Network.objects.select_related("lead").filter(pk=name.removeprefix(PREFIX)).first()


def letter_of(entry: RegistryEntry) -> Correspondence | None:
    """The letter that the entry is about, when it was registered by hand."""
    return Correspondence.objects.filter(entry=entry).select_related("organisation", "file").first()


def with_copy(entries: QuerySet[RegistryEntry]) -> QuerySet[RegistryEntry]:
    """Those of a letter of which a copy is kept."""
    return entries.filter(pk__in=Correspondence.objects.exclude(file=None).values("entry"))


def registry_of(record) -> list[RegistryEntry]:
    """The registry numbers that acts about a record were given, newest first."""
    return list(RegistryEntry.objects.filter(**AboutRecord.key(record)).select_related("sequence"))
