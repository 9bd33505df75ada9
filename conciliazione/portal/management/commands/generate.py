"""Fill an empty database with networks in any number, to measure the portal with."""

import time

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from conciliazione.portal.generate import bodies, bulk, monitoring, plans
from monitoring.services.rollups import known_territories, recompute
from network.models import Network

OURS = ("network", "alliances", "plans", "monitoring", "auth")


class Command(BaseCommand):
    help = (
        "Generate 15 territories x 7 programmes with 100 alliances, 1,000 proposals, 3,000 evaluations and about "
        "50,000 measurements for each unit of --scale, by bulk insert. Only into a database without networks."
    )

    def add_arguments(self, parser):
        parser.add_argument("--scale", type=float, default=1, help="1 is small, 100 is a hundredfold (default 1)")

    def handle(self, *args, scale: float, verbosity: int, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("This is a production database: generated data is refused (DEPLOYMENT=production).")
        if not 0 < scale <= 200:
            raise CommandError("--scale is a number over 0 and at most 200.")
        if Network.objects.exists():
            raise CommandError("This database already holds networks: nothing was done.")
        begun = time.monotonic()

        def told(what: str) -> None:
            if verbosity:
                self.stdout.write(f"{time.monotonic() - begun:7.1f} s  {what}")

        with transaction.atomic():
            made = bodies.make(scale)
            told(f"{len(made.networks)} networks, {len(made.programmes)} programmes, {len(made.allies)} alliances")
            planned = plans.make(made)
            told(f"{len(planned.proposals)} proposals with their evaluations, {len(planned.projects)} projects")
            monitoring.make(made, planned)
            told("reports with their values, spending")
        models = [m for label in OURS for m in apps.get_app_config(label).get_models(include_auto_created=True)]
        bulk.settle(models)
        for territory in known_territories():
            recompute(territory)
        told("kept figures")
