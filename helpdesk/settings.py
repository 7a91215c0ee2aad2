"""All settings of the desk, read from the environment (names: docs/configuration.md); importing starts nothing.

A secret may also come from the file named by NAME_FILE. In local mode (no DATABASE_URL, or DEMO=1) missing secrets are
made once and kept under VAR_DIR; elsewhere a missing one stops the start with one sentence.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from helpdesk.schedule import beat_schedule
from integrations import configuration as vendors
from mail.imap.address import BadAddress, Source, read

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

LOCAL = not env.str("DATABASE_URL", "") or env.bool("PHD_LOCAL", False) or env.bool("DEMO", False)
VAR_DIR = Path(env.str("VAR_DIR", "") or BASE_DIR / "var").absolute()
DEBUG = env.bool("DEBUG", False)


def required(name: str, *, local: str | None = None) -> str:
    """The value of `name`; in local mode `local` stands in for a missing one."""
    value: str = env.str(name, "")
    if value:
        return value
    if LOCAL and local is not None:
        return local
    sys.exit(
        f"{name} is not set: put it in the environment, or its value in a file and the file's path in {name}_FILE."
    )


def kept_secret(name: str, *, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """A secret kept in VAR_DIR, made at first use; for local mode only.

    It appears whole or not at all: who comes second never reads a file that is still empty.
    """
    path = VAR_DIR / "secrets" / name.lower()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        handle, written = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as file:
            file.write(make())
        with suppress(FileExistsError):
            os.link(written, path)
        Path(written).unlink()
    return path.read_text()


def vendor_secret(name: str) -> str:
    """What the vendors' settings need; in local mode what the sandbox knows, and keys made once."""
    if name in vendors.LOCAL:
        return required(name, local=vendors.LOCAL[name])
    if not LOCAL or env.str(name, ""):
        return required(name)
    return kept_secret(name, make=vendors.new_private_key) if name.endswith("PRIVATE_KEY") else kept_secret(name)


def demo_port() -> int:
    """PORT; without it that of the demo on VAR_DIR, so that a command beside it writes the same links."""
    try:
        return env.int("PORT", 0) or int((VAR_DIR / "port").read_text())
    except (OSError, ValueError):
        return 8000


def imap_source() -> Source | None:
    """What IMAP_URL and IMAP_OAUTH_… say of the default mailbox's server."""
    names = ("token_url", "client_id", "client_secret", "refresh_token", "scope")
    try:
        return read(env.str("IMAP_URL", ""), {name: env.str(f"IMAP_OAUTH_{name.upper()}", "") for name in names})
    except BadAddress as problem:
        sys.exit(str(problem))


SECRET_KEY = required("SECRET_KEY", local=kept_secret("SECRET_KEY") if LOCAL else None)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = [host for host in required("ALLOWED_HOSTS", local="127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "helpdesk",
    "portal",
    "loa",
    "nfr",
    "orders",
    "service_attach",
    "invoices",
    "certification",
    "routing",
    "tickets",
    "partners",
    "mail",
    "integrations",
    "journal",
    "people",
    "documents",
    "web",
]

MIDDLEWARE = [
    "web.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "web.health.HealthMiddleware",
    "csp.middleware.CSPMiddleware",
    "web.middleware.AdminPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "web.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "people.middleware.ReaderMiddleware",
    "web.middleware.CacheAwayMiddleware",
    "web.middleware.NoRoomMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"

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
                "web.shell.context",
            ],
        },
    },
]

# A command that needs no database (lint, makemigrations --check, docs) may run without DATABASE_URL.
DATABASES = {"default": env.db_url("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/helpdesk")}
# A socket's folder is given as ?host=/run/postgresql, or percent-encoded in the host's place.
DATABASES["default"]["HOST"] = unquote(
    DATABASES["default"].get("OPTIONS", {}).pop("host", DATABASES["default"]["HOST"])
)
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required("REDIS_URL", local="redis://127.0.0.1:6379/0")
_redis = urlsplit(REDIS_URL)  # two databases: the broker has the number that is named, the cache the next one
if _redis.scheme == "unix":
    _number = int(parse_qs(_redis.query).get("db", ["0"])[0])
    CACHE_URL = f"unix://{_redis.path}?db={_number + 1}"
    CELERY_BROKER_URL = f"redis+socket://{_redis.path}?virtual_host={_number}"
else:
    _number = int(_redis.path.strip("/") or 0)
    CACHE_URL = _redis._replace(path=f"/{_number + 1}").geturl()
    CELERY_BROKER_URL = _redis._replace(path=f"/{_number}").geturl()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"serializer": "web.caching.JSONSerializer", "socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 110
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "mail.tasks.*": {"queue": "mail"},
    "partners.tasks.*": {"queue": "bulk"},
    "tickets.tasks.read_papers": {"queue": "bulk"},
    "tickets.tasks.read_unread_papers": {"queue": "bulk"},
    "tickets.tasks.*": {"queue": "steps"},
}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "retry_policy": {"timeout": 2.0},
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = beat_schedule()

