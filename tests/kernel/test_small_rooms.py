"""Text, money, exports and the clock: the small rooms on which everything stands."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from conciliazione.kernel import clock
from conciliazione.kernel.exports import harmless
from conciliazione.kernel.money import format_eur, round_eur, share
from conciliazione.kernel.text import normalise, search_key

INSTANT = datetime(2014, 3, 31, 22, 30, tzinfo=UTC)


def test_the_cyrillic_letter_of_the_paper_becomes_latin():
    assert normalise("impres\u0435") == "imprese"


def test_normalise_drops_what_cannot_be_seen():
    assert normalise("a\u200bb\x00c  \nd ") == "abc\nd"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("re\u0301te", "réte"),  # NFC
        ("art.\u00a07\u2009del\u3000testo", "art. 7 del testo"),
        ("prima\u2028seconda\x0bterza", "prima\nseconda\nterza"),
        ("\u0410SL", "ASL"),
        ("ri\u03bf", "rio"),
        ("Москва", "Москва"),  # a name really written in Cyrillic
        ("Αθήνα", "Αθήνα"),
        ("10 µg, perché: «così»", "10 µg, perché: «così»"),
        ("so\u00adcia\u200dle", "sociale"),
    ],
)
def test_odd_letters_and_spaces(typed, kept):
    assert normalise(typed) == kept
    assert normalise(kept) == kept


def test_search_key_knows_no_accents_and_no_case():
    assert search_key("  Comunità   SOCIALE ") == "comunita sociale"


@pytest.mark.parametrize(("amount", "rounded"), [("0.005", "0.01"), ("2.675", "2.68"), ("-0.005", "-0.01")])
def test_rounding_is_half_up(amount, rounded):
    assert round_eur(Decimal(amount)) == Decimal(rounded)


def test_share_of_nothing_is_not_there():
    assert share(Decimal(1), Decimal(0)) is None
    assert share(Decimal(1), Decimal(3)) == Decimal("33.33")


def test_euro_is_written_the_italian_way():
    assert format_eur(Decimal("1234567.5")) == "1.234.567,50 €"


@pytest.mark.parametrize("text", ["=1+1", "+39", "-2", "@x", "\tx"])
def test_a_spreadsheet_takes_no_text_for_a_formula(text):
    assert harmless(text) == "'" + text


def test_numbers_in_a_spreadsheet_stay_numbers():
    assert harmless(Decimal("-2")) == Decimal("-2")


def test_the_clock_stands_where_a_test_wants():
    before = timezone.now()
    with clock.standing_at(INSTANT):
        assert abs((clock.now() - INSTANT).total_seconds()) < 5
        assert clock.today().isoformat() == "2014-04-01"  # already April in Rome
        assert clock.is_shifted()
    assert clock.now() >= before
    assert not clock.is_shifted()


def test_the_clock_of_production_cannot_be_moved(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(RuntimeError), clock.standing_at(INSTANT):
        pass
