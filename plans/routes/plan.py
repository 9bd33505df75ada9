from django.urls import path

from ..views import plan as views
from ..views import plan_page
from ..views import plan_versions as versions
from ..views import plan_writing as writing

urlpatterns = [
    path("piani/", views.PlanList.as_view(), name="plans"),
    path("piani/apri/", writing.OpenPlan.as_view(), name="plan_open"),
    path("piani/<int:pk>/", plan_page.PlanPage.as_view(), name="plan"),
    path("piani/<int:pk>/sezioni/<slug:kind>/", writing.EditSection.as_view(), name="plan_section"),
    path("piani/<int:pk>/proposte-finanziate/", writing.ImportFunded.as_view(), name="plan_import"),
    path("piani/<int:pk>/copertura/", writing.CheckCoverage.as_view(), name="plan_coverage"),
    path("piani/<int:pk>/azioni/aggiungi/", writing.AddAction.as_view(), name="plan_action_add"),
    path("piani/<int:pk>/azioni/<int:action>/togli/", writing.RemoveAction.as_view(), name="plan_action_remove"),
    path("piani/<int:pk>/progetti/", writing.MakeProjects.as_view(), name="plan_projects"),
    path("piani/<int:pk>/proroga/", versions.ExtendPlan.as_view(), name="plan_extend"),
    path("piani/<int:pk>/versioni/", versions.PlanVersions.as_view(), name="plan_versions"),
    path("piani/<int:pk>/<slug:move>/", views.PlanMove.as_view(), name="plan_move"),
]
