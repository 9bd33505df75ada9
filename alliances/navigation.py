"""The sections of the header that this app brings."""

from conciliazione.kernel import navigation

navigation.add(navigation.Section(30, "Alleanze", "alliances:list", "alliance.view"))
