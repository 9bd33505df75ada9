"""Text that comes in is normalised before it is kept, searched or compared; and small helps to write sentences."""

import re
import unicodedata

# Letters of other alphabets that look like Latin ones: the paper of 2014 has a Cyrillic one in «imprese».
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅԚԜοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijshdqwABEKMHOPCTYXIJSQWoABEZHIKMNOPTYX",
)
_SPACES = str.maketrans(
    dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    )
)
_BREAKS = str.maketrans(dict.fromkeys("\u0085\u2028\u2029\x0b\x0c", "\n"))
_WORD = re.compile(r"\w+")


def normalise(text: str) -> str:
    """Unicode NFC, look-alike letters made Latin, odd spaces made plain, no control characters, none at line ends.

    A letter of another alphabet is changed only in a word that is otherwise Latin (or made of look-alikes alone): a
    name really written in Cyrillic or Greek stays as it is.
    """
    text = unicodedata.normalize("NFC", text).translate(_SPACES).translate(_BREAKS)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf"})
    if not text.isascii():
        text = _WORD.sub(_made_latin, text)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _made_latin(word: re.Match) -> str:
    latin = word[0].translate(_LOOKALIKES)
    others = any(not c.isascii() and unicodedata.name(c, "").startswith(("CYRILLIC", "GREEK")) for c in latin)
    return word[0] if others else latin


def search_key(text: str) -> str:
    """The form in which names are compared: no accents, no case, single spaces."""
    decomposed = unicodedata.normalize("NFKD", normalise(text))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def counted(count: int, one: str, many: str) -> str:
    """«1 aderente», «12 aderenti», for sentences written in Python (templates have the filter of the same name)."""
    return f"{count} {one if count == 1 else many}"
