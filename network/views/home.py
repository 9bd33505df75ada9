"""The opening page of the section «Rete»."""

from django.urls import reverse

from conciliazione.kernel import access
from conciliazione.kernel.pages import PlainPage

from ..models import Network
from ..queries import overview_of


class Home(PlainPage):
    """One's network at a glance, and the way to every register of the section."""

    template_name = "network/home.html"
    permission = access.SIGNED_IN
    title = "Rete territoriale"

    def get_context(self):
        networks = list(Network.objects.visible_to(self.request.user).select_related("lead", "ster")[:2])
        one = networks[0] if len(networks) == 1 else None
        sees_networks = access.can(self.request.user, "network.view")
        registers = access.grants_of(self.request.user).ids("network", access.policy()["registry.view"])
        return {
            "overview": overview_of(one) if one else None,
            "rooms": self.rooms(sees_networks, registers),
            "can_request": not sees_networks,
        }

    def rooms(self, sees_networks: bool, registers: list[int]) -> list[dict]:
        person = self.request.user
        known = (
            ("network:networks", "Reti", "Territorio, ambiti e governance di ogni Rete.", sees_networks),
            ("network:agreements", "Accordi di rete", "Testi, versioni, firme e durata.", sees_networks),
            (
                "network:memberships",
                "Aderenti",
                "Chi aderisce, chi ha firmato, gli impegni.",
                sees_networks,
            ),
            (
                "network:applications",
                "Domande",
                "Chi chiede dal sito di aderire, o di agire per un aderente.",
                access.can(person, "membership.manage"),
            ),
            ("network:meetings", "Sedute", "Convocazioni, presenze e verbali.", sees_networks),
            (
                "network:steering",
                "Cabina di Regia",
                "I sei seggi e gli indirizzi.",
                access.can(person, "steering.view"),
            ),
            ("network:organisations", "Enti", "Il registro degli enti, con natura e dimensione.", True),
            ("network:seats", "Persone", "Chi siede dove, da quando.", access.can(person, "seat.manage")),
            ("network:programmes", "Programmi", "I cicli e le loro regole.", access.can(person, "programme.view")),
            (
                "network:indicators",
                "Indicatori",
                "Proposti dalle ASL e concordati con la Regione.",
                access.can(person, "indicator.view"),
            ),
        )
        found = [{"label": label, "text": text, "url": reverse(name)} for name, label, text, shown in known if shown]
        if len(registers) == 1:
            text = "Ciò che entra ed esce, con il suo numero e la ricevuta."
            found.append({"label": "Protocollo", "text": text, "url": reverse("network:registry", args=registers)})
        return found
