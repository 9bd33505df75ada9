"""What the office of the network does beside the great acts of the story: its letters, day by day."""

from datetime import date

from network.enums import Means
from network.services import registry

from .papers import example_paper
from .story import Story


def letters(story: Story) -> None:
    """A certified mail that came in on paper's side, and the answer that went out."""
    with story.on(2014, 4, 9, 11):
        registry.register_letter(
            story.network,
            direction="in",
            subject="Richiesta di chiarimenti sull'adesione all'accordo (esempio)",
            counterpart="Fondazione Nido Aperto (esempio)",
            organisation=story.organisation("Fondazione Nido Aperto (esempio)"),
            means=Means.CERTIFIED,
            dated_on=date(2014, 4, 8),
            upload=example_paper("richiesta-chiarimenti", "Chiarimenti sull'adesione all'accordo di rete"),
            by=story.person("asl2"),
        )
    with story.on(2014, 4, 11, 10):
        registry.register_letter(
            story.network,
            direction="out",
            subject="Risposta alla richiesta di chiarimenti (esempio)",
            counterpart="Fondazione Nido Aperto (esempio)",
            organisation=story.organisation("Fondazione Nido Aperto (esempio)"),
            means=Means.CERTIFIED,
            dated_on=date(2014, 4, 11),
            by=story.person("asl2"),
        )
