"""A page read from the nearer end holds what Django's own would: each row once, in order."""

import pytest
from django.core.paginator import EmptyPage, Paginator
from django.db.models import Count, F

from conciliazione.kernel.paging import ByKeys, EitherEndPaginator
from network.models import Organisation, Seat

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def bodies(made):
    kinds = ("municipality", "enterprise", "association")
    return made(
        [Organisation.objects.create(name=f"Ente {n:02d}", kind=kinds[n % 3], nature="public") for n in range(23)]
    )


ORDERS = {
    "by the key": lambda rows: rows.order_by("-pk"),
    "many alike": lambda rows: rows.order_by("kind"),
    "many alike, downwards": lambda rows: rows.order_by("-kind", "nature"),
    "the nulls last": lambda rows: rows.order_by(F("vat_number").asc(nulls_last=True), "kind"),
    "counted": lambda rows: rows.annotate(most=Count("partnerships")).order_by("-most", "kind"),
}


@pytest.mark.parametrize("how", [{}, {"keys_first": True}, {"within": True}])
@pytest.mark.parametrize("order", ORDERS)
def test_every_row_stands_on_one_page_in_the_order_asked(bodies, order, how):
    rows = ORDERS[order](Organisation.objects.all())
    whole = list(rows.order_by(*rows.query.order_by, "pk"))
    paginator = EitherEndPaginator(rows, 4, **how)
    assert paginator.num_pages == 6
    assert [row for number in range(1, 7) for row in paginator.page(number).object_list] == whole
    assert len(paginator.page(6).object_list) == 3


@pytest.mark.parametrize("keys_first", [False, True])
def test_the_last_page_skips_no_row(bodies, django_assert_num_queries, keys_first):
    paginator = EitherEndPaginator(Organisation.objects.order_by("kind"), 4, keys_first=keys_first)
    assert paginator.count == 23
    with django_assert_num_queries(2 if keys_first else 1) as asked:
        paginator.page(6)
    assert "OFFSET" not in asked[0]["sql"]


def test_rows_of_known_keys_are_read_a_page_at_a_time(bodies, django_assert_num_queries):
    keys = [body.pk for body in reversed(bodies)]
    paginator = EitherEndPaginator(ByKeys(Organisation.objects.order_by("name"), keys), 4)
    assert paginator.num_pages == 6
    with django_assert_num_queries(1):
        assert [row.pk for row in paginator.page(2)] == keys[4:8]


def test_what_is_no_query_is_paged_as_ever(bodies):
    assert EitherEndPaginator(list("abcdefg"), 3).page(3).object_list == ["g"]
    assert list(EitherEndPaginator(Seat.objects.none(), 3).get_page(9)) == []
    with pytest.raises(EmptyPage):
        EitherEndPaginator([1], 3).page(2)
    kinds = [Organisation.objects.filter(kind=kind).order_by() for kind in ("enterprise", "association")]
    both = kinds[0].union(kinds[1]).order_by("pk")
    assert list(EitherEndPaginator(both, 4).page(2)) == list(Paginator(both, 4).page(2))


@pytest.mark.parametrize("keys_first", [False, True])
def test_many_rows_are_counted_and_paged_up_to_a_limit(bodies, django_assert_num_queries, keys_first):
    rows = Organisation.objects.order_by("-name")
    paginator = EitherEndPaginator(rows, 4, keys_first=keys_first, most=10)
    with django_assert_num_queries(1) as asked:
        assert (paginator.count, paginator.more, paginator.num_pages) == (10, True, 3)
    assert "LIMIT 11" in asked[0]["sql"]
    assert [list(paginator.page(number)) for number in (1, 2, 3)] == [list(rows[:4]), list(rows[4:8]), list(rows[8:10])]
    assert list(paginator.get_page(99)) == list(paginator.page(3))
    whole = EitherEndPaginator(rows, 4, most=23)
    assert (whole.count, whole.more) == (23, False)
    assert EitherEndPaginator(rows, 4, most=3, known=23).num_pages == 6
    assert EitherEndPaginator(list("abcdefg"), 3, most=2).num_pages == 3
