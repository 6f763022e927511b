"""Settings, read from the environment; a clone runs with none set (docs/settings.md)."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from config.env import flag, listing, number, text

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(text("DATA", str(BASE_DIR / "var"))).resolve()
DEBUG = flag("APPARATUS_DEBUG", default=False)


def secret_key() -> str:
    """The key of the environment, or one that is made once and kept beside the database."""
    if key := text("APPARATUS_SECRET_KEY"):
        return key
    path = DATA / "secret_key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


SECRET_KEY = secret_key()
SITE_URL = text("APPARATUS_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = listing("APPARATUS_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = listing("APPARATUS_TRUSTED_ORIGINS", [])
HTTPS = flag("APPARATUS_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "annotations",
    "archive",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "annotations.sessions.private_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

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
            ],
        },
    }
]


def database() -> dj_database_url.DBConfig:
    """The database of DATABASE_URL, or an SQLite file in the data folder."""
    url = text("DATABASE_URL", f"sqlite:///{DATA / 'apparatus.sqlite3'}")
    try:
        return dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    except ValueError:
        raise ImproperlyConfigured(
            "DATABASE_URL is no address of a database: write postgres://USER:PASSWORD@HOST/NAME."
        ) from None


DATABASES = {"default": database()}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: two writers wait for each other instead of failing on an upgrade of their lock.
    # synchronous=FULL: what was acknowledged survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
    }
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": number("APPARATUS_CACHE_ENTRIES", 500)},
    }
}

AUTHENTICATION_BACKENDS = ["annotations.accounts.AccountBackend"]
SESSION_ENGINE = "annotations.sessions"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "annotations.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
# Signing in is limited by the client's address, which a proxy would hide behind its own.
ALLAUTH_TRUSTED_PROXY_COUNT = number("APPARATUS_PROXIES", 0)
SIGNUP_OPEN = flag("APPARATUS_SIGNUP", default=False)

# Mail carries links for forgotten passwords. Without a host it goes to the server's own output,
# where whoever runs it can read the link and hand it on.
EMAIL_HOST = text("APPARATUS_MAIL_HOST")
EMAIL_PORT = number("APPARATUS_MAIL_PORT", 587)
EMAIL_HOST_USER = text("APPARATUS_MAIL_USER")
EMAIL_HOST_PASSWORD = text("APPARATUS_MAIL_PASSWORD")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("APPARATUS_MAIL_FROM", "apparatus@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = text("APPARATUS_TIME_ZONE", "UTC")
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# Browsers ask again each time and get a 304: an upgrade is never met by an old script.
WHITENOISE_MAX_AGE = 0

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# What `manage.py serve` starts.
SERVE_WORKERS = number("APPARATUS_WORKERS", 2)
SERVE_THREADS = number("APPARATUS_THREADS", 4)

# Uploads wait here for their import; nothing of it is served.
MEDIA_ROOT = DATA
UPLOADS = DATA / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o600

# What takes long is done beside the server, by `manage.py work` (archive/worker.py).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Import limits: a whole volume of the series is 2 to 8 MB.
IMPORT_MAX_BYTES = number("APPARATUS_IMPORT_MAX_BYTES", 64 * 1024 * 1024)

# What readers bring of their own: the largest file, and how many documents each may have.
BRING_MAX_BYTES = number("APPARATUS_BRING_MAX_BYTES", 10 * 1024 * 1024)
BRING_MAX_DOCUMENTS = number("APPARATUS_BRING_MAX_DOCUMENTS", 200)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": text("APPARATUS_LOG_LEVEL", "WARNING")},
}
