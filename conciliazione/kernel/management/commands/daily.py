"""The daily round of the portal, for a timer: cron, systemd, or the scheduler of the platform."""

from django.core.management.base import BaseCommand, CommandError

from conciliazione.kernel import daily


class Command(BaseCommand):
    help = "Does what time alone brings about: terms that lapse, reminders, seats that begin or end. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("duty", nargs="*", help="only these duties (see --list)")
        parser.add_argument("--list", action="store_true", dest="listing", help="list the duties and do nothing")

    def handle(self, *args, duty=(), listing=False, **options):
        known = {each.key: each for each in daily.duties()}
        if listing:
            for each in known.values():
                self.stdout.write(f"{each.key}: {each.label}")
            return
        unknown = [key for key in duty if key not in known]
        if unknown:
            raise CommandError(f"No such duty: {', '.join(unknown)}. --list tells those that there are.")
        outcomes = [daily.perform(known[key]) for key in duty or known]
        for outcome in outcomes:
            self._tell(outcome)
        failed = [outcome.duty.key for outcome in outcomes if outcome.error]
        if failed:
            raise CommandError(f"Not done: {', '.join(failed)}. The others were; run again once it is mended.")

    def _tell(self, outcome: daily.Outcome) -> None:
        if outcome.error:
            self.stderr.write(f"{outcome.duty.label}: {outcome.error}")
            return
        self.stdout.write(f"{outcome.duty.label}: {len(outcome.done) or 'niente da fare'}")
        for sentence in outcome.done:
            self.stdout.write(f"  {sentence}")
