"""What time alone brings about in the network: agreements that expire, seats that begin or end by their date."""

from conciliazione.kernel.daily import daily

from .services import agreements, seats


@daily("network.expire_agreements", "Scadenza degli accordi di rete")
def expire_agreements() -> list[str]:
    return [f"Scaduto il {agreement.expires_on:%d/%m/%Y}: {agreement}" for agreement in agreements.expire_due()]


@daily("network.seats", "Incarichi che iniziano o finiscono per data")
def follow_seats() -> list[str]:
    added, taken = seats.repair()
    return [f"Posti nei gruppi: {added} dati, {taken} tolti."] if added or taken else []
