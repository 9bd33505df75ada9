from django.urls import path

from ..views import board, collegial
from ..views import evaluation as views

urlpatterns = [
    path("valutazione/", views.EvaluationHome.as_view(), name="evaluation"),
    path("valutazione/avvisi/<int:pk>/", board.BoardPage.as_view(), name="board"),
    path("valutazione/proposte/<int:pk>/", views.ScorePage.as_view(), name="score"),
    path("valutazione/proposte/<int:pk>/conflitto-di-interessi/", views.DeclarePage.as_view(), name="declare"),
    path("valutazione/proposte/<int:pk>/punti/", views.ScoresPage.as_view(), name="scores"),
    path("valutazione/avvisi/<int:pk>/sollecito/", collegial.RemindPage.as_view(), name="remind"),
    path("valutazione/proposte/<int:pk>/apri-i-punti/", collegial.OpenScores.as_view(), name="scores_open"),
    path("valutazione/proposte/<int:pk>/punteggio-collegiale/", collegial.JudgePage.as_view(), name="judge"),
    path("valutazione/proposte/<int:pk>/<slug:move>/", views.EvaluationMove.as_view(), name="evaluation_move"),
]
