from django.urls import path

from ..views import calls as views

urlpatterns = [
    path("avvisi/", views.CallsPage.as_view(), name="calls"),
    path("avvisi/nuovo/", views.CallNew.as_view(), name="call_new"),
    path("avvisi/<int:pk>/", views.CallPage.as_view(), name="call"),
    path("avvisi/<int:pk>/modifica/", views.CallEdit.as_view(), name="call_edit"),
    path("avvisi/<int:pk>/griglia/", views.GridPage.as_view(), name="call_grid"),
    path("avvisi/<int:pk>/griglia/aggiungi/", views.CriterionNew.as_view(), name="criterion_new"),
    path("avvisi/<int:pk>/passo/<slug:move>/", views.CallMove.as_view(), name="call_move"),
    path("criteri/<int:pk>/modifica/", views.CriterionEdit.as_view(), name="criterion_edit"),
    path("criteri/<int:pk>/togli/", views.CriterionRemove.as_view(), name="criterion_remove"),
    path("criteri/<int:pk>/sposta/<slug:where>/", views.CriterionMove.as_view(), name="criterion_move"),
]
