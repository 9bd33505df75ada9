from pathlib import Path

import pytest

from conciliazione.kernel import navigation
from conciliazione.kernel.navigation import Section


def with_samples(engines):
    """The template settings, with the tests' own documents beside those of the portal."""
    [engine] = engines
    return [{**engine, "DIRS": [*engine["DIRS"], Path(__file__).parent / "templates"]}]


@pytest.fixture
def sample_templates(settings):
    settings.TEMPLATES = with_samples(settings.TEMPLATES)


@pytest.fixture
def two_public_sections(monkeypatch):
    """What the frame leads to where the addresses are those of `tests.kernel.frame_urls`."""
    sections = [Section(10, "Ricerca", "portal:search"), Section(20, "Privacy", "portal:privacy")]
    monkeypatch.setattr(navigation, "_public", sections)
