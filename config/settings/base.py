"""Settings of a node; the embedded default needs no service: SQLite, Celery on files, everything under `HUZHENG_VAR`."""

import secrets
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from config.broker import FILES, broker_options
from config.env import BASE_DIR, read_environment
from config.file_storage import file_storage
from config.request_bodies import MAX_UPLOAD_BYTES

_env = environ.Env()
NODE = read_environment()
PROJECT_DIR: Path = BASE_DIR

# A node that was never initialised gets a throw-away key, so that commands like `verify` run anywhere.
SECRET_KEY = (
    NODE.secret_key_file.read_text("ascii").strip() if NODE.secret_key_file.exists() else secrets.token_urlsafe(48)
)
DEBUG = False
ALLOWED_HOSTS = list(NODE.allowed_hosts)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "accounts",
    "certificates",
    "verification",
]

MIDDLEWARE = [
    "config.no_store.no_store_for_callers",
    "config.error_answers.problems_for_machines",
    "config.address_rates.limit_addresses",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.error_answers.page_for_wrong_methods",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.page_context.node",
            ],
        },
    },
]

_SQLITE_PRAGMAS = (
    # FULL: an entry must be on the disk before its answer leaves, also through a power cut.
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON;"
)
# A look runs the same twenty statements again and again: PostgreSQL plans them once for each connection, which is two fifths of its
# work. A pooler that hands connections on between transactions needs `?server_side_binding=0` in the URL.
_POSTGRES_OPTIONS = {"server_side_binding": True, "prepare_threshold": 3}


def database(parsed: dict[str, Any]) -> dict[str, Any]:
    """This will add to a parsed database URL what a node needs of its database."""
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE_PRAGMAS}
        return {**parsed, "OPTIONS": options, "CONN_MAX_AGE": 600}
    options = {**_POSTGRES_OPTIONS, **parsed.get("OPTIONS", {})}
    return {**parsed, "OPTIONS": options, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": database(_env.db_url("DATABASE_URL", default=f"sqlite:///{NODE.var / 'db.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]
AXES_CLIENT_IP_CALLABLE = "config.client_address.client_address"
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
# Calls a minute, counted in the database for all processes together. A hall of counters, or a province's data exchange, stands
# behind one address: it gets as much as five busy systems. A token serves ten minutes, so a system's twenty processes need two a
# minute. A password takes a person seconds to type; failures are counted by axes besides. A name, from wherever, in ten
# minutes. A file that is made while its reader waits takes a processor's second, a signature and two timestamps, on a page
# as by the API.
RATES_PER_MINUTE = {
    "api_caller": NODE.calls_per_caller,
    "api_address": NODE.calls_per_address,
    "token_client": 60,
    "token_address": 300,
    "sign_in_address": 60,
    "sign_in_name": 24,
    "files_caller": 20,
}
# Keys of agencies' systems are checked with the node's one table of suites, which the accounts app must not import.
CLIENT_SUITES = "certificates.core.signing.client_suites.CLIENT_SUITES"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = NODE.var / "static"
WHITENOISE_USE_FINDERS = True  # a fresh clone serves its pages without a collectstatic step
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": file_storage(NODE.files, folder=NODE.var / "files"),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.AccessTokenAuthentication",
        "accounts.api.authentication.SessionCallerAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.HasScopes"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttle.CallerThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.strict_json_parser.StrictJsonParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api_errors.problem_handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Huzheng 互证",
    "DESCRIPTION": "Mutual recognition of electronic licences (电子证照互认). Errors are problem+json with stable codes.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",  # vendored by a package: nothing is fetched from elsewhere
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "AUTHENTICATION_WHITELIST": None,  # describe all
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+|/(?=oauth|recognition)",  # the first word after it is the area that an address belongs to
    "TAGS": [
        {"name": "oauth", "description": "Tokens for agencies' systems"},
        {"name": "licence-types", "description": "What can be issued, with which fields 证照类型"},
        {"name": "certificates", "description": "The issuing agency's licences 证照"},
        {"name": "me", "description": "What a holder sees and does 持证主体"},
        {"name": "presentations", "description": "Codes to show a licence with 亮证"},
        {"name": "copies", "description": "Copies made for one purpose and one recipient 加注件"},
        {"name": "verifications", "description": "Looks at what is shown at a counter 核验"},
        {"name": "lookups", "description": "Receipts of looks 用证回执"},
        {"name": "recognition", "description": "Calls between provinces 互认"},
        {"name": "public", "description": "What anyone may fetch"},
    ],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api_public.add_public_addresses",
        "config.api_schema.describe_callers",
    ],
}

SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
# Two demo nodes share the host 127.0.0.1, and cookies ignore ports: each node's cookies carry its region.
SESSION_COOKIE_NAME = f"huzheng_{NODE.region}"
CSRF_COOKIE_NAME = f"huzheng_csrf_{NODE.region}"
LANGUAGE_COOKIE_NAME = f"huzheng_lang_{NODE.region}"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_SAMESITE = "Strict"
# Not "no-referrer": under it browsers send `Origin: null` with every form, which the CSRF check rightly refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    MAX_UPLOAD_BYTES  # a signed upload is hashed whole; other addresses take less, see request_bodies
)
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024

CELERY_BROKER_URL = _env.str("CELERY_BROKER_URL", default=FILES)
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(
    CELERY_BROKER_URL, folder=NODE.var / "broker", redelivery_seconds=NODE.redelivery_seconds
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = f"huzheng-{NODE.region}"
DOCUMENTS_QUEUE = f"{CELERY_TASK_DEFAULT_QUEUE}-documents"
CELERY_TASK_ROUTES = {"certificates.render_document": {"queue": DOCUMENTS_QUEUE}}
# Answered when done, and taken one at a time: what a killed worker held goes to another one, where the broker can do that.
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nobody commands a node's workers through the broker
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Their warnings repeat the address of every refused call, and what people type there is nobody's business.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
        # What they find wrong with a document comes back as a named refusal; their tracebacks tell nobody more.
        "pyhanko": {"level": "CRITICAL"},
        "pyhanko_certvalidator": {"level": "CRITICAL"},
    },
}
