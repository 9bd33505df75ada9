"""Every address of the portal, and for each a record that it can be about: what the walks of the portal go through."""

from django.db import connection
from django.urls import get_resolver, reverse
from simple_history.models import registered_models

from conciliazione.kernel.access import Role
from conciliazione.kernel.models import Move, Notice, RegistryEntry, StoredFile
from conciliazione.kernel.pages import Page
from network.models import Network, Person
from tests.knocking import page_at, request_of

# who signs in, and the role they hold somewhere: said here by hand, not asked of the code under test
CAST = {
    "regione": {Role.REGION},
    "cabina": {Role.STEERING},
    "asl": {Role.OFFICE},
    "comitato1": {Role.COMMITTEE},
    "capofila.cremona": {Role.LEAD, Role.MEMBER, Role.PARTNER},
    "partner.cremona": {Role.PARTNER, Role.MEMBER},
}
# addresses of other packages and of whoever runs the portal: tests/portal/test_doors.py
FOREIGN = ("account_", "admin:", "mfa_", "socialaccount_", "openid_connect_", "health_", "metrics")


def named_views(patterns=None, namespace=""):
    """(name, entry) of each address; one without a name is called by its pattern."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(entry, "url_patterns"):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named_views(entry.url_patterns, inner)
        else:
            yield f"{namespace}{entry.name or entry.pattern}", entry


OWN = sorted((name, entry) for name, entry in dict(named_views()).items() if not name.startswith(FOREIGN))
PAGES = [(name, entry) for name, entry in OWN if issubclass(getattr(entry.callback, "view_class", object), Page)]


def first_pk(queryset):
    row = queryset.order_by("pk").first()
    return row and row.pk


# the other parts of an address, from the record that the page is about
PARTS = {
    "partner_pk": lambda record: first_pk(record.partners),
    "signature_pk": lambda record: first_pk(record.agreements.order_by("pk").first().signatures),
    "programme_pk": lambda record: record.agreements.order_by("pk").first().programme_id,
    "day": lambda record: "2014-06-01",
    "decision": lambda record: record.decisions.values_list("number", flat=True).first(),
    "matter": lambda record: record.parts.values_list("matter_key", flat=True).first(),
    "number": lambda record: record.versions.first().number,
    "row": lambda record: first_pk(record.signatures),
    "organisation": lambda record: record.signatures.order_by("pk").values_list("organisation", flat=True).first(),
    "where": lambda record: "su",
    "action": lambda record: first_pk(record.actions.filter(origin="committee")),
    "kind": lambda record: "context",
}
# issued documents ask the record they are about: tests/kernel/test_documents.py opens them in every role
BY_CODE = {
    "network:adhesion_link",  # by a token that only its mail holds: tests/network/test_links.py
    "network:application_access",
    "kernel:document",
    "kernel:document_file",
    "kernel:request_document",
    "kernel:retry_document",
    "kernel:sheet",  # of whoever asked for it: tests/kernel/test_long_sheets.py
    "kernel:sheet_file",
    "kernel:verify_code",
}


def set_up(entry, person, kwargs):
    view = entry.callback.view_class(**entry.callback.view_initkwargs)
    view.setup(request_of(person, "GET", "/"), **kwargs)
    return view


def opened(name, entry, person, order="pk"):
    """(url, page) for a record that this page can be about and this person can see; for moves, one for each move."""
    parameters = entry.pattern.regex.groupindex
    kwargs = {}
    if "pk" in parameters:
        records = set_up(entry, person, {}).records()
        if records is None:
            return
        # what a page shows beside its record is not needed to choose one
        for record in records.select_related(None).prefetch_related(None).order_by(order).iterator(chunk_size=10):
            kwargs = {part: PARTS[part](record) for part in parameters if part in PARTS and name not in BY_CODE}
            kwargs["pk"] = record.pk
            if None not in kwargs.values():
                break
        else:
            return
    moves = [{}]
    if "move" in parameters:
        view = set_up(entry, person, kwargs)
        moves = [{"move": move.slug} for move in view.lifecycle.transitions if move.name in view.moves]
    for move in moves:
        if not set(parameters) - {*kwargs, *move}:
            url = reverse(name, kwargs=kwargs | move)
            yield url, page_at(person, url)


def person_of(key):
    return Person.objects.get(email=f"{key}@demo.example.org")


def roles_here(key, person, record):
    """The roles of a character on a record of Cremona; being lead or partner is asked of the alliance itself."""
    held = set(CAST[key])
    if record is not None and not isinstance(record, Network) and Role.LEAD in held:
        alliance = record.scopes().get("alliance")
        if alliance is not None:
            from alliances.models import Partner

            row = Partner.objects.filter(alliance=alliance, organisation=person.acting_seat.organisation).first()
            held -= {Role.LEAD, Role.PARTNER}
            held |= {Role.LEAD if row.is_lead else Role.PARTNER} if row else set()
    return held


def traces() -> int:
    """How many decisions, acts, files and notices the portal holds: what a refusal must leave alone."""
    tables = [model.history.model._meta.db_table for model in registered_models.values()]
    tables += [model._meta.db_table for model in (Move, RegistryEntry, StoredFile, Notice)]
    counts = " UNION ALL ".join(f'SELECT COUNT(*) AS n FROM "{table}"' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT SUM(n) FROM ({counts}) AS counted")
        return cursor.fetchone()[0]
