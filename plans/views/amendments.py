"""Amendments and extensions of a project, and its versions side by side."""

from django.utils.functional import cached_property

from conciliazione.kernel import clock
from conciliazione.kernel.pages import PlainPage

from ..enums import AmendmentKind
from ..forms.amendments import AmendForm
from ..forms.projects import PublishChangeForm
from ..queries import amendments as queries
from ..queries.projects import projects_to_open, publication_of
from ..services import amendments as services
from .projects import ProjectForm


class AmendPage(ProjectForm):
    """An act changes the end or the budget of a project."""

    form_class = AmendForm
    title = "Registra una variazione, una proroga o una riduzione"
    submit_label = "Registra"
    intro = (
        "L'atto con cui l'ASL sposta la fine del progetto, ripartisce il budget o riduce il contributo, che non cresce "
        "mai. Ciò che era resta come versione precedente."
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


class PublishChange(ProjectForm):
    """The grant that an act has changed, published anew beside what was public before."""

    permission = "project.publish"
    form_class = PublishChangeForm
    template_name = "plans/project/publish_change.html"
    title = "Pubblica il contributo modificato"
    submit_label = "Pubblica il nuovo importo"

    def possible(self):
        services.check_can_publish_change(self.object)

    def initial(self):
        return {"office": self.object.network.lead_department, "official": str(self.request.user)}

    def get_context(self):
        return {
            "publication": publication_of(self.object),
            "version": self.object.versions.filter(kind=AmendmentKind.REDUCTION).order_by("number").last(),
        }

    def perform(self, form):
        return services.publish_change(self.object, by=self.request.user, **form.cleaned_data)


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
