"""What the pages of an alliance share."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access
from conciliazione.kernel.pages import FormPage

from ..models import Alliance
from ..rules.agreement import mandatory_contents
from ..rules.values import AllianceFacts, Finding, ProgrammeRules

SECTION = ("Alleanze", "alliances:list")


def to_list() -> tuple[str, str]:
    return SECTION[0], reverse(SECTION[1])


def to_alliance(alliance: Alliance) -> tuple[str, str]:
    return alliance.name, alliance.get_absolute_url()


class AboutAlliance:
    """A page about one alliance that the person may see."""

    def records(self):
        return Alliance.objects.visible_to(self.request.user).select_related(
            "network__lead", "programme", "rule_set__programme"
        )

    def breadcrumbs(self):
        return [to_list(), to_alliance(self.object)]

    def address(self, name: str, *args) -> str:
        return reverse(f"alliances:{name}", args=[self.object.pk, *args])

    def may(self, action: str) -> bool:
        return access.can(self.request.user, action, self.object)


class AllianceForm(AboutAlliance, FormPage):
    """A form about one alliance, which goes back to its page."""

    permission = "alliance.edit"

    def success_url(self, result):
        return self.object.get_absolute_url()


class AboutPartner(AllianceForm):
    """A form about one of its present partners."""

    @cached_property
    def partner(self):
        rows = self.object.partners.current().select_related("organisation", "alliance__network", "alliance__programme")
        return get_object_or_404(rows, pk=self.kwargs["partner_pk"])


def missing_of(alliance: Alliance, facts: AllianceFacts, findings: list[Finding], rules: ProgrammeRules) -> list[dict]:
    """«Che cosa manca» before the agreement can go to be signed: always complete, each with the page to go to."""
    by_rule = {finding.rule: finding for finding in findings}
    write = reverse("alliances:write", args=[alliance.pk])
    edit = reverse("alliances:edit", args=[alliance.pk])
    elsewhere = {"purpose": edit, "districts": edit, "contributions": "#partner", "party_commitments": "#partner"}
    lead = next((by_rule[rule] for rule in ("R38", "R39", "R40") if not by_rule[rule].met), None)
    entries = [
        _entry("Partner pubblici e privati", by_rule["R35"], reverse("alliances:add_partner", args=[alliance.pk])),
        {
            "label": "Capofila",
            "done": lead is None,
            "url": reverse("alliances:lead", args=[alliance.pk]),
            "why": lead.words if lead else "",
        },
    ]
    entries += [
        {
            "label": content.label,
            "done": content.done,
            "url": elsewhere.get(content.key, f"{write}#id_{content.key}"),
            "why": "",
        }
        for content in mandatory_contents(facts, rules)
        if content.key != "lead"
    ]
    return [*entries, _entry("Competenze e risorse di ogni partner (consigliato)", by_rule["R36"], "#partner")]


def _entry(label: str, finding: Finding, url: str) -> dict:
    return {"label": label, "done": finding.met, "url": url, "why": "" if finding.met else finding.words}
