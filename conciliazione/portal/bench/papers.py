"""What documents and exports cost: time against the bare engine, and the most memory of a process of its own.

The content is invented and given to the templates directly: what is measured is the making, not the reading of rows.
"""

import json
import subprocess  # nosec B404 -- starts this very command in a process of its own, below
import sys
import time
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
from django.conf import settings
from django.utils import timezone

from conciliazione.kernel import exports, pdf
from conciliazione.portal.generate.names import TEXT

from .measure import peak

AGREEMENT, PLAN = "documents/network_agreement.html", "documents/territorial_plan.html"
ARTICLES = 17  # make an agreement of ten pages
ROWS = 100_000
MOST_RATIO, MOST_EXPORT, MOST_PLAN = 1.3, 200, 400  # times; MB; MB


def agreement() -> dict:
    """The agreement of ten pages as the portal makes it, against the engine alone on the same HTML: least of five."""
    from conciliazione.kernel import pdf_engine

    when = timezone.now()
    articles = [{"number": n, "title": f"Articolo {n}", "text": TEXT * 9} for n in range(1, ARTICLES + 1)]
    values = dict.fromkeys(("deliberation", "signed_on", "expires_on", "reason", "form_agreed", "text"), "")
    values |= {"version": 1, "premises": TEXT * 6, "articles": articles, "signatures": []}
    frame = {"title": "Accordo", "short_title": "Accordo", "issuer": "", "created": when, "imprint": None}
    html, _ = pdf._html(AGREEMENT, {"cover": False, "contents": [], **frame, **values})
    ours, bare = [], []
    for _ in range(5):
        begun = time.process_time()
        made = pdf.render(AGREEMENT, values, title="Accordo", created=when)
        ours.append(time.process_time() - begun)
        begun = time.process_time()
        pdf_engine.bare(html)
        bare.append(time.process_time() - begun)
    return {"pages": _pages(made), "seconds": min(ours), "bare": min(bare), "ratio": min(ours) / min(bare)}


def plan(actions: int) -> dict:
    """A territorial plan with so many actions: pages, seconds, the most MB of this process."""
    facts = [("Chi la realizza", "Comitato"), ("Ambito", "Nord"), ("Risorse", "1.000,00 €")]
    days = (date(2026, 1, 1), date(2026, 12, 31))
    table = {"caption": "Tabella", "columns": [("Azione", "head"), "Chi", ("Dal", "date"), ("Al", "date")]}
    values = {
        "plan": {"sections": [{"title": "Analisi", "text": TEXT * 20}], "coverage_note": ""},
        "status": "In preparazione",
        "is_draft": True,
        "number": 1,
        "facts": facts,
        "alliance_actions": [],
        "committee_actions": [
            {"title": f"Azione {n}", "facts": facts, "description": TEXT * 8} for n in range(actions)
        ],
        "calendar": table | {"rows": [[f"Azione {n}", "Comitato", *days] for n in range(actions)]},
        "coverage": table | {"rows": []},
        "finance": table | {"rows": []},
        "annexes": [],
    }
    begun = time.process_time()
    made = pdf.render(PLAN, values, title="Piano Territoriale", created=timezone.now())
    return {"pages": _pages(made), "seconds": time.process_time() - begun, "memory": _most()}


def export(count: int = ROWS) -> dict:
    """A list as a spreadsheet: seconds, the most MB of this process."""
    rows = (
        [
            n,
            f"Proposta {n}: {TEXT[:60]}",
            "Alleanza della Rete",
            Decimal(n),
            timezone.now(),
            f"2026/{n:07d}",
            date(2026, 1, 1),
        ]
        for n in range(count)
    )
    begun = time.process_time()
    headers = ["Numero", "Titolo", "Alleanza", "Contributo", "Presentata", "Protocollo", "Inizio"]
    exports.respond("xlsx", exports.Sheet.of_plain_rows("Elenco", headers, rows)).close()
    return {"rows": count, "seconds": time.process_time() - begun, "memory": _most()}


def apart(part: str, amount: int) -> dict:
    """The figures of a part, from a process that does nothing else. Raises CalledProcessError."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench_papers", "--part", part, str(amount)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 # nosec B603 -- words of ours
    return json.loads(done.stdout)


def _pages(content: bytes) -> int:
    with pikepdf.open(BytesIO(content)) as opened:
        return len(opened.pages)


def _most() -> int:
    return peak() // 1024**2
