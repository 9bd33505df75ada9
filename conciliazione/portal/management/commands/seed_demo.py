"""Tell the story of the Cremona network, through the services, up to a stage."""

from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction

from conciliazione.kernel import clock
from conciliazione.kernel.models import DemoClock
from conciliazione.portal.demo import cast
from conciliazione.portal.demo.story import Story
from network.models import Network

# Where the demonstration stands once the story has been told up to a stage: year, month, day.
STAGES = {
    "agreement": (2014, 4, 15),
    "alliances": (2014, 6, 9),
    "call": (2014, 8, 4),
    "evaluation": (2014, 10, 6),
    "plan": (2015, 1, 26),
    "monitoring": (2015, 9, 21),
    "closing": (2015, 11, 16),
}


class Command(BaseCommand):
    help = "Build the demonstration network, stage by stage, through the services."

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=STAGES, default="closing", help="where the story stops")
        parser.add_argument("--reset", action="store_true", help="throw the demonstration away and start over")
        parser.add_argument("--accounts", action="store_true", help="only list the demo accounts")

    def handle(self, *, stage, reset, accounts, verbosity, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("This is a production database: the demonstration is refused (DEPLOYMENT=production).")
        if accounts:
            self.stdout.write(cast.as_text())
            return
        if reset:
            call_command("flush", interactive=False, verbosity=0)
            Path(settings.TRAIL_ANCHORS).unlink(missing_ok=True)  # notes of a trail that is thrown away with the rest
        told = self.told_so_far()
        names = list(STAGES)
        wanted = names[: names.index(stage) + 1]
        if told in names and names.index(told) >= names.index(stage):
            if verbosity:
                self.stdout.write(f"The demonstration is there, up to '{told}': kept as it is (--reset starts over).")
            return
        story = Story()
        for name in wanted[names.index(told) + 1 if told else 0 :]:
            with transaction.atomic():
                import_module(f"conciliazione.portal.demo.{name}").tell(story)
                with story.on(*STAGES[name]):
                    instant = clock.now()
                clock.keep_standing_at(instant)
                DemoClock.objects.update(stage=name)
            if verbosity:
                self.stdout.write(f"Told: {name}")

    def told_so_far(self) -> str:
        """The last stage told, or "". Raises CommandError when the database holds other people's records."""
        stored = DemoClock.objects.first()
        if stored:
            return stored.stage
        if Network.objects.exists():
            raise CommandError("This database already holds a network that is not the demonstration: nothing was done.")
        return ""
