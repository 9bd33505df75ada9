"""An import of bodies, row by row: what each would do to the register, before anything is done. Plain values.

An empty cell leaves what is there as it is. A row is of the body with its tax code, else of the body with its very
name; otherwise it is a new body.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from conciliazione.kernel.errors import InvalidUpload, Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.sheets import Line, Sheet
from conciliazione.kernel.text import search_key

from ..enums import ImportOutcome, ImportStatus, Nature, OrganisationKind, Size
from .organisations import Namesakes, check_codes, check_nature

MOST_ROWS = 5000

IMPORT = register(
    Lifecycle(
        noun="register_import",
        states=ImportStatus,
        initial=ImportStatus.PREVIEWED,
        transitions=(
            Transition(
                "carry_out",
                (ImportStatus.PREVIEWED,),
                ImportStatus.DONE,
                "Importa nel registro",
                "organisation.edit",
                consequence="Tutte le righe entrano nel registro insieme, come nell'anteprima. Se una sola non va, non "
                "ne entra nessuna.",
                primary=True,
            ),
            Transition(
                "discard",
                (ImportStatus.PREVIEWED,),
                ImportStatus.DISCARDED,
                "Scarta il file",
                "organisation.edit",
                consequence="Nel registro non entra nulla. Il file resta agli atti.",
            ),
        ),
    )
)


@dataclass(frozen=True)
class ImportColumn:
    """A column of the sheet: its header, the field of the body, the longest text, and what it is for."""

    header: str
    field: str
    most: int
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


COLUMNS = (
    ImportColumn("Denominazione", "name", 200, "Obbligatoria."),
    ImportColumn("Tipo", "kind", 40, "Obbligatorio per un ente nuovo.", tuple(OrganisationKind.choices)),
    ImportColumn("Codice fiscale", "tax_code", 16),
    ImportColumn("Partita IVA", "vat_number", 11),
    ImportColumn("PEC", "certified_email", 254),
    ImportColumn("Comune", "municipality", 100),
    ImportColumn("Indirizzo", "address", 200),
    ImportColumn(
        "Natura", "nature", 30, "La conferma chi importa.", tuple(c for c in Nature.choices if c[0] != "unconfirmed")
    ),
    ImportColumn("Dimensione", "size", 60, "Per le imprese.", tuple(c for c in Size.choices if c[0])),
    ImportColumn("Legale rappresentante", "legal_representative", 150),
    ImportColumn("Carica", "legal_representative_office", 100),
    ImportColumn("In carica dal", "representative_since", 10, "Giorno, come 31/03/2014: se il rappresentante cambia."),
    ImportColumn("Ente diverso perché", "distinct_reason", 300, "Se un ente simile c'è già e questo è un altro."),
)
BY_KEY = {search_key(column.header): column for column in COLUMNS}
REGISTERED = (
    *("name", "kind", "tax_code", "vat_number", "certified_email", "municipality", "address", "nature", "size"),
    *("legal_representative", "legal_representative_office"),
)
LABELS = {column.field: column.header for column in COLUMNS}


@dataclass(frozen=True)
class KnownBody:
    """A body of the register as an import sees it."""

    key: int
    values: Mapping[str, str]
    ceased: bool = False


@dataclass(frozen=True)
class Change:
    header: str
    before: str
    after: str


@dataclass
class PlannedRow:
    """What one row would do. `values` are the fields that it writes; `errors` are (column, sentence)."""

    number: int
    name: str
    outcome: ImportOutcome = ImportOutcome.SAME
    body: int | None = None
    values: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, column: str, sentence: str) -> None:
        self.outcome = ImportOutcome.ERROR
        self.errors.append((column, sentence))


def columns_of(sheet: Sheet) -> dict[str, ImportColumn]:
    """Header as written -> column. Raises InvalidUpload for one that is not known, or when the name is not there."""
    found = {}
    for header in sheet.headers:
        column = BY_KEY.get(search_key(header))
        if column is None:
            known = ", ".join(one.header for one in COLUMNS)
            raise InvalidUpload(f"La colonna «{header}» non è del modello. Le colonne sono: {known}.", field="file")
        if column in found.values():
            raise InvalidUpload(f"La colonna «{column.header}» c'è due volte.", field="file")
        found[header] = column
    if BY_KEY["denominazione"] not in found.values():
        raise InvalidUpload("Manca la colonna «Denominazione»: usa il modello.", field="file")
    if not sheet.lines:
        raise InvalidUpload("Sotto le intestazioni non c'è nessuna riga.", field="file")
    return found


def plan(sheet: Sheet, bodies: Iterable[KnownBody], *, today: date) -> list[PlannedRow]:
    """What each row would do, in the order of the sheet. Raises InvalidUpload when the sheet itself is wrong."""
    columns = columns_of(sheet)
    planner = _Planner(list(bodies), today)
    return [planner.row(line, columns) for line in sheet.lines]


def fingerprint(rows: Iterable[PlannedRow]) -> str:
    """The SHA-256 of everything the rows would do: it changes when the register has changed in a way that matters."""
    told = json.dumps([asdict(row) for row in rows], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


class _Planner:
    def __init__(self, bodies: list[KnownBody], today: date):
        self.today = today
        self.bodies = {body.key: body for body in bodies}
        self.by_code = {body.values["tax_code"]: body for body in bodies if body.values["tax_code"]}
        self.by_name = {search_key(body.values["name"]): body for body in bodies}
        self.by_vat = {body.values["vat_number"]: body for body in bodies if body.values["vat_number"]}
        self.namesakes = Namesakes((body.key, body.values["name"]) for body in bodies)
        self.rows: dict[str, int] = {}  # name, tax code or body already met -> number of the row
        self.new: dict[int, str] = {}  # row (negative key) -> name, for likely duplicates inside the file

    def row(self, line: Line, columns: dict[str, ImportColumn]) -> PlannedRow:
        given = self._given(line, columns)
        row = PlannedRow(line.number, given.get("name", ""))
        for header in line.formulas:
            row.refuse(header, "La cella contiene una formula: scrivi il valore.")
        if not row.name:
            row.refuse("Denominazione", "Manca la denominazione dell'ente.")
            return row
        self._read_choices(row, given)
        self._check_values(row, given)
        body = self._find(row, given)
        first = self._check_once(row, given, body)
        self._check_taken(row, given, body)
        if body is None and first:
            self._check_new(row, given)
        elif body is not None and body.ceased:
            row.refuse("Denominazione", f"«{body.values['name']}» è cessato: usa l'ente che gli è succeduto.")
        self._weigh(row, given, body)
        return row

    def _given(self, line: Line, columns: dict[str, ImportColumn]) -> dict[str, str]:
        given = {columns[header].field: text for header, text in line.cells.items() if text}
        for name in ("tax_code", "vat_number"):
            if name in given:
                code = given[name].upper().replace(" ", "")
                # a sheet that took the code for a number has lost the zeros in front
                given[name] = code.zfill(11) if code.isdigit() else code
        if "certified_email" in given:
            given["certified_email"] = given["certified_email"].lower()
        return given

    def _read_choices(self, row: PlannedRow, given: dict[str, str]) -> None:
        for column in COLUMNS:
            text = given.get(column.field)
            if text is None:
                continue
            if len(text) > column.most:
                row.refuse(column.header, f"Il testo supera {column.most} caratteri.")
            if column.choices:
                key = search_key(text)
                value = next((v for v, label in column.choices if key in {search_key(label), search_key(v)}), None)
                value = value or next(
                    (v for v, label in column.choices if search_key(label).startswith(f"{key} (")), ""
                )
                if not value:
                    known = ", ".join(label.split(" (")[0] for _, label in column.choices)
                    row.refuse(column.header, f"«{text[:40]}» non è tra le scelte: {known}.")
                given[column.field] = value

    def _check_values(self, row: PlannedRow, given: dict[str, str]) -> None:
        try:
            check_codes(given.get("tax_code", ""), "")
        except Refused as refused:
            row.refuse("Codice fiscale", refused.message)
        try:
            check_codes("", given.get("vat_number", ""))
        except Refused as refused:
            row.refuse("Partita IVA", refused.message)
        email = given.get("certified_email", "")
        if email and (email.count("@") != 1 or "." not in email.split("@")[1] or " " in email):
            row.refuse("PEC", "Non è un indirizzo di posta.")
        self._check_since(row, given)

    def _check_since(self, row: PlannedRow, given: dict[str, str]) -> None:
        text = given.get("representative_since", "")
        if not text:
            return
        day = read_day(text)
        if day is None:
            row.refuse("In carica dal", f"«{text}» non è un giorno: scrivilo come 31/03/2014.")
        elif day > self.today:
            row.refuse("In carica dal", "La data è nel futuro.")
        elif "legal_representative" not in given:
            row.refuse("In carica dal", "Scrivi anche chi è il legale rappresentante.")
        else:
            given["representative_since"] = day.isoformat()

    def _find(self, row: PlannedRow, given: dict[str, str]) -> KnownBody | None:
        by_code = self.by_code.get(given.get("tax_code", ""))
        by_name = self.by_name.get(search_key(row.name))
        if by_code and by_name and by_code.key != by_name.key:
            row.refuse(
                "Codice fiscale",
                f"È di «{by_code.values['name']}», mentre la denominazione è di un altro ente del registro.",
            )
        return by_code or by_name

    def _check_once(self, row: PlannedRow, given: dict[str, str], body: KnownBody | None) -> bool:
        """False when the body is in an earlier row of the file."""
        marks = [f"name:{search_key(row.name)}"]
        marks += [f"code:{given['tax_code']}"] if given.get("tax_code") else []
        marks += [f"body:{body.key}"] if body else []
        for mark in marks:
            if mark in self.rows:
                column = "Codice fiscale" if mark.startswith("code:") else "Denominazione"
                row.refuse(column, f"L'ente è già nella riga {self.rows[mark]} del file.")
                return False
        self.rows |= dict.fromkeys(marks, row.number)
        return True

    def _check_taken(self, row: PlannedRow, given: dict[str, str], body: KnownBody | None) -> None:
        if body is None:
            return
        code = given.get("tax_code", "")
        if code and body.values["tax_code"] and code != body.values["tax_code"]:
            row.refuse(
                "Codice fiscale",
                f"Nel registro «{body.values['name']}» ha {body.values['tax_code']}: se è sbagliato, correggilo nella "
                "scheda dell'ente.",
            )

    def _check_new(self, row: PlannedRow, given: dict[str, str]) -> None:
        if not given.get("kind") and not any(column == "Tipo" for column, _ in row.errors):
            row.refuse("Tipo", "Per un ente nuovo serve il tipo.")
        if not given.get("distinct_reason"):
            like = [self.bodies[key].values["name"] for key in self.namesakes.like(row.name) if key in self.bodies]
            like += [f"{self.new[key]} (riga {-key})" for key in self.namesakes.like(row.name) if key in self.new]
            vat = self.by_vat.get(given.get("vat_number", ""))
            if like:
                row.refuse(
                    "Denominazione",
                    f"C'è già «{like[0]}»: se è lo stesso usa quella denominazione, se è un altro scrivi perché "
                    "nella colonna «Ente diverso perché».",
                )
            elif vat is not None:
                row.refuse(
                    "Partita IVA",
                    f"È già di «{vat.values['name']}»: se è un altro ente scrivi perché in «Ente diverso perché».",
                )
        self.new[-row.number] = row.name
        self.namesakes.add(-row.number, row.name)

    def _weigh(self, row: PlannedRow, given: dict[str, str], body: KnownBody | None) -> None:
        before = body.values if body else dict.fromkeys(REGISTERED, "")
        # a file keeps no run of spaces: that alone is no change
        kept = {name: " ".join(value.split()) for name, value in before.items()}
        changed = {name: given[name] for name in REGISTERED if given.get(name) and given[name] != kept.get(name)}
        after = {name: changed.get(name, before[name]) for name in REGISTERED}
        self._check_nature(row, changed, after)
        row.body = body.key if body else None
        row.changes = [
            Change(LABELS[name], in_words(name, before[name]), in_words(name, value)) for name, value in changed.items()
        ]
        if row.outcome == ImportOutcome.ERROR:
            return
        row.outcome = ImportOutcome.NEW if body is None else ImportOutcome.CHANGED if changed else ImportOutcome.SAME
        row.values = dict(changed)
        if body is None and given.get("distinct_reason"):
            row.values["distinct_reason"] = given["distinct_reason"]
        if "legal_representative" in changed and given.get("representative_since"):
            row.values["representative_since"] = given["representative_since"]

    def _check_nature(self, row: PlannedRow, changed: dict[str, str], after: dict[str, str]) -> None:
        nature = after["nature"]
        if changed.get("size") and nature in {"", Nature.UNCONFIRMED}:
            row.refuse("Dimensione", "Serve anche la natura: la dimensione vale per le imprese.")
        elif {"nature", "size"} & set(changed) and after["kind"] and nature:
            try:
                check_nature(nature, after["size"], after["kind"])
            except Refused as refused:
                row.refuse("Dimensione" if refused.field == "size" else "Natura", refused.message)


def read_day(text: str) -> date | None:
    """A day written as 31/03/2014 or 2014-03-31; None when it is none."""
    parts = text.split("/")
    try:
        if len(parts) == 3:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        return date.fromisoformat(text)
    except ValueError:
        return None


def in_words(name: str, value: str) -> str:
    """The value of a field as a person reads it."""
    enums = {"kind": OrganisationKind, "nature": Nature, "size": Size}
    if name not in enums or not value:
        return value
    return enums[name](value).label.split(" (")[0]


EXPORTED = [column.header for column in COLUMNS if column.field in REGISTERED]


def exported(body) -> list[str]:
    """A body as a row of the export, in the columns that an import takes back."""
    values = [(column.field, getattr(body, column.field)) for column in COLUMNS if column.field in REGISTERED]
    return ["" if value == Nature.UNCONFIRMED else in_words(name, value) for name, value in values]
