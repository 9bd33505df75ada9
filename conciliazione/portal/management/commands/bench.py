"""Measure the main pages of each role on generated data, against the floor."""

import json
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection

from conciliazione.portal.bench import measure, report, routes, served
from monitoring.models import Measurement
from network.models import Network
from plans.models import Evaluation, ProjectProposal


class Command(BaseCommand):
    help = (
        "Walk the main pages of each role over data of `manage.py generate` and tell what each costs, in multiples of "
        "a bare page measured in the same run. Exits with 1 when a bound is broken."
    )

    def add_arguments(self, parser):
        parser.add_argument("--scale", default="?", help="the scale of the data, as it shall be named")
        parser.add_argument("--rounds", type=int, default=4, help="how often each page is measured; the least counts")
        parser.add_argument("--only", default="", help="only pages whose name or role contains this")
        parser.add_argument("--explain", default="", metavar="PAGE", help="the slowest query of a page, with its plan")
        parser.add_argument("--json", default="", metavar="FILE", help="write the measures there")
        parser.add_argument("--svg", default="", metavar="FILE", help="draw the measures there")
        parser.add_argument("--http", type=float, default=0, metavar="SECONDS", help="also over HTTP, so long a page")
        parser.add_argument("--before", default="", metavar="FILE", help="measures at a smaller scale, for the growth")

    def handle(self, *args, scale: str, rounds: int, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Measure a copy: this is a production database (DEPLOYMENT=production).")
        if settings.DEBUG:
            raise CommandError("With DEBUG every query is kept: set DEBUG=false.")
        if routes.place() is None:
            raise CommandError("There is no generated data here: run manage.py generate first.")
        settings.RATE_LIMITS = False
        people = routes.people()
        if options["explain"]:
            return self._explain(people, options["explain"])
        walked = [route for route in routes.routes() if options["only"] in route.key]
        if not walked:
            raise CommandError(f"No page is named {options['only']}.")
        try:
            base, found = measure.run(people, walked, rounds)
        except measure.Failed as failed:
            raise CommandError(str(failed)) from None
        before = json.loads(Path(options["before"]).read_text()) if options["before"] else None
        lines = report.lines(base, found, before)
        data = report.as_data(scale, base, lines, _counts())
        over_http = self._over_http(people, options["http"])
        data["http"] = [asdict(one) for one in over_http]
        if options["json"]:
            Path(options["json"]).write_text(json.dumps(data, indent=1) + "\n")
        if options["svg"]:
            Path(options["svg"]).write_text(report.as_picture(data))
        self.stdout.write(f"Scale {scale}: {', '.join(f'{n} {name}' for name, n in data['records'].items())}\n\n")
        self.stdout.write(report.as_text(data))
        if over_http:
            self.stdout.write(f"\nOver HTTP, {served.PROCESSES} processes, {served.VISITORS} visitors:\n\n")
            self.stdout.write(served.as_text(over_http))
        broken = [line for line in lines if line.broken]
        if broken:
            raise report.BeyondBounds(f"{len(broken)} of {len(lines)} pages are beyond their bound.")
        self.stdout.write(f"\nAll {len(lines)} pages are within their bounds.")

    def _over_http(self, people: dict, seconds: float) -> list[served.Served]:
        if not seconds:
            return []
        try:
            return served.run(people, routes.routes(), seconds)
        except measure.Failed as failed:
            raise CommandError(str(failed)) from None

    def _explain(self, people: dict, wanted: str) -> None:
        route = next((route for route in routes.routes() if wanted in route.key), None)
        if route is None:
            raise CommandError(f"No page is named {wanted}.")
        meter = measure.Meter(people)
        meter.once(route)
        queries, _ = meter.queries(route)
        queries.sort(key=lambda query: -float(query["time"]))
        self.stdout.write(f"{route.key}  {route.url}\n{len(queries)} queries; the three slowest in ms:")
        for query in queries[:3]:
            self.stdout.write(f"  {float(query['time']) * 1000:8.1f}  {query['sql'][:160]}")
        slowest = queries[0]["sql"]
        ask = "EXPLAIN (ANALYZE, BUFFERS)" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        with connection.cursor() as cursor:
            cursor.execute(f"{ask} {slowest}")  # our own statement, as it was just sent
            plan = [" ".join(str(value) for value in row) for row in cursor.fetchall()]
        self.stdout.write(f"\n{slowest}\n\n" + "\n".join(plan))


def _counts() -> dict[str, int]:
    models = {
        "networks": Network,
        "proposals": ProjectProposal,
        "evaluations": Evaluation,
        "measurements": Measurement,
    }
    return {name: model.objects.count() for name, model in models.items()}
