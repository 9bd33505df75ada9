"""The grid of a call in preparation: criteria, criteria with sub-criteria, penalties, ready grids."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from conciliazione.kernel.errors import ChangedMeanwhile, MoveRefused, Refused
from conciliazione.kernel.pages import DetailPage

from ..enums import CallStatus
from ..forms.calls import CriterionForm, GroupForm, PlainForm, TemplateForm
from ..models import Call, CriteriaGroup, Criterion
from ..queries import calls as queries
from ..rules.calls import check_editable
from ..rules.grids import TEMPLATES
from ..services import grids as services
from .calls import AboutCall, CallForms


class GridPage(AboutCall, DetailPage):
    """The grid of a call in preparation: its rows, what is not right yet, ready grids to start from."""

    permission = "call.edit"
    template_name = "plans/call/grid.html"

    def get_title(self):
        return "Griglia di valutazione"

    def get_context(self):
        editable = self.object.status == CallStatus.DRAFT
        return {"grid": queries.grid_of(self.object), "editable": editable, "templates": TEMPLATES}

    def post(self, request, *args, **kwargs):
        """Put a ready grid in place of the present criteria."""
        form = TemplateForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Scegli una delle griglie pronte.")
        else:
            try:
                services.apply_template(self.object, by=request.user, template=form.cleaned_data["template"])
                messages.success(request, "Griglia sostituita: ora puoi adattarla.")
            except Refused as refused:
                messages.error(request, refused.message)
        return redirect("plans:call_grid", self.object.pk)


class CriterionForms(CallForms):
    """A criterion, within the call that it belongs to."""

    form_class = CriterionForm

    def form_kwargs(self):
        return {"groups": self.call.criteria_groups.all()} if self.form_class is CriterionForm else {}

    @property
    def call(self) -> Call:
        return self.object.call if isinstance(self.object, (Criterion, CriteriaGroup)) else self.object

    @property
    def scope_object(self):
        return self.call

    def possible(self):
        check_editable(self.call.status)

    def breadcrumbs(self):
        call = self.call
        return [
            ("Avvisi", reverse("plans:calls")),
            (call.title, call.get_absolute_url()),
            ("Griglia di valutazione", reverse("plans:call_grid", args=[call.pk])),
        ]

    def success_url(self, result):
        return reverse("plans:call_grid", args=[self.call.pk])


class CriterionNew(CriterionForms):
    title = "Aggiungi un criterio"
    submit_label = "Aggiungi il criterio"

    def initial(self):
        return {"weight": 1, "group": self.request.GET.get("criterio", "")}

    def perform(self, form):
        values = {name: form.cleaned_data[name] for name in services.CRITERION_FIELDS}
        return services.add_criterion(self.object, by=self.request.user, **values)


class OneCriterion(CriterionForms):
    """A page about one criterion, found among the calls that the person may see."""

    def records(self):
        calls = Call.objects.visible_to(self.request.user)
        return Criterion.objects.filter(call__in=calls).select_related("call__network")


class CriterionEdit(OneCriterion):
    def get_title(self):
        return f"Modifica «{self.object.title}»"

    def initial(self):
        criterion = self.object
        values = {name: getattr(criterion, name) for name in services.CRITERION_FIELDS}
        values |= {"threshold": criterion.threshold or None, "tie_break": criterion.tie_break or None}
        return values | {"seen": self.seen_now(criterion)}

    def perform(self, form):
        values = {name: form.cleaned_data[name] for name in services.CRITERION_FIELDS}
        seen = form.cleaned_data["seen"]
        try:
            return services.update_criterion(self.object, by=self.request.user, seen=seen, **values)
        except ChangedMeanwhile:
            self.keep_both(form, self.object, {n: f.label for n, f in form.fields.items() if n != "seen"})
            raise


class CriterionRemove(OneCriterion):
    form_class = PlainForm
    template_name = "plans/remove.html"
    submit_label = "Togli il criterio"

    def get_title(self):
        return f"Togli «{self.object.title}»"

    def get_context(self):
        return {"consequence": "Il criterio esce dalla griglia. I punti massimi e le soglie si ricalcolano."}

    def perform(self, form):
        call = self.call
        services.remove_criterion(self.object, by=self.request.user)
        return call


class CriterionMove(OneCriterion):
    """POST only: one place up or down."""

    template_name = ""

    def get(self, request, *args, **kwargs):
        return redirect("plans:call_grid", self.call.pk)

    def post(self, request, *args, **kwargs):
        try:
            services.move_criterion(self.object, by=request.user, up=self.kwargs["where"] == "su")
        except MoveRefused as refused:
            messages.error(request, refused.message)
        return redirect("plans:call_grid", self.call.pk)


class GroupNew(CriterionForms):
    form_class = GroupForm
    title = "Aggiungi un criterio con sottocriteri"
    submit_label = "Aggiungi e scrivi i sottocriteri"

    def perform(self, form):
        values = {name: form.cleaned_data[name] for name in services.GROUP_FIELDS}
        return services.add_group(self.object, by=self.request.user, **values)

    def success_url(self, result):
        return f"{reverse('plans:criterion_new', args=[self.call.pk])}?criterio={result.pk}"


class OneGroup(CriterionForms):
    """A page about one criterion with sub-criteria, found among the calls that the person may see."""

    form_class = GroupForm

    def records(self):
        calls = Call.objects.visible_to(self.request.user)
        return CriteriaGroup.objects.filter(call__in=calls).select_related("call__network")


class GroupEdit(OneGroup):
    def get_title(self):
        return f"Modifica «{self.object.title}»"

    def initial(self):
        values = {name: getattr(self.object, name) for name in services.GROUP_FIELDS}
        return values | {"threshold": self.object.threshold or None, "seen": self.seen_now(self.object)}

    def perform(self, form):
        values = {name: form.cleaned_data[name] for name in services.GROUP_FIELDS}
        try:
            return services.update_group(self.object, by=self.request.user, seen=form.cleaned_data["seen"], **values)
        except ChangedMeanwhile:
            self.keep_both(form, self.object, {n: f.label for n, f in form.fields.items() if n != "seen"})
            raise


class GroupRemove(OneGroup):
    form_class = PlainForm
    template_name = "plans/remove.html"
    submit_label = "Togli il criterio e i suoi sottocriteri"

    def get_title(self):
        return f"Togli «{self.object.title}»"

    def get_context(self):
        return {"consequence": "Escono dalla griglia il criterio e i suoi sottocriteri. Punti e soglie si ricalcolano."}

    def perform(self, form):
        call = self.call
        services.remove_group(self.object, by=self.request.user)
        return call


class GroupMove(OneGroup):
    """POST only: one place up or down, with its sub-criteria."""

    template_name = ""

    def get(self, request, *args, **kwargs):
        return redirect("plans:call_grid", self.call.pk)

    def post(self, request, *args, **kwargs):
        try:
            services.move_group(self.object, by=request.user, up=self.kwargs["where"] == "su")
        except MoveRefused as refused:
            messages.error(request, refused.message)
        return redirect("plans:call_grid", self.call.pk)
