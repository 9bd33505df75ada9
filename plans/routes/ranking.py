from django.urls import path

from ..views import draws
from ..views import ranking as views

urlpatterns = [
    path("valutazione/avvisi/<int:pk>/graduatoria/", views.DrawUpPage.as_view(), name="draw_up"),
    path("graduatorie/", views.RankingList.as_view(), name="rankings"),
    path("graduatorie/<int:pk>/", views.RankingPage.as_view(), name="ranking"),
    path("graduatorie/<int:pk>/scorri/", draws.DrawNew.as_view(), name="draw_new"),
    path("scorrimenti/<int:pk>/", draws.DrawPage.as_view(), name="draw"),
    path("scorrimenti/<int:pk>/<slug:move>/", draws.DrawMove.as_view(), name="draw_move"),
    path("graduatorie/<int:pk>/<slug:move>/", views.RankingMove.as_view(), name="ranking_move"),
]
