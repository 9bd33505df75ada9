from django.urls import path

from ..views import evaluation as views

urlpatterns = [
    path("valutazione/", views.EvaluationHome.as_view(), name="evaluation"),
    path("valutazione/avvisi/<int:pk>/", views.BoardPage.as_view(), name="board"),
    path("valutazione/proposte/<int:pk>/", views.ScorePage.as_view(), name="score"),
    path("valutazione/proposte/<int:pk>/conflitto-di-interessi/", views.DeclarePage.as_view(), name="declare"),
    path("valutazione/proposte/<int:pk>/punti/", views.ScoresPage.as_view(), name="scores"),
    path("valutazione/proposte/<int:pk>/<slug:move>/", views.EvaluationMove.as_view(), name="evaluation_move"),
]
