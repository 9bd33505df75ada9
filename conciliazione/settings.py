"""Settings, read from the environment (or from `.env` beside manage.py).

`DEPLOYMENT` says what this instance is: `production` (the default: it must be told its secret, its hosts and its
database), `demo`, `development` or `test` (these have safe local defaults).
"""

import logging
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from conciliazione.kernel.oidc import oidc_providers, origins_of
from conciliazione.kernel.operation import logs
from conciliazione.kernel.stores import places

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEPLOYMENT = env.str("DEPLOYMENT", "production")
IS_PRODUCTION = DEPLOYMENT == "production"
if DEPLOYMENT not in {"production", "demo", "development", "test"}:
    raise ImproperlyConfigured("DEPLOYMENT must be one of: production, demo, development, test.")


def required(name: str, local_default: str, how: str) -> str:
    """Read a variable that production must state; elsewhere a local default serves."""
    value = env.str(name, "" if IS_PRODUCTION else local_default)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {how}")
    return value


SECRET_KEY = required(
    "SECRET_KEY",
    "local-only-not-a-secret",
    'Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"',
)
ALLOWED_HOSTS = required(
    "ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver", "List the host names that serve the portal, with commas."
).split(",")
DATABASE_URL = required(
    "DATABASE_URL",
    f"sqlite:///{BASE_DIR / 'var' / 'conciliazione.sqlite3'}",
    "For example postgres://user:pass@host/db",
)
DEBUG = env.bool("DEBUG", DEPLOYMENT == "development")
if IS_PRODUCTION and (len(SECRET_KEY) < 40 or len(set(SECRET_KEY)) < 12):
    raise ImproperlyConfigured("SECRET_KEY is too short, or too plain, to be a secret: at least 40 random characters.")
if IS_PRODUCTION and any(host.startswith("*") for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts: with * anybody's host name would be believed.")
if IS_PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be off in production: it shows the inside to whoever makes a page fail.")

# --- data -------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # behind PgBouncer in transaction mode no cursor may outlive its transaction: an export then holds all its rows
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("BEHIND_PGBOUNCER", False)
# the way past a PgBouncer for pg_dump and pg_restore, whose settings would stay with connections that others get next
DIRECT_DATABASE_URL = env.str("DIRECT_DATABASE_URL", "")
# replicas that pages read from (kernel.replicas); none, and nothing of it is there
REPLICA_SECONDS = env.int(
    "REPLICA_SECONDS", 5
)  # how late one may be, and how long whoever wrote reads from the primary
DATABASES |= places.replicas_at(env.list("REPLICA_URLS", default=[]), env.db_url_config, DATABASES["default"])
DATABASE_ROUTERS = ["conciliazione.kernel.replicas.Router"] if len(DATABASES) > 1 else []
# what every process must see alike: codes already used, attempts (made by `migrate`, see kernel.apps)
CACHES = {
    "default": places.cache_at(
        env.cache_url("CACHE_URL", "locmemcache://" if DEPLOYMENT == "test" else "dbcache://portal_cache")
    )
}
SESSION_ENGINE = places.session_engine(env.str("SESSIONS", "database"), CACHES["default"])
RATE_LIMITS = env.bool("RATE_LIMITS", DEPLOYMENT != "test")
CLAMD_SOCKET = env.str("CLAMD_SOCKET", "")  # a path, or host:port; empty: files are not scanned
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", 20 * 1024 * 1024)
# certificates of the issuers of digital signatures that the portal recognises (docs/decisions/digital-signatures.md)
SIGNATURE_TRUST_ANCHORS = Path(env.str("SIGNATURE_TRUST_ANCHORS", str(BASE_DIR / "var" / "trust-anchors")))
# a demonstration has no real identities: a password stands for one, and every page and acceptance says so
SIMULATED_IDENTIFICATION = DEPLOYMENT == "demo"

# --- applications -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "guardian",
    "simple_history",
    "django_filters",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "conciliazione.kernel",
    "network",
    "alliances",
    "plans",
    "monitoring",
    "conciliazione.portal",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "conciliazione.kernel.operation.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "conciliazione.kernel.headers.SecurityHeaders",
    "conciliazione.kernel.operation.crowding.Crowding",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "conciliazione.kernel.sessions.SessionLimits",
    "network.seating.SeatMiddleware",
    "network.second_factor.SecondFactorGate",
    "conciliazione.kernel.throttle.RateLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
    *(["conciliazione.kernel.replicas.ReplicaReads"] if DATABASE_ROUTERS else []),
]
ROOT_URLCONF = "conciliazione.urls"
WSGI_APPLICATION = "conciliazione.wsgi.application"
ASGI_APPLICATION = "conciliazione.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "conciliazione.kernel.context.chrome",
            ],
            "builtins": ["conciliazione.kernel.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "conciliazione.kernel.widgets.Renderer"

# --- people -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "network.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: whoever is locked out is not even compared
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:public_home"
ACCOUNT_ADAPTER = "network.accounts.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a new password or second factor is told by mail

# the second factor: an app with codes (TOTP) or a passkey, with recovery codes
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", IS_PRODUCTION)
MFA_ADAPTER = "network.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "network.forms.passkeys.AddPasskeyForm",
    "edit_webauthn": "network.forms.passkeys.EditPasskeyForm",
}
MFA_TOTP_ISSUER = "Conciliazione"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute wrong
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by whoever invites, not typed by the person
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
# the keys that encrypt the secrets of the second factor; the first writes, all read
SECRETS_KEYS = env.list("SECRETS_KEYS", default=[SECRET_KEY])

