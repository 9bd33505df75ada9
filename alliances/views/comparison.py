"""One alliance against the rules of any programme."""

from conciliazione.kernel.pages import PlainPage

from ..queries.comparison import outcomes
from .common import AboutAlliance


class CheckAlliance(AboutAlliance, PlainPage):
    """Every rule with met, missing or broken and its source: `?programma=` says of which programme."""

    permission = "alliance.view"
    template_name = "alliances/alliance/check.html"
    title = "Confronta con le regole di un programma"

    def get_context(self):
        found = outcomes(self.object, self.request.user)
        asked = self.request.GET.get("programma", "")
        return {
            "outcomes": found,
            "chosen": next((one for one in found if one.yardstick.key == asked), found[0]),
        }
