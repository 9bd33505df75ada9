"""What the game showed, as a table to read and as JSON to compare."""

from collections import Counter

from conciliazione.kernel import jobs

from .browser import Tried
from .lead import Ledger


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1)]


def as_data(told: dict, tried: list[Tried], ledgers: list[Ledger], found: list[str], seconds: float) -> dict:
    """`told` is what was asked for: leads, seconds, seed and the rest. Times in milliseconds."""
    kinds: dict[str, list[Tried]] = {}
    for one in tried:
        kinds.setdefault(one.kind, []).append(one)
    rows = []
    for kind, those in sorted(kinds.items()):
        answered = [one.seconds * 1000 for one in those if one.outcome.isdigit() and int(one.outcome) < 500]
        errors = Counter(one.outcome for one in those if not one.outcome.isdigit() or int(one.outcome) >= 422)
        rows.append(
            {
                "kind": kind,
                "requests": len(those),
                "p50": round(percentile(answered, 0.5)) if answered else None,
                "p95": round(percentile(answered, 0.95)) if answered else None,
                "p99": round(percentile(answered, 0.99)) if answered else None,
                "most": round(max(answered)) if answered else None,
                "not_ok": dict(errors),
            }
        )
    return {
        **told,
        "took": round(seconds, 1),
        "requests": len(tried),
        "requests_per_second": round(len(tried) / seconds, 1) if seconds else 0,
        "receipts": sum(bool(ledger.receipt) for ledger in ledgers),
        "refused_after_closing": sum(bool(ledger.refusal) for ledger in ledgers),
        "without_answer": sum(bool(ledger.stopped) for ledger in ledgers),
        "autosaves_kept": sum(place + 1 for ledger in ledgers for place in ledger.kept.values()),
        "receipts_as_pdf": sum(bool(ledger.document_sha256) for ledger in ledgers),
        "faults": found,
        "by_kind": rows,
    }


def as_text(data: dict) -> str:
    lines = [
        f"{data['leads']} leads, {data['seconds']} s, seed {data['seed']}, {data['setting']}; "
        f"{data['requests']} requests in {data['took']} s ({data['requests_per_second']} a second)",
        "",
        f"{'request':<14} {'number':>7} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'most':>8}  not answered as wished",
    ]
    for row in data["by_kind"]:
        times = " ".join(f"{'–' if row[key] is None else row[key]:>8}" for key in ("p50", "p95", "p99", "most"))
        wrong = ", ".join(f"{outcome} x {count}" for outcome, count in sorted(row["not_ok"].items()))
        lines.append(f"{row['kind']:<14} {row['requests']:>7} {times}  {wrong}".rstrip())
    lines += [
        "",
        f"{data['receipts']} receipts, {data['refused_after_closing']} refused because the call was closed, "
        f"{data['without_answer']} without an answer; {data['receipts_as_pdf']} receipts as PDF, "
        f"{data['autosaves_kept']} saves acknowledged, {data.get('long_documents', 0)} long documents "
        f"left to the worker, {data.get('still_waiting', 0)} of them still in the queue at the end, "
        f"{data.get('given_up', 0)} given up after {jobs.MOST_TRIES} cuts and their requesters told.",
    ]
    if data.get("kills"):
        kills = ", ".join(f"{name} {count}" for name, count in sorted(data["kills"].items()))
        lines.append(f"Killed: {kills}. Files that no row names, taken away afterwards: {data['litter']}.")
    if data.get("memory"):
        memory = ", ".join(f"{name} {size} MB" for name, size in data["memory"].items())
        lines.append(f"Most memory of one process: {memory}.")
    lines += [f"FAULT: {fault}" for fault in data["faults"]] or ["Nothing lost, nothing doubled, nothing half written."]
    return "\n".join(lines) + "\n"
