"""The sections of the header that this app brings."""

from conciliazione.kernel.navigation import Section, add, add_public

add(Section(40, "Avvisi e proposte", "plans:calls"))
add_public(Section(30, "Avvisi", "plans:calls"))
