"""What time alone brings about in the network: agreements that expire, seats that begin or end by their date."""

from conciliazione.kernel.daily import daily

from .services import committees, privacy, seats, steering, terms


@daily("network.expire_agreements", "Scadenza degli accordi di rete")
def expire_agreements() -> list[str]:
    return [f"Scaduto il {agreement.expires_on:%d/%m/%Y}: {agreement}" for agreement in terms.expire_due()]


@daily("network.remind_expiring", "Avvisi prima della scadenza degli accordi")
def remind_expiring() -> list[str]:
    return [f"Avviso dei {days} giorni: {agreement}" for agreement, days in terms.remind_expiring()]


@daily("network.committee_terms", "Mandati nei Comitati che finiscono")
def end_committee_terms() -> list[str]:
    return [f"Finito il mandato di {member}: {member.committee}" for member in committees.end_terms()]


@daily("network.steering_terms", "Mandati nella Cabina di Regia che finiscono")
def end_steering_terms() -> list[str]:
    return [f"Finito il mandato nella Cabina: {seat}" for seat in steering.end_terms()]


@daily("network.seats", "Incarichi che iniziano o finiscono per data")
def follow_seats() -> list[str]:
    added, taken = seats.repair()
    return [f"Posti nei gruppi: {added} dati, {taken} tolti."] if added or taken else []


@daily("network.retention", "Conservazione dei dati personali")
def keep_no_longer_than_due() -> list[str]:
    return privacy.apply_retention()
