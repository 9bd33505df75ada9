"""All addresses of the portal, in Italian words."""

from django.contrib import admin
from django.urls import include, path

handler400 = "conciliazione.kernel.failures.bad_request"
handler403 = "conciliazione.kernel.failures.forbidden"
handler404 = "conciliazione.kernel.failures.not_found"
handler500 = "conciliazione.kernel.failures.server_error"

urlpatterns = [
    path("accesso/", include("allauth.account.urls")),
    path("amministrazione/", admin.site.urls),
    path("", include("conciliazione.kernel.urls")),
    path("", include("network.urls")),
    path("", include("alliances.urls")),
    path("", include("plans.urls")),
    path("", include("monitoring.urls")),
    path("", include("conciliazione.portal.urls")),
]
