"""The fascicolo of a project: ask for it, see how far it is, take it away."""

from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.text import slugify

from conciliazione.kernel import files
from conciliazione.kernel.pages import PlainPage

from ..models import Dossier
from ..queries import dossier as queries
from ..queries.projects import projects_to_open
from ..services import dossier as services


class DossierPage(PlainPage):
    """What will be in it and what not, its state; POST asks for it."""

    permission = "project.view"
    template_name = "plans/project/dossier.html"

    def records(self):
        return projects_to_open(self.request.user)

    @cached_property
    def dossier(self):
        return queries.latest_of(self.object, self.request.user)

    def get(self, request, *args, **kwargs):
        if request.htmx:
            return render(request, "plans/project/_dossier_state.html", self.context())
        return self.render()

    def get_title(self):
        return f"Fascicolo – {self.object.title}"

    def breadcrumbs(self):
        return [(self.object.title, self.object.get_absolute_url())]

    def get_context(self):
        found = self.dossier
        return {
            "dossier": found,
            "working": found is not None and found.is_working,
            "ready": found is not None and found.state == Dossier.State.READY and bool(found.file),
        }

    def post(self, request, *args, **kwargs):
        return redirect(services.ask_for(self.object, by=request.user))


class DossierFile(DossierPage):
    """The ZIP, for the person who asked for it alone."""

    def get(self, request, *args, **kwargs):
        found = self.dossier
        if found is None or found.state != Dossier.State.READY or not found.file:
            return redirect("plans:dossier", self.object.pk)
        name = f"fascicolo-{slugify(self.object.title)[:60]}.zip"
        told = f"Fascicolo {found.sha256[:12]}"
        return files.hand_out(
            request, found.file, name=name, content_type="application/zip", told=told, about=self.object
        )

    def post(self, request, *args, **kwargs):
        return redirect("plans:dossier", self.object.pk)
