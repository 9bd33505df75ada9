"""The search of the header, over what the person may see."""

from conciliazione.kernel.access import PUBLIC
from conciliazione.kernel.pages import PlainPage
from conciliazione.kernel.text import normalise

from .. import queries

SHORTEST = 3


class SearchPage(PlainPage):
    permission = PUBLIC
    template_name = "portal/search.html"
    title = "Cerca"

    def get_context(self):
        text = normalise(self.request.GET.get("q", ""))[:200]
        enough = len(text) >= SHORTEST
        return {
            "text": text,
            "too_short": bool(text) and not enough,
            "hits": queries.search(self.request.user, text) if enough else [],
            "shortest": SHORTEST,
        }
