"""A sample that anyone can draw again: the same seed gives the same sample, on any machine and database."""

from collections.abc import Iterable
from hashlib import sha256

from conciliazione.kernel.errors import Refused


def draw(population: Iterable[int], *, seed: str, share: int) -> list[int]:
    """The drawn keys in the order of drawing: by the SHA-256 of seed and key, the first `share` % rounded up.

    At least one when there is any.
    """
    keys = sorted(set(population), key=lambda key: sha256(f"{seed}|{key}".encode()).hexdigest())
    return keys[: -(-len(keys) * share // 100)]


def check_draw(*, share: int, count: int, open_reports: int) -> None:
    """A sample is drawn once everything that was reported is in the ASL's hands. Raises Refused beside the field."""
    if not 1 <= share <= 100:
        raise Refused("La quota del campione sta tra 1 e 100 %.", field="share")
    if open_reports:
        raise Refused(
            "Alcune rendicontazioni di questa finestra sono ancora in mano ai capofila: il campione si estrae quando "
            "sono state inviate tutte quelle aperte, così ogni dichiarazione può essere estratta.",
            field="window",
        )
    if not count:
        raise Refused(
            "In questa finestra nessuna spesa è attestata da una dichiarazione sostitutiva: non c'è nulla da estrarre.",
            field="window",
        )
