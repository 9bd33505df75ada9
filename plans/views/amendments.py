"""Amendments and extensions of a project, and its versions side by side."""

from django.utils.functional import cached_property

from conciliazione.kernel import clock
from conciliazione.kernel.pages import PlainPage

from ..forms.amendments import AmendForm
from ..queries import amendments as queries
from ..queries.projects import projects_to_open
from ..services import amendments as services
from .projects import ProjectForm


class AmendPage(ProjectForm):
    """An act changes the end or the budget of a project."""

    form_class = AmendForm
    title = "Registra una variazione o una proroga"
    submit_label = "Registra"
    intro = (
        "L'atto con cui l'ASL, su richiesta del capofila, sposta la fine del progetto o ripartisce il budget. Il "
        "contributo non cresce. Ciò che era resta come versione precedente."
    )

    def possible(self):
        services.check_can_amend(self.object)

    @cached_property
    def budget(self):
        return queries.budget_now(self.object)

    def initial(self):
        found = {"ends_on": self.object.ends_on, "act_on": clock.today()}
        for key, money in self.budget.items():
            found[f"grant_{key}"], found[f"co_financing_{key}"] = money.grant, money.co_financing
        return found

    def perform(self, form):
        return services.amend(self.object, by=self.request.user, **form.values())


class VersionsPage(PlainPage):
    """The versions of a project, a column each; what changed is said in words."""

    permission = "project.view"
    template_name = "plans/project/versions.html"

    def records(self):
        return projects_to_open(self.request.user)

    def get_title(self):
        return f"Versioni – {self.object.title}"

    def breadcrumbs(self):
        return [(self.object.title, self.object.get_absolute_url())]

    def get_context(self):
        versions = list(self.object.versions.all())
        return {"versions": versions, "rows": queries.side_by_side(versions)}
