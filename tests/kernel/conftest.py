from pathlib import Path

import pytest


def with_samples(engines):
    """The template settings, with the tests' own documents beside those of the portal."""
    [engine] = engines
    return [{**engine, "DIRS": [*engine["DIRS"], Path(__file__).parent / "templates"]}]


@pytest.fixture
def sample_templates(settings):
    settings.TEMPLATES = with_samples(settings.TEMPLATES)
