"""The territorial plan over time: extended by an act, and its versions side by side."""

from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.pages import PlainPage

from ..forms.plan import ExtendForm
from ..models import PlanVersion
from ..queries import plan as queries
from ..queries import versions
from ..rules.plan import IN_FORCE
from ..services import plan as services
from .plan_writing import PlanForm


class ExtendPlan(PlanForm):
    """An act moves the end of a plan in force onward."""

    permission = "plan.run"
    form_class = ExtendForm
    title = "Proroga il piano"
    submit_label = "Registra la proroga"

    @property
    def intro(self):
        return (
            f"Oggi il piano finisce il {queries.end_of(self.object):%d/%m/%Y}. Con la proroga nasce una nuova versione."
        )

    def possible(self):
        if self.object.status not in IN_FORCE:
            raise Refused(
                f"Il piano è «{self.object.get_status_display()}»: si proroga dopo la validazione e finché è in "
                "attuazione."
            )

    def initial(self):
        return {"act_on": clock.today()}

    def perform(self, form):
        return services.extend(self.object, by=self.request.user, **form.cleaned_data)


class PlanVersions(PlainPage):
    """Two versions of the plan side by side; the last two unless others are asked for (`?da=1&a=3`)."""

    permission = access.PUBLIC
    template_name = "plans/plan/versions.html"

    def records(self):
        return queries.plans_to_open(self.request.user)

    def get_title(self):
        return "Versioni a confronto"

    def breadcrumbs(self):
        return [("Piani territoriali", reverse("plans:plans")), (self.object.title, self.object.get_absolute_url())]

    def asked(self, name: str, found: list[PlanVersion], default: int) -> PlanVersion:
        wanted = self.request.GET.get(name, "")
        return next((version for version in found if str(version.number) == wanted), found[default])

    def get_context(self):
        found = list(self.object.versions.order_by("number"))
        if len(found) < 2:
            return {"versions": found, "comparison": None}
        before, after = self.asked("da", found, -2), self.asked("a", found, -1)
        return {
            "versions": found,
            "before": before,
            "after": after,
            "comparison": versions.compare(before, after),
        }
