"""What was added to a PDF after the bytes that were issued: signatures and their widgets, or something else?

The validator asks this of what follows a signature; what comes between the issued document and the first signature is
looked at here, since a person could lay other words over the document and then sign it whole.
"""

from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader

# what signing changes in the catalogue, and nothing that one reads
_CATALOGUE_KEYS = {"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Perms", "/Version", "/MarkInfo"}
_PAGE_KEYS = {"/Annots", "/Tabs"}
_WIDGET_KEYS = {"/Subtype": "/Widget", "/FT": "/Sig"}


def only_signatures_added(content: bytes, issued: bytes) -> bool:
    """After the issued bytes there are only signatures: no page, text or picture of the document is replaced, and
    nothing lies on a page but the widgets of signatures."""
    reader, original = PdfFileReader(BytesIO(content)), PdfFileReader(BytesIO(issued))
    last_issued = original.xrefs.total_revisions - 1
    if reader.xrefs.total_revisions <= last_issued:
        return False
    places = [file.xrefs.get_startxref_for_revision(last_issued) for file in (reader, original)]
    if places[0] != places[1] or reader.root_ref != original.root_ref:
        return False
    before = reader.get_historical_resolver(last_issued)
    replaced = {
        reference
        for revision in range(last_issued + 1, reader.xrefs.total_revisions)
        for reference in _touched(reader, revision)
        if reader.xrefs.get_historical_ref(reference, last_issued) is not None
    }
    information = reader.trailer.raw_get("/Info") if "/Info" in reader.trailer else None
    metadata = before.root.raw_get("/Metadata") if "/Metadata" in before.root else None
    free = {_reference(information), _reference(metadata)}
    return all(
        reference in free or _harmless(before.get_object(reference), reader.get_object(reference))
        for reference in replaced
    ) and _only_signature_fields(reader)


def _touched(reader: PdfFileReader, revision: int) -> set[Reference]:
    return reader.xrefs.explicit_refs_in_revision(revision) | reader.xrefs.refs_freed_in_revision(revision)


def _reference(value) -> Reference | None:
    return value.reference if isinstance(value, generic.IndirectObject) else None


def _at(dictionary: generic.DictionaryObject, key: str):
    """What stands under a key, wherever it is written; None when nothing does. (`get` would give the bare pointer.)"""
    try:
        return dictionary[key]
    except KeyError:
        return None


def _written(value) -> bytes:
    out = BytesIO()
    value.write_to_stream(out)
    return out.getvalue()


def _harmless(old, new) -> bool:
    """The same, or a catalogue, a page or a list of widgets that only gained what signing adds."""
    if _written(old) == _written(new):
        return True
    if isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
        return _only_widgets_added(old, new)
    kinds = [_at(value, "/Type") if type(value) is generic.DictionaryObject else None for value in (old, new)]
    if kinds[0] != kinds[1] or kinds[0] not in {"/Catalog", "/Page"}:
        return False
    may_change = _CATALOGUE_KEYS if kinds[0] == "/Catalog" else _PAGE_KEYS
    same = all(_entry(old, key) == _entry(new, key) for key in (set(old) | set(new)) - may_change)
    if kinds[0] == "/Catalog":
        return same
    return same and _only_widgets_added(_at(old, "/Annots") or (), _at(new, "/Annots") or ())


def _entry(dictionary: generic.DictionaryObject, key: str) -> bytes:
    return _written(dictionary.raw_get(key)) if key in dictionary else b""


def _only_widgets_added(old, new) -> bool:
    """The annotations of before are all there, as they were; the new ones are widgets of signatures."""
    there = [_written(old.raw_get(index)) for index in range(len(old))]
    rest = []
    for index in range(len(new)):
        if there and _written(new.raw_get(index)) == there[0]:
            there.pop(0)
        else:
            rest.append(new[index])
    return not there and all(_is_signature(each) for each in rest)


def _is_signature(field) -> bool:
    return isinstance(field, generic.DictionaryObject) and all(
        _at(field, key) == value for key, value in _WIDGET_KEYS.items()
    )


def _only_signature_fields(reader: PdfFileReader) -> bool:
    form = _at(reader.root, "/AcroForm")
    fields = _at(form, "/Fields") or () if form is not None else ()
    each = (fields[index] for index in range(len(fields)))
    return all(_at(field, "/FT") == "/Sig" and "/Kids" not in field for field in each)
