"""A figure from the lead to the Regione: written, returned, mended, validated, transmitted, opened to its record."""

import re

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from monitoring.models import ProgressReport, TerritorialReport
from monitoring.services import progress
from tests.monitoring.conftest import make_territory

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60_000  # milliseconds, on a machine with other work to do


class Desk:
    """One browser, at which each person sits in turn."""

    def __init__(self, context, url: str):
        self.context, self.url, self.cookies = context, url, {}
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)

    def sits(self, person, name: str, *args, query: str = "") -> None:
        """The person opens a page of theirs, signed in."""
        if person.pk not in self.cookies:
            client = Client()
            client.force_login(person)
            self.cookies[person.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": self.cookies[person.pk], "url": self.url}
        self.context.add_cookies([cookie])
        self.page.goto(self.url + reverse(name, args=args) + query)

    def follows(self, words: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=words).first.click()

    def presses(self, words: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=words).click()

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text, timeout=PATIENCE)


@pytest.mark.rule("R43", "R44", "R45", "R46")
def test_a_figure_goes_up_and_opens_down_to_its_record(context, live_server, assert_good):
    with transaction.atomic():
        territory = make_territory()
    code = territory.expected.indicator.code
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    desk = Desk(context, live_server.url)
    page = desk.page

    def row_of_the_region():
        desk.sits(territory.region, "portal:dashboard", query=f"?programma={territory.programme.pk}")
        return page.get_by_role("table", name="Valori validati e obiettivi").locator("tr", has_text=code)

    def nothing_counted():
        expect(row_of_the_region().locator("[data-label=Realizzato]")).not_to_contain_text(re.compile(r"\d"))

    nothing_counted()

    # the lead: parts that do not add up come back beside their fields, with what was typed
    desk.sits(territory.lead, "monitoring:report", report.pk)
    desk.follows("Compila la relazione")
    key, action = territory.expected.pk, territory.action.pk
    page.fill(f"[name=value_{key}]", "20")
    page.fill(f"[name=part_{key}_sex_women]", "12")
    page.fill(f"[name=part_{key}_sex_men]", "7")
    page.fill(f"[name=note_{key}]", "Come previsto")
    page.fill("[name=people_reached]", "20")
    page.fill("[name=enterprises_reached]", "1")
    page.fill(f"[name=percent_{action}]", "40")
    page.fill("[name=narrative]", "Avviato il doposcuola in due scuole.")
    expect(page.locator("output[data-sum]").first).to_contain_text("19")
    desk.presses("Salva la bozza")
    desk.sees("sommano a 19, ma il totale è 20")
    expect(page.locator("[name=narrative]")).to_have_value("Avviato il doposcuola in due scuole.")
    assert_good(page)
    page.fill(f"[name=part_{key}_sex_men]", "8")
    desk.presses("Salva la bozza")
    desk.follows("Invia all'ASL")
    desk.presses("Invia all'ASL")

    # the ASL returns it with a reason, the lead reads it and mends
    desk.sits(territory.office, "monitoring:report", report.pk)
    desk.follows("Restituisci la relazione")
    page.fill("[name=reason]", "Manca un bambino di maggio")
    desk.presses("Restituisci la relazione")
    desk.sits(territory.lead, "monitoring:report", report.pk)
    desk.sees("Manca un bambino di maggio")
    desk.follows("Correggi la relazione")
    page.fill(f"[name=value_{key}]", "21")
    page.fill(f"[name=part_{key}_sex_men]", "9")
    desk.presses("Salva la bozza")
    desk.follows("Invia all'ASL")
    desk.presses("Invia all'ASL")
    nothing_counted()  # nothing unapproved ever is

    # the ASL validates, collects the territory and transmits
    desk.sits(territory.office, "monitoring:report", report.pk)
    desk.follows("Valida la relazione")
    desk.presses("Valida la relazione")
    assert ProgressReport.objects.get().validated_by == territory.office
    desk.sits(territory.office, "monitoring:prepare_territorial_report")
    page.select_option("[name=plan]", str(territory.plan.pk))
    page.select_option("[name=window]", str(territory.window.pk))
    page.locator("main form button[type=submit]").first.click()
    desk.sees(territory.action.title)
    desk.follows("Trasmetti alla Regione")
    desk.presses("Trasmetti alla Regione")
    desk.sees("Trasmessa alla Regione")

    # the Regione: the figure is exactly that, and opens down to the record
    row = row_of_the_region()
    expect(row.locator("[data-label=Realizzato]")).to_have_text("21")
    assert_good(page)
    row.get_by_role("link").first.click()
    desk.sees(territory.project.title)
    record = page.locator("main tbody tr")
    expect(record).to_have_count(1)
    expect(record).to_contain_text("21")
    record.get_by_role("link").first.click()
    page.wait_for_url(re.compile(f"{report.get_absolute_url()}$"))
    desk.sees("donne 12", "uomini 9", "Validata dall'ASL")
    desk.sits(territory.region, "monitoring:territorial_report", TerritorialReport.objects.get().pk)
    desk.sees("Acquisisci la relazione", "com'era alla trasmissione")
