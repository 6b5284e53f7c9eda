"""All settings. Without environment variables: SQLite, a thread for long work, and no server but this one.

`DATABASE_URL`, `REDIS_URL`, `SECRET_KEY`, `VAULT_KEYS`, `ALLOWED_HOSTS` switch to production; `TRUSTED_PROXIES`
says how many proxies stand before it and `RATE_LIMITS` how often somebody may ask.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import environ  # type: ignore[import-untyped]  # ships no types
from csp.constants import NONE, SELF

from mvi_dashboard.ground.files.configuration import LARGEST, store_from
from mvi_dashboard.ground.rest.configuration import REST_FRAMEWORK as REST_FRAMEWORK
from mvi_dashboard.ground.secrets import secret_from
from mvi_dashboard.openapi import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("MVI_VAR_DIR", default=str(BASE_DIR / "var")))

LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "testserver"}
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
BEHIND_HTTPS = not set(ALLOWED_HOSTS) <= LOOPBACK
DEBUG = False

SECRET_KEY = secret_from(env.str("SECRET_KEY", default=""), VAR_DIR / "secret_key", required=BEHIND_HTTPS)
# "id:base64 key, ..." newest first; the file lies beside, never in, the database.
VAULT_KEYS = secret_from(
    env.str("VAULT_KEYS", default=""), VAR_DIR / "vault_keys", required=BEHIND_HTTPS, kind="vault"
)

INSTALLED_APPS = [
    "mvi_dashboard.ground",
    "indicators",
    "tenders",
    "contracts",
    "reporting",
    "mvi_dashboard",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "mvi_dashboard.ground.headers.SafeHeaders",
    "mvi_dashboard.ground.rest.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mvi_dashboard.ground.pages.PageMiddleware",
    "mvi_dashboard.page_languages.LanguageMiddleware",
]
ROOT_URLCONF = "mvi_dashboard.urls"
WSGI_APPLICATION = "mvi_dashboard.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mvi_dashboard.navigation.frame",
                "mvi_dashboard.page_languages.frame",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "mvi_dashboard.ground.forms.Renderer"

_SQLITE_OPTIONS = {
    # IMMEDIATE: a write takes its lock at once and waits, instead of failing halfway (deferred upgrade).
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'mvi.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = _SQLITE_OPTIONS
    # A file, because parallel requests in tests need more than one connection.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / env.str("MVI_TEST_DB", default="test.sqlite3"))}
else:
    DATABASES["default"]["TEST"] = {"NAME": env.str("MVI_TEST_DB", default="test_mvi")}
    # Compiling a query takes longer than any page of ours may: a search with more words was two times as slow.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # Requests are counted here: a Redis that hangs may not hold them up.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
RATE_LIMITS = env.str("RATE_LIMITS", default="on")
# How many proxies of our own add to X-Forwarded-For; 0 = the header is not believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# Where links in mails lead to, and by what server they go out; without one they are written to the console.
_FIRST_HOST = next((host for host in ALLOWED_HOSTS if host not in LOOPBACK), "")
SITE_URL = env.str(
    "SITE_URL", default=f"https://{_FIRST_HOST.lstrip('.')}" if _FIRST_HOST else "http://127.0.0.1:8000"
)
MAIL_DOMAIN = urlsplit(SITE_URL).hostname or "localhost"
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="") or f"MVI Effectendashboard <noreply@{MAIL_DOMAIN}>"

# To which hosts webhooks may go (`.voorbeeld.nl`: with all below it); empty = none go anywhere.
WEBHOOK_HOSTS: list[str] = env.list("WEBHOOK_HOSTS", default=[])
# For trying on one machine: also to http and to this machine itself; never where others come in.
WEBHOOK_TO_LOOPBACK = env.bool("WEBHOOK_TO_LOOPBACK", default=False) and not BEHIND_HTTPS

AUTH_USER_MODEL = "ground.User"
PASSWORD_HASHERS = [
    "mvi_dashboard.ground.passwords.BoundedArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "mvi_dashboard.ground.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "mvi_dashboard.ground.passwords.NotTooLong"},
    {"NAME": "mvi_dashboard.ground.passwords.NotRepeated"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Roles without an organisation for which a second factor is required; each organisation decides for its own.
TOTP_ROLES: list[str] = env.list("TOTP_ROLES", default=[])
# Signing in with the provider of an organisation (extra `sso`, docs/operations.md); not there without an issuer.
OIDC = {
    "issuer": env.str("OIDC_ISSUER", default=""),
    "client_id": env.str("OIDC_CLIENT_ID", default=""),
    "client_secret": env.str("OIDC_CLIENT_SECRET", default=""),
    "label": env.str("OIDC_LABEL", default="Inloggen via uw organisatie"),
    "scope": env.str("OIDC_SCOPE", default="openid email profile"),
    "roles_claim": env.str("OIDC_ROLES_CLAIM", default="groups"),
    "roles": env.str("OIDC_ROLES", default=""),
    "second_factor": env.list("OIDC_SECOND_FACTOR", default=["mfa"]),
}
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "mvi_dashboard" / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
# Left off on purpose: it would render ids as 12.345 and read 0.125 as 125.
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "mvi_dashboard.staticfinder.PlotlyFinder",
]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Files that people attach: on disk, or with FILES_S3_BUCKET on a server that speaks S3 (extra `s3`).
    "attachments": store_from(env, MEDIA_ROOT),
}
# In bytes. The proxy before this server must let through as much, and some 64 KiB for the rest of the form.
FILES_LARGEST = env.int("FILES_LARGEST", default=LARGEST)
# unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310; empty = no virus scanner is asked.
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")

# What the names of tenders begin with that go out as OCDS; a prefix of one's own comes from the OCDS helpdesk.
OCDS_PREFIX = env.str("OCDS_PREFIX", default="ocds-unregistered")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
if BEHIND_HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD = 31_536_000, True, True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["mvi_dashboard.ground.uploads.MemoryOnly"]  # a bid never touches a disk in clear
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000  # a bid of 20 lines x 50 rows by form

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_sizes": {"()": "mvi_dashboard.ground.logs.WithoutSizes"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "django.server": {
            "handlers": ["console"],
            "level": "INFO",
            "filters": ["without_sizes"],
            "propagate": False,
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