AUTH_USER_MODEL = "people.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique by a constraint on its lower case
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_ADAPTER = "people.sign_in.DeskAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,5/5m/key", "reset_password": "20/10m/ip,3/h/key"}

SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_FAILURE_VIEW = "web.errors.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not LOCAL:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 60 * 60 * 24 * 365)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],  # a mail in its own layout, which brings a stricter policy
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

# What one request may carry; the sentence in web/errors.py names the limit.
MAX_BODY_BYTES = 60 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = len(LANGUAGES) > 1  # with one language nothing is looked up: a page asks for five hundred words
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
FILES_DIR = Path(env.str("FILES_DIR", str(VAR_DIR / "files")))
_storage = urlsplit(env.str("STORAGE_URL", ""))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {
        "BACKEND": "web.static.CompressedDeskStaticFiles"
        if env.bool("COMPRESS_STATIC", False)
        else "web.static.DeskStaticFiles",
    },
}
if _storage.scheme == "file":
    STORAGES["default"]["OPTIONS"] = {"location": unquote(_storage.path)}
elif _storage.scheme in {"s3", "s3+http"}:  # s3://key:secret@host[:port]/bucket
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(_storage.username or ""),
            "secret_key": unquote(_storage.password or ""),
            "endpoint_url": f"{'http' if _storage.scheme == 's3+http' else 'https'}://{_storage.netloc.rpartition('@')[2]}",
            "bucket_name": _storage.path.strip("/"),
            "default_acl": None,
            "file_overwrite": False,
        },
    }

SUPPORT_ADDRESS = parseaddr(required("SUPPORT_ADDRESS", local="partnersupport@gitlab.com"))[1]
ORDER_OPS_ADDRESS = parseaddr(required("ORDER_OPS_ADDRESS", local="partnerorderops@gitlab.com"))[1]
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Partner Help Desk <{SUPPORT_ADDRESS}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_DOMAIN = SUPPORT_ADDRESS.rpartition("@")[2]
PORT = demo_port() if LOCAL else 0
SMTP_DOOR = env.str("SMTP_DOOR", f"127.0.0.1:{env.int('SMTP_PORT', PORT + 25)}" if LOCAL else "")
SANDBOX_SMTP_PORT = env.int("SANDBOX_SMTP_PORT", PORT + 26)
IMAP_SOURCE = imap_source()
MAIL_SMTP = env.email_url("EMAIL_URL", f"smtp://127.0.0.1:{SANDBOX_SMTP_PORT}" if LOCAL else required("EMAIL_URL"))
# So many conversations with that server at once: two, so that one which hangs holds up no other mail, and fewer than
# workers, so that somebody always takes in what comes.
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", max(1, env.int("WORKERS", 3) - 1))
EMAIL_BACKEND = "mail.backend.OutboxBackend"
REOPEN_WITHIN_DAYS = 30  # a closed ticket older than this is answered by a new, linked one
PUBLIC_URL = env.str("PUBLIC_URL", f"http://127.0.0.1:{PORT}" if LOCAL else f"https://{ALLOWED_HOSTS[0]}")

_sandbox = f"http://127.0.0.1:{env.int('SANDBOX_PORT', PORT + 1)}" if LOCAL else ""
try:
    SALESFORCE = vendors.salesforce(env.str, required=vendor_secret, base_url=_sandbox)
    DOCUSIGN = vendors.docusign(env.str, required=vendor_secret, base_url=_sandbox)
except vendors.BadSetting as problem:
    sys.exit(str(problem))

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.api_tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "web.problems.handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Partner Help Desk",
    "VERSION": "1",
    "DESCRIPTION": "Tickets, messages, events, attachments and public requests of the desk.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "tickets.models.Status",
        "SettableStatusEnum": "tickets.api.inputs.SETTABLE",
    },
}
ACCENT = {  # the accent of static/css/tokens.css, lighter and darker
    "50": "#edf0fc", "100": "#dfe5fa", "200": "#c5cff5", "300": "#9db0ff", "400": "#6c83de", "500": "#4c67d1",
    "600": "#2c4bc4", "700": "#233da3", "800": "#1e3182", "900": "#1e2440", "950": "#10142b",
}  # fmt: skip
UNFOLD = {
    "SITE_TITLE": "Partner Help Desk",
    "SITE_HEADER": "Partner Help Desk",
    "SITE_URL": "/",
    "SITE_ICON": lambda _request: static("img/logo.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("img/logo.svg")}],
    "COLORS": {"primary": ACCENT},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "web.logs.JSONFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": env.str("LOG_FORMAT", "plain")}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},  # a 404 is no event
        "urllib3": {"level": "WARNING"},  # below that it repeats addresses, and with them what was searched for
        "imapclient": {"level": "WARNING"},  # below that it repeats the dialogue, sign-in included
    },
}
