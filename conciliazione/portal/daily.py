"""What time brings to the portal as a whole."""

from django.utils import timezone

from conciliazione.kernel.daily import daily
from conciliazione.kernel.operation import litter
from conciliazione.kernel.trail import verify


@daily("portal.check_trail", "Controllo della traccia")
def check_trail():
    """Once a day the whole chain is gone through; what is found is kept in it, and shown to whoever reads it."""
    last = verify.last_check()
    if last is not None and (timezone.now() - last.instant).days < 1:
        return []
    found = verify.check()
    return [f"Traccia: {len(found)} difetti, lancia manage.py verify_audit" if found else "Traccia: intera"]


@daily("portal.tidy_files", "File che nessun dato nomina")
def tidy_files():
    """What a killed process had kept without writing its row: nobody can reach it."""
    gone = litter.tidy()
    return [f"Tolti {len(gone)} file rimasti senza il loro dato"] if gone else []
