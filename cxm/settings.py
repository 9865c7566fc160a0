"""All settings in one file; every value can be set by environment variable or a `.env` file beside manage.py."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

django_stubs_ext.monkeypatch()  # `ModelForm[Touchpoint]` and the like mean nothing to Django itself at run time

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

VAR = Path(env.str("CXM_VAR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)


def secret_key() -> str:
    """The key of the environment, or the one that the embedded start has put under var/ (mode 0600)."""
    if given := env.str("SECRET_KEY", default=""):
        return str(given)
    kept = VAR / "secret_key"
    if kept.exists():
        return kept.read_text().strip()
    return make_secret_key(kept)


def make_secret_key(kept: Path) -> str:
    """Write a new key once; a second process that comes at the same time reads the first one's."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        os.link(draft, kept)  # atomic: whoever comes first wins
    draft.unlink()
    return kept.read_text().strip()


SECRET_KEY = secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")  # links in e-mails
SECURE = SITE_URL.startswith("https://")
# The demo company and its one-click sign-in, also as administrator: nothing for an address that others reach.
DEMO = env.bool("CXM_DEMO", default=not SECURE)

INSTALLED_APPS = [
    "cxm.kit",
    "cxm.embedded",
    "cxm.audit",
    "cxm.accounts",
    "cxm.organisation",
    "cxm.imports",
    "cxm.notices",
    "touchpoints.inventory",
    "touchpoints.kpis",
    "touchpoints.dashboards",
    "surveys.questionnaires",
    "surveys.assessment",
    "surveys.training",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_filters",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads against BREACH; files are compressed beforehand by whitenoise
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cxm.kit.http.BodySizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cxm.accounts.middleware.PreferencesMiddleware",
    "cxm.accounts.middleware.SignInMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cxm.kit.http.RefusalMiddleware",
]

ROOT_URLCONF = "cxm.urls"
WSGI_APPLICATION = "cxm.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cxm.context.shell",
            ],
            "builtins": [
                "cxm.kit.tags",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
            ],
        },
    }
]
FORM_RENDERER = "cxm.kit.forms.CxmRenderer"

# --- Data ---------------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default="postgresql://cxm@/cxm")
}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_HEALTH_CHECKS": True,  # with a pool always: else errors after a restart of the database
    "OPTIONS": DATABASES["default"].get("OPTIONS", {})
    | {"pool": {"min_size": 1, "max_size": 10, "timeout": 5}},
}
# A page that asks the database for longer than this (empty: no limit) has been given up by its reader; it must not
# hold one of the ten connections. The worker and commands may take their time. `wsgi.py` says that this is the web.
if env.bool("CXM_WEB", default=False) and (patience := env.str("WEB_STATEMENT_TIMEOUT", default="30s")):
    given = DATABASES["default"]["OPTIONS"].get("options", "")
    DATABASES["default"]["OPTIONS"]["options"] = f"{given} -c statement_timeout={patience}".strip()
# The cache holds rate limits and nothing that may not be lost. It lives in PostgreSQL (an unlogged table), so that
# sign-in works while the broker is down, and all web processes share one count.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cxm_cache",
        # Beyond, a third is thrown away whatever it is. Django's 300 would forget the counts of wrong passwords
        # as soon as somebody tries from 300 addresses.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR / "media")))
STATIC_ROOT = VAR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cxm.embedded.static.Storage"},
}
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.TemporaryFileUploadHandler"
]  # to disk, never to memory
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a bulk action may name 10,000 rows

# --- Work after the answer ----------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("BROKER_URL", default="memory://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = None  # long imports lock their own row; see cxm.imports
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
}
CELERY_TASK_PUBLISH_RETRY = False  # the truth is a row in PostgreSQL; a sweep finds what the bell missed
CELERY_TIMEZONE = "UTC"

