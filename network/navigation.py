"""The sections of the header that this app brings."""

from conciliazione.kernel import access, navigation

navigation.add(navigation.Section(20, "Rete", "network:home", access.SIGNED_IN))
