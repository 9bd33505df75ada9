from django.urls import path

from ..views import call_papers as papers
from ..views import calls as views
from ..views import grids

urlpatterns = [
    path("avvisi/", views.CallsPage.as_view(), name="calls"),
    path("avvisi/nuovo/", views.CallNew.as_view(), name="call_new"),
    path("avvisi/<int:pk>/", views.CallPage.as_view(), name="call"),
    path("avvisi/<int:pk>/modifica/", views.CallEdit.as_view(), name="call_edit"),
    path("avvisi/<int:pk>/griglia/", grids.GridPage.as_view(), name="call_grid"),
    path("avvisi/<int:pk>/griglia/aggiungi/", grids.CriterionNew.as_view(), name="criterion_new"),
    path("avvisi/<int:pk>/passo/<slug:move>/", views.CallMove.as_view(), name="call_move"),
    path("criteri/<int:pk>/modifica/", grids.CriterionEdit.as_view(), name="criterion_edit"),
    path("criteri/<int:pk>/togli/", grids.CriterionRemove.as_view(), name="criterion_remove"),
    path("criteri/<int:pk>/sposta/<slug:where>/", grids.CriterionMove.as_view(), name="criterion_move"),
    path("avvisi/<int:pk>/griglia/aggiungi-con-sottocriteri/", grids.GroupNew.as_view(), name="group_new"),
    path("criteri-con-sottocriteri/<int:pk>/modifica/", grids.GroupEdit.as_view(), name="group_edit"),
    path("criteri-con-sottocriteri/<int:pk>/togli/", grids.GroupRemove.as_view(), name="group_remove"),
    path("criteri-con-sottocriteri/<int:pk>/sposta/<slug:where>/", grids.GroupMove.as_view(), name="group_move"),
    path("avvisi/<int:pk>/documenti/aggiungi/", papers.DocumentNew.as_view(), name="requested_document_new"),
    path("documenti-chiesti/<int:pk>/togli/", papers.DocumentRemove.as_view(), name="requested_document_remove"),
    path("avvisi/<int:pk>/domande/nuova/", papers.QuestionNew.as_view(), name="question_new"),
    path("domande/<int:pk>/rispondi/", papers.QuestionAnswer.as_view(), name="question_answer"),
    path("avvisi/<int:pk>/rettifica/", papers.RectificationNew.as_view(), name="rectification_new"),
]
