"""The sections of the header that this app brings."""

from conciliazione.kernel.navigation import Section, add

add(Section(70, "Monitoraggio", "monitoring:reports", "corrective.read"))
