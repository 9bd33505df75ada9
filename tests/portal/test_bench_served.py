"""Pages asked over HTTP, as the bench does it."""

import pytest

from conciliazione.portal.bench import measure, routes, served


@pytest.mark.django_db(transaction=True)
def test_pages_are_asked_over_http_by_several_at_once(live_server):
    place = served.Place(int(live_server.url.rpartition(":")[2]))
    found = served.served(place, routes.Route("portal:public_home", "public", "board", "/"), {}, 0.3)
    assert found.per_second > 0 < found.p95
    base = served.Served("floor@office", found.per_second * 2, 10)
    assert "| portal:public_home@public |" in served.as_text([base, found])
    assert served.as_text([base, found]).splitlines()[-1].endswith("| 2.0 |")
    with pytest.raises(measure.Failed, match="404"):
        served.served(place, routes.Route("nowhere", "public", "list", "/nessuno/"), {}, 0.1)
