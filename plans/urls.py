from .routes import calls, proposals

app_name = "plans"
urlpatterns = [*calls.urlpatterns, *proposals.urlpatterns]
