"""The sections of the header that the portal itself brings."""

from conciliazione.kernel.access import SIGNED_IN
from conciliazione.kernel.navigation import Section, add, add_public

add(
    Section(10, "Il mio lavoro", "portal:home", SIGNED_IN),
    Section(80, "Cruscotto", "portal:dashboard", "dashboard.view"),
)
add_public(
    Section(10, "Reti", "portal:public_networks"),
    Section(20, "Alleanze", "portal:public_alliances"),
    Section(40, "Piani", "portal:public_plans"),
    Section(50, "Progetti", "portal:public_projects"),
    Section(60, "Buone prassi", "portal:public_practices"),
    Section(70, "Trasparenza", "portal:transparency"),
)
