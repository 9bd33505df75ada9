"""The text of an agreement as a plain file: premises, then articles, each under its own heading line."""

import re
from dataclasses import dataclass

from conciliazione.kernel.text import normalise

_HEADING = re.compile(r"^# (?:Premesse|Articolo (?P<number>\d+) [–-] (?P<heading>.+))$", re.MULTILINE)


@dataclass(frozen=True)
class Article:
    number: int
    heading: str
    text: str


@dataclass(frozen=True)
class AgreementText:
    preamble: str
    articles: tuple[Article, ...]


def parse(source: str) -> AgreementText:
    """Read «# Premesse» and «# Articolo N – Rubrica» with what follows each. Text is normalised."""
    source = normalise(source)
    found = list(_HEADING.finditer(source))
    ends = [match.start() for match in found[1:]] + [len(source)]
    preamble, articles = "", []
    for match, end in zip(found, ends, strict=True):
        text = source[match.end() : end].strip()
        if match["number"]:
            articles.append(Article(int(match["number"]), match["heading"].strip(), text))
        else:
            preamble = text
    return AgreementText(preamble, tuple(articles))
