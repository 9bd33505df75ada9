"""Measure documents and exports: an agreement against the bare engine, memory of a long plan and of a long list."""

import json

from django.core.management import BaseCommand, CommandError

from conciliazione.portal.bench import papers


class Command(BaseCommand):
    help = (
        "Tells what an agreement of ten pages costs against the bare engine on the same HTML, and how much memory a "
        "process holds that makes a long plan, or a spreadsheet of 100,000 rows. Exits with 1 beyond a bound."
    )

    def add_arguments(self, parser):
        parser.add_argument("--actions", type=int, default=100, help="of the plan; 710 make 500 pages, in some minutes")
        parser.add_argument("--part", nargs=2, metavar=("PART", "AMOUNT"), help="one measure alone, as JSON")

    def handle(self, *args, actions: int, part, **options):
        if part:
            measure = {"plan": papers.plan, "export": papers.export}[part[0]]
            self.stdout.write(json.dumps(measure(int(part[1]))))
            return
        agreement = papers.agreement()
        plan, export = papers.apart("plan", actions), papers.apart("export", papers.ROWS)
        lines = [
            (
                f"agreement of {agreement['pages']} pages: {agreement['seconds']:.2f} s, "
                f"{agreement['ratio']:.2f} x the bare engine (most: {papers.MOST_RATIO})",
                agreement["ratio"] <= papers.MOST_RATIO,
            ),
            (
                f"plan of {plan['pages']} pages: {plan['seconds']:.0f} s, {plan['memory']} MB "
                f"(most: {papers.MOST_PLAN})",
                plan["memory"] <= papers.MOST_PLAN,
            ),
            (
                f"spreadsheet of {export['rows']} rows: {export['seconds']:.0f} s, {export['memory']} MB "
                f"(most: {papers.MOST_EXPORT})",
                export["memory"] <= papers.MOST_EXPORT,
            ),
        ]
        for line, well in lines:
            self.stdout.write(line + ("" if well else "  BEYOND"))
        if not all(well for _, well in lines):
            raise CommandError("Beyond a bound.")
