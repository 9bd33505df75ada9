"""Registry numbers are gapless per register and year, also when an act is rolled back or many ask at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from conciliazione.kernel import registry
from conciliazione.kernel.models import RegistryEntry
from tests import factories


def take(record, at=None):
    with transaction.atomic():
        entry = registry.register(record, register="prova", direction="in", subject="Prova", by=None, at=at)
    return entry


@pytest.mark.django_db
def test_numbers_follow_and_start_again_each_year():
    record = factories.make_organisation()
    late = datetime(2014, 12, 31, 23, 30, tzinfo=UTC)  # in Rome it is already 2015
    assert str(take(record, datetime(2014, 3, 1, tzinfo=UTC))) == "2014/0000001"
    assert str(take(record, datetime(2014, 3, 1, tzinfo=UTC))) == "2014/0000002"
    assert str(take(record, late)) == "2015/0000001"


@pytest.mark.django_db
def test_an_act_that_is_rolled_back_leaves_no_gap():
    record = factories.make_organisation()
    with transaction.atomic():
        registry.register(record, register="prova", direction="in", subject="Prova", by=None)
        transaction.set_rollback(True)
    assert take(record).number == 1


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_number_is_given():
    with pytest.raises(transaction.TransactionManagementError):
        registry.register(None, register="prova", direction="in", subject="Prova", by=None)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_one_number_each():
    record = factories.make_organisation()

    def one(_):
        try:
            return take(record).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(one, range(24)))
    assert numbers == list(range(1, 25))
    assert RegistryEntry.objects.count() == 24


@pytest.mark.django_db(transaction=True)
def test_many_at_once_of_whom_some_are_undone_leave_no_gap():
    record = factories.make_organisation()

    def one(turn):
        try:
            with transaction.atomic():
                entry = registry.register(record, register="prova", direction="out", subject="Prova", by=None)
                transaction.set_rollback(turn % 3 == 0)
            return None if turn % 3 == 0 else entry.number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = [number for number in pool.map(one, range(30)) if number is not None]
    kept = list(RegistryEntry.objects.order_by("number").values_list("number", flat=True))
    assert kept == list(range(1, 21))
    assert sorted(told) == kept  # nobody was told a number that does not stand