# the trail: its key stays the same for ever, whatever SECRET_KEY becomes; its head is noted outside the database
TRAIL_KEY = env.str("TRAIL_KEY", SECRET_KEY)
TRAIL_ANCHORS = Path(env.str("TRAIL_ANCHORS", str(BASE_DIR / "var" / "trail-anchors.txt")))

# SPID and CIE: identity providers that speak OpenID Connect, matched by codice fiscale
SOCIALACCOUNT_ADAPTER = "network.identity.IdentityAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": oidc_providers(env), "OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_AUTO_SIGNUP = False

# lockout after repeated failures of one account from one address
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)  # how many proxies of ours stand before the portal
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES", 5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_LOCKOUT_MINUTES", 15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else an attacker could keep a person out for ever
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "network.accounts.attempted_account"
AXES_CLIENT_IP_CALLABLE = "conciliazione.kernel.limits.address_of"
AXES_LOCKOUT_CALLABLE = "network.accounts.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # the trail keeps it
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# how long a session may rest, and last; both are told on the page before they end
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 30)
SESSION_HOURS = env.int("SESSION_HOURS", 10)
# a session is over by the limits above; its row stays longer, to know whose form arrives on Monday from Friday's page
SESSION_COOKIE_AGE = (SESSION_HOURS + 7 * 24) * 3600
if DEPLOYMENT == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ACCOUNT_RATE_LIMITS = False

# --- language and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Rome"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- static files -----------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "conciliazione.kernel.static_finder.BootstrapItaliaFinder",
]
STORAGES = {
    "default": places.storage_at(env.str("FILES", "")),  # MEDIA_ROOT, or an S3 bucket
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if DEPLOYMENT in {"production", "demo"}
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- work in the background, mail --------------------------------------------------------------------------------
TASKS = {
    "default": {
        # tests run the task at once, in the same process, so that what it did can be looked at
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if DEPLOYMENT == "test"
        else "django_tasks_db.DatabaseBackend"
    }
}
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Rete di conciliazione <portale@example.org>")
PUBLIC_ADDRESS = env.str("PUBLIC_ADDRESS", "http://localhost:8000")

# --- operation --------------------------------------------------------------------------------------------------
LOGGING = logs.configure(
    level=env.str("LOG_LEVEL", "WARNING" if DEPLOYMENT in {"test", "demo"} else "INFO"), as_json=IS_PRODUCTION
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # whoever brings it reads the figures; empty: they are not there

# --- security ---------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        # a form that leads to an identity provider is answered with a redirect there, which browsers hold to this too
        "form-action": [SELF, *sorted(origins_of(SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]))],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "conciliazione.kernel.failures.csrf_failure"
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^salute/"]  # asked by the load balancer, inside
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
