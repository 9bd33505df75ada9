"""A body that ceases and the one that follows it: an ASL that becomes an ATS, two cooperatives that merge."""

from dataclasses import dataclass
from datetime import date

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import OrganisationKind


@dataclass(frozen=True)
class Heir:
    """A body as a succession looks at it. `network_led`: the name of the network that it leads, or empty."""

    name: str
    kind: str
    ceased: bool = False
    network_led: str = ""
    ster_of: str = ""


def check_succession(former: Heir, successor: Heir, *, same: bool, on: date, today: date, act: str) -> None:
    """A body that is there is followed by another that is there, by an act, from a day that has come."""
    if same:
        raise Refused("Un ente non può succedere a sé stesso: scegli l'altro.", field="successor")
    if former.ceased:
        raise Refused(f"{former.name} è già cessato: la sua successione è già registrata.")
    if successor.ceased:
        raise Refused(f"{successor.name} è cessato: scegli l'ente che gli è succeduto.", field="successor")
    if on > today:
        raise Refused("La data è nel futuro: registra la successione quando vale.", field="on")
    if not act.strip():
        raise Refused("Scrivi l'atto da cui viene la successione.", field="act")
    check_network_lead(former, successor)


@enforces("R06")
def check_network_lead(former: Heir, successor: Heir) -> None:
    """R06, art. 5: a network stays led by an ASL (or by the ATS that follows it), and each leads one."""
    if former.network_led and successor.kind != OrganisationKind.HEALTH_AUTHORITY:
        raise violated(
            "R06",
            f"{former.name} è capofila di {former.network_led}, e il capofila di Rete è l'ASL o l'ATS che le succede: "
            f"{successor.name} non lo è",
            field="successor",
        )
    if former.network_led and successor.network_led:
        raise violated(
            "R06",
            f"{successor.name} è già capofila di {successor.network_led}, e guida una sola Rete: {former.network_led} "
            "resterebbe senza capofila. Registra prima un altro ente come suo successore",
            field="successor",
        )
    if former.ster_of and successor.kind != OrganisationKind.STER:
        raise violated(
            "R13",
            f"{former.name} è la STER di {former.ster_of}: le può succedere solo una sede territoriale della Regione",
            field="successor",
        )
