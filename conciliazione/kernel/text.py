"""Text that comes in is normalised before it is kept, searched or compared; and small helps to write sentences."""

import unicodedata

# Cyrillic letters that look like Latin ones: the paper of 2014 has one in «imprese».
_LOOKALIKES = str.maketrans("аеорсухіАВЕКМНОРСТХІ", "aeopcyxiABEKMHOPCTXI")


def normalise(text: str) -> str:
    """Unicode NFC, look-alike Cyrillic letters made Latin, no control characters, no spaces at line ends."""
    text = unicodedata.normalize("NFC", text).translate(_LOOKALIKES)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf"})
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def search_key(text: str) -> str:
    """The form in which names are compared: no accents, no case, single spaces."""
    decomposed = unicodedata.normalize("NFKD", normalise(text))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def counted(count: int, one: str, many: str) -> str:
    """«1 aderente», «12 aderenti», for sentences written in Python (templates have the filter of the same name)."""
    return f"{count} {one if count == 1 else many}"
