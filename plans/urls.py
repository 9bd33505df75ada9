from .routes import calls, evaluation, plan, projects, proposals, ranking

app_name = "plans"
urlpatterns = [
    *calls.urlpatterns,
    *proposals.urlpatterns,
    *evaluation.urlpatterns,
    *ranking.urlpatterns,
    *plan.urlpatterns,
    *projects.urlpatterns,
]
