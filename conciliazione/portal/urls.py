from django.urls import path

from .dashboard.records import BY_SLUG
from .views import dashboard, home, public, search, trail

app_name = "portal"
urlpatterns = [
    path("", public.PublicHome.as_view(), name="public_home"),
    path("reti/", public.Networks.as_view(), name="public_networks"),
    path("alleanze-costituite/", public.Alliances.as_view(), name="public_alliances"),
    path("progetti-finanziati/", public.Projects.as_view(), name="public_projects"),
    path("piani-territoriali/", public.Plans.as_view(), name="public_plans"),
    path("buone-prassi/", public.Practices.as_view(), name="public_practices"),
    path("buone-prassi/<int:pk>/", public.Practice.as_view(), name="public_practice"),
    path("trasparenza/", public.Transparency.as_view(), name="transparency"),
    path("accessibilita/", public.Accessibility.as_view(), name="accessibility"),
    path("privacy/", public.Privacy.as_view(), name="privacy"),
    path("note-legali/", public.Legal.as_view(), name="legal"),
    path("cerca/", search.SearchPage.as_view(), name="search"),
    *(
        path(f"cruscotto/voci/{slug}/", dashboard.RecordList.as_view(slug=slug), name=f"records_{slug}")
        for slug in BY_SLUG
    ),
    path("cruscotto/stampa/", dashboard.PrintDashboard.as_view(), name="print_dashboard"),
    path("cruscotto/", dashboard.DashboardPage.as_view(), name="dashboard"),
    path("il-mio-lavoro/", home.HomePage.as_view(), name="home"),
    path("il-mio-lavoro/scadenze.ics", home.DeadlinesFile.as_view(), name="deadlines"),
    path("traccia/", trail.TrailList.as_view(), name="trail"),
    path("traccia/controllo/", trail.TrailCheck.as_view(), name="trail_check"),
    path("notifiche/", home.NoticesPage.as_view(), name="notices"),
    path("incarico/", home.SwitchSeat.as_view(), name="switch_seat"),
]
