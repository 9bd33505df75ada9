from django.urls import path

from ..views import amendments, dossier
from ..views import projects as views

urlpatterns = [
    path("progetti/", views.ProjectList.as_view(), name="projects"),
    path("progetti/<int:pk>/", views.ProjectPage.as_view(), name="project"),
    path("progetti/<int:pk>/concessione/", views.RecordGrant.as_view(), name="project_grant"),
    path("progetti/<int:pk>/pubblicazione/", views.PublishGrant.as_view(), name="project_publish"),
    path(
        "progetti/<int:pk>/pubblicazione/modifica/", amendments.PublishChange.as_view(), name="project_publish_change"
    ),
    path("progetti/<int:pk>/pagamenti/disponi/", views.OrderPayment.as_view(), name="payment_order"),
    path("progetti/<int:pk>/versioni/", amendments.VersionsPage.as_view(), name="project_versions"),
    path("progetti/<int:pk>/variazioni/nuova/", amendments.AmendPage.as_view(), name="project_amend"),
    path("progetti/<int:pk>/fascicolo/", dossier.DossierPage.as_view(), name="dossier"),
    path("progetti/<int:pk>/fascicolo/file/", dossier.DossierFile.as_view(), name="dossier_file"),
    path("progetti/<int:pk>/<slug:move>/", views.ProjectMove.as_view(), name="project_move"),
    path("pagamenti/<int:pk>/annulla/", views.CancelPayment.as_view(), name="payment_cancel"),
    path("pagamenti/<int:pk>/pagato/", views.RecordPaid.as_view(), name="payment_paid"),
]
