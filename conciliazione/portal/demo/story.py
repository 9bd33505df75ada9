"""What the stages of the demonstration share: people, time, and the way back to what earlier stages made."""

from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.functional import cached_property

from alliances.models import Alliance
from conciliazione.kernel import access, clock
from network.models import Network, Organisation, Person, Programme
from plans.models import Call, ProjectProposal, TerritorialPlan

PASSWORD = "conciliazione-demo-2014"  # noqa: S105 # nosec B105 -- of invented people, shown on the sign-in page
PROGRAMME = "2014-15"
NETWORK = "cremona"


class Story:
    """Everything is looked up by its own key, so that a stage can be told in another run than the one before."""

    @contextmanager
    def on(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0):
        """Tell what happens at this moment (Europe/Rome)."""
        with clock.standing_at(timezone.make_aware(datetime(year, month, day, hour, minute))):
            yield

    def person(self, key: str) -> Person:
        """Whoever signs in as `key`@demo.example.org, read afresh so that new seats count."""
        return Person.objects.get(email=f"{key}@demo.example.org")

    def new_person(self, key: str, first_name: str, last_name: str) -> Person:
        """An invented person who can sign in with PASSWORD."""
        person, _ = Person.objects.get_or_create(
            email=f"{key}@demo.example.org",
            defaults={
                "first_name": first_name,
                "last_name": last_name,
                "is_example": True,
                "password": self.encoded_password,
            },
        )
        return person

    @cached_property
    def encoded_password(self) -> str:
        """Hashed once for everybody: hashing is slow on purpose, and this password is no secret."""
        return make_password(PASSWORD)

    def organisation(self, name: str) -> Organisation:
        return Organisation.objects.get(name=name)

    @property
    def programme(self) -> Programme:
        return Programme.objects.get(code=PROGRAMME)

    @property
    def network(self) -> Network:
        return Network.objects.get(slug=NETWORK)

    def alliance(self, name: str) -> Alliance:
        return Alliance.objects.get(network=self.network, name=name)

    def lead_person(self, alliance: Alliance) -> Person:
        """A person who sits for the lead of the alliance."""
        return access.people_with(access.Role.LEAD, alliance).order_by("pk").first()

    @property
    def call(self) -> Call:
        return Call.objects.filter(network=self.network).order_by("opens_at").first()

    def proposal(self, title: str) -> ProjectProposal:
        return ProjectProposal.objects.get(call__network=self.network, title=title)

    @property
    def plan(self) -> TerritorialPlan:
        return TerritorialPlan.objects.get(network=self.network, programme=self.programme)