# --- Language and time --------------------------------------------------------------------------------------
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="de")
LANGUAGES = [("de", _("German")), ("en", _("English"))]
FORMAT_MODULE_PATH = "cxm.formats"
LOCALE_PATHS = [BASE_DIR / "cxm" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Berlin")
USE_TZ = True
USE_I18N = True
FILTERS_EMPTY_CHOICE_LABEL = _("all")  # of django-filter, which shows dashes

# --- Who may come in ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
COMPANY_LANGUAGE = "cxm.organisation.models.company_language"  # suggested for new accounts
AUTHENTICATION_BACKENDS = ["cxm.accounts.backends.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "cxm.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "cxm.accounts.entrance.LoginForm",
    "request_login_code": "cxm.accounts.entrance.RequestLoginCodeForm",
    "reset_password": "cxm.accounts.entrance.ResetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come in by invitation: the link in the e-mail is the proof
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a new password or second factor is told to its owner
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,5/m/key"}
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE, without asking
SOCIALACCOUNT_ADAPTER = "cxm.accounts.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
OIDC_FORM_ORIGINS = env.list("OIDC_FORM_ORIGINS", default=[])  # more, if sign-in leads on to other addresses
if oidc_server := env.str("OIDC_SERVER_URL", default=""):  # https://sso.example.org/realms/company
    OIDC_FORM_ORIGINS.append("{0.scheme}://{0.netloc}".format(urlsplit(oidc_server)))
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "sso",
            "name": env.str("OIDC_NAME", default="Single sign-on"),
            "client_id": env.str("OIDC_CLIENT_ID"),
            "secret": env.str("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": oidc_server},
        }
    )
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # browsers allow it on localhost only
MFA_TOTP_ISSUER = "cxm"

# --- Mail: everything goes to the outbox table; a worker hands it to "delivery", if there is one --------------
MAIL_URL = env.str("MAIL_URL", default="")  # smtp+tls://user:password@host:587
MAIL_PROVIDER = env.str(
    "MAIL_PROVIDER", default=""
)  # an anymail backend, e.g. anymail.backends.postmark.EmailBackend
ANYMAIL = env.json("ANYMAIL", default={})
MAILERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}
if MAIL_PROVIDER:
    MAILERS["delivery"] = {"BACKEND": MAIL_PROVIDER}
elif MAIL_URL:
    mail = environ.Env.email_url_config(MAIL_URL)
    MAILERS["delivery"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": mail["EMAIL_HOST"],
            "port": mail["EMAIL_PORT"],
            "username": mail["EMAIL_HOST_USER"] or "",
            "password": mail["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": mail.get("EMAIL_USE_TLS", False),
            "use_ssl": mail.get("EMAIL_USE_SSL", False),
            "timeout": 20,
        },
    }
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="cxm@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Security headers ---------------------------------------------------------------------------------------
# The hash is that of the empty style attribute, which plotly sets on colour bars: it allows nothing else.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
SECURE_CSP: dict[str, Any] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "style-src-attr": ["'unsafe-hashes'", EMPTY_STYLE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF, *OIDC_FORM_ORIGINS],  # browsers ask it for the redirect behind a form, too
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked from inside, where nothing is encrypted
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if SECURE else 0
# Both bind the whole domain, for years; it is the company's, and so is the decision. Hence no warning either.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Our own web server speaks http: with an https address a proxy stands before it, on whichever machine. It says
# which scheme the visitor used (else every page would redirect to itself) and who he is (else all visitors would
# count as one, and ten wrong passwords of one would shut out the whole company). It must set both headers itself.
if env.bool("BEHIND_PROXY", default=SECURE):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXY_COUNT", default=1)  # proxies that add to X-Forwarded-For
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600  # seconds: a working day
CSRF_FAILURE_VIEW = "cxm.pages.csrf_failure"

PGHISTORY_APPEND_ONLY = True  # the database refuses changes of the history itself
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)  # of one key

IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=50 * 1024**2)
IMPORT_MAX_BULK_BYTES = env.int("IMPORT_MAX_BULK_BYTES", default=2 * 1024**3)
IMPORT_RETENTION_DAYS = env.int("IMPORT_RETENTION_DAYS", default=30)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"links": {"()": "cxm.kit.logs.LinkFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"filters": ["links"]},
        "django.security": {"filters": ["links"]},
        "django.server": {"filters": ["links"], "level": "INFO", "propagate": True},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
