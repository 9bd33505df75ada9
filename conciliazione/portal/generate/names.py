"""The territories of 2014-16, with the parts of each counted roughly as they were, and names for what is invented."""

# ASL of Lombardy in 2014: name, districts, how many alliances beside the others'
TERRITORIES = (
    ("Bergamo", 7, 3),
    ("Brescia", 6, 3),
    ("Como", 6, 2),
    ("Cremona", 3, 1),
    ("Lecco", 3, 1),
    ("Lodi", 3, 1),
    ("Mantova", 6, 2),
    ("Milano", 8, 4),
    ("Milano 1", 7, 3),
    ("Milano 2", 6, 2),
    ("Monza e Brianza", 5, 3),
    ("Pavia", 5, 2),
    ("Sondrio", 5, 1),
    ("Valle Camonica-Sebino", 2, 1),
    ("Varese", 8, 3),
)
# first year of the two of each programme; in the last the committees are still at work
PROGRAMMES = (2012, 2014, 2016, 2018, 2020, 2022, 2025)
CRITERIA = (
    ("Coerenza con i bisogni del territorio", 30),
    ("Efficacia per la conciliazione", 30),
    ("Qualità del partenariato", 20),
    ("Sostenibilità", 20),
)
INDICATORS = (
    ("Genitori che usano i servizi", "persone", "services"),
    ("Bambini accolti", "persone", "services"),
    ("Ore di doposcuola", "ore", "services"),
    ("Voucher assegnati", "voucher", "services"),
    ("Anziani assistiti", "persone", "services"),
    ("Imprese con un piano di flessibilità", "imprese", "organisation"),
    ("Lavoratori in telelavoro", "persone", "organisation"),
    ("Accordi aziendali di secondo livello", "accordi", "organisation"),
    ("Banche del tempo avviate", "servizi", "organisation"),
    ("Imprese premiate", "imprese", "organisation"),
    ("Persone formate", "persone", "training"),
    ("Ore di formazione", "ore", "training"),
    ("Sportelli aperti", "sportelli", "training"),
    ("Consulenze date", "consulenze", "training"),
    ("Responsabili del personale formati", "persone", "training"),
    ("Tavoli di confronto", "incontri", "planning"),
    ("Comuni che hanno cambiato gli orari", "comuni", "planning"),
    ("Piani di zona che ne tengono conto", "piani", "planning"),
    ("Mappe dei servizi pubblicate", "mappe", "planning"),
    ("Protocolli firmati", "protocolli", "planning"),
    ("Persone raggiunte dalla campagna", "persone", "communication"),
    ("Visite al sito", "visite", "communication"),
    ("Materiali distribuiti", "copie", "communication"),
    ("Eventi pubblici", "eventi", "communication"),
    ("Articoli di stampa", "articoli", "communication"),
)
WORDS = (
    "Tempo per la famiglia",
    "Nido aziendale",
    "Doposcuola diffuso",
    "Orari flessibili",
    "Lavoro agile in rete",
    "Cura condivisa",
    "Sportello conciliazione",
    "Estate insieme",
    "Rientro dopo la maternità",
    "Padri presenti",
    "Welfare di filiera",
    "Anziani al centro",
)
TEXT = (
    "Il territorio chiede servizi che permettano a chi lavora di prendersi cura di figli e genitori anziani. "
    "I partner mettono insieme spazi, operatori e orari, con una regia comune e una verifica ogni due mesi. "
)
