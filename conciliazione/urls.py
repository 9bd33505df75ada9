"""All addresses of the portal, in Italian words."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from conciliazione.kernel.operation import health, metrics
from network.identity_provider import callback

handler400 = "conciliazione.kernel.failures.bad_request"
handler403 = "conciliazione.kernel.failures.forbidden"
handler404 = "conciliazione.kernel.failures.not_found"
handler500 = "conciliazione.kernel.failures.server_error"

# the administration is entered by the same door, second factor included
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("salute/", health.alive, name="health_alive"),
    path("salute/pronto/", health.ready, name="health_ready"),
    path("metriche/", metrics.metrics, name="metrics"),
    path("accesso/", include("allauth.account.urls")),
    path("accesso/secondo-fattore/", include("allauth.mfa.urls")),
    path("accesso/identita/", include("allauth.socialaccount.urls")),
    path("accesso/oidc/<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
    path("accesso/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("amministrazione/", admin.site.urls),
    path("", include("conciliazione.kernel.urls")),
    path("", include("network.urls")),
    path("", include("alliances.urls")),
    path("", include("plans.urls")),
    path("", include("monitoring.urls")),
    path("", include("conciliazione.portal.urls")),
]
