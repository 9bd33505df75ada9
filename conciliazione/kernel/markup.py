"""Pieces of a page that are written in Python where a template for each would cost too much."""

from html import escape

from django.utils.safestring import SafeString


def linked(url: str | None, words) -> SafeString:
    """The words as a link; as they are without an address. Escaped unless they are safe."""
    shown = words if isinstance(words, SafeString) else escape(str(words))
    return SafeString(f'<a href="{escape(url)}">{shown}</a>' if url else shown)  # nosec B703 -- escaped: both are
