"""Autumn 2015: what worked is told to the other networks. The practices are invented."""

from monitoring.services import practices
from network.enums import Area
from plans.models import Project

from .story import Story

PUBLISHED = {
    "title": "Gli orari dei servizi decisi insieme alle imprese",
    "summary": "Un tavolo di due ore al mese tra Comune, cooperativa e imprese fa coincidere servizi e turni.",
    "description": "Il capofila riunisce ogni mese chi gestisce il servizio e i responsabili del personale di alcune "
    "imprese. Si guardano i turni del mese dopo e si spostano aperture e chiusure di conseguenza.\n\n"
    "Gli orari decisi sono affissi in azienda e mandati alle famiglie con dieci giorni di anticipo.",
    "results": "Nel primo semestre i posti rimasti vuoti nel tardo pomeriggio sono quasi spariti, e le famiglie che "
    "lavorano a turni sono diventate un terzo di quelle servite.",
    "transfer": "Servono una persona che tenga il tavolo, mezza giornata al mese, e almeno due imprese con turni "
    "programmati. Il costo è quello delle ore di chi coordina. Conviene partire da una sede sola.",
    "area": Area.SERVICES,
}
PROPOSED = {
    "title": "Lo sportello informativo nei luoghi dove si passa già",
    "summary": "Una mattina a settimana lo sportello va al mercato, in biblioteca e in consultorio.",
    "description": "Invece di aspettare le persone in ufficio, gli operatori tengono lo sportello dove le famiglie "
    "passano già, con un calendario fisso e un solo numero di telefono.",
    "results": "Le richieste di informazioni sono raddoppiate rispetto ai mesi con il solo sportello in sede.",
    "transfer": "Servono un tavolo, un computer portatile e l'accordo con chi ospita. Attenzione a un angolo riservato "
    "per i colloqui.",
    "area": Area.TRAINING,
}


def tell(story: Story, projects: list[Project]) -> None:
    """One goes from its lead to the site; another waits for the ASL."""
    first, second = projects[0], projects[-1]
    with story.on(2015, 9, 22, 10):
        practice = practices.propose(
            story.network, by=story.lead_person(first.alliance), project=first, is_example=True, **PUBLISHED
        )
    with story.on(2015, 9, 24, 11):
        practice = practices.validate(practice, by=story.person("asl"))
    with story.on(2015, 9, 25, 9):
        practices.propose(
            story.network, by=story.lead_person(second.alliance), project=second, is_example=True, **PROPOSED
        )
    with story.on(2015, 9, 29, 15):
        practices.publish(practice, by=story.person("regione"))
