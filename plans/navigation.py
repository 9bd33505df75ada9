"""The sections of the header that this app brings."""

from conciliazione.kernel.navigation import Section, add, add_public

add(Section(40, "Avvisi e proposte", "plans:calls", also=("plans:proposals",)))
add(Section(50, "Valutazione", "plans:evaluation", "evaluation.view"))
add(Section(60, "Piano", "plans:plans"))
add_public(Section(30, "Avvisi", "plans:calls"), Section(35, "Graduatorie", "plans:rankings"))
