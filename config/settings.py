"""Settings, read from the environment; a clone runs with none set (docs/settings.md)."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.env import flag, issuer, listing, number, text
from config.secret import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(text("DATA", str(BASE_DIR / "var"))).resolve()
DEBUG = flag("APPARATUS_DEBUG", default=False)


def secret_key() -> str:
    """The key of the environment, or one that is made once and kept beside the database."""
    if key := text("APPARATUS_SECRET_KEY"):
        return key
    return kept_secret(DATA / "secret_key")


SECRET_KEY = secret_key()
SITE_URL = text("APPARATUS_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = listing("APPARATUS_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = listing("APPARATUS_TRUSTED_ORIGINS", [])
HTTPS = flag("APPARATUS_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "annotations.writers.old_token"

INSTALLED_APPS = [
    "annotations",
    "archive",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
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
    "annotations.writers.same_writer",
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
                "annotations.writers.writer",
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

# Limits of repeated attempts are counted here, so every process must see the same counts. In the
# database: it serves several machines too, and adding a key is atomic there as it is not in files.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "archive_cache",
        "OPTIONS": {"MAX_ENTRIES": number("APPARATUS_CACHE_ENTRIES", 20_000)},
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
# Signing in is limited by the client's address, which a proxy would hide behind its own.
ALLAUTH_TRUSTED_PROXY_COUNT = number("APPARATUS_PROXIES", 0)
SIGNUP_OPEN = flag("APPARATUS_SIGNUP", default=False)

# A university's OpenID Connect provider; without an issuer there is no trace of it.
OIDC_ISSUER = issuer("APPARATUS_OIDC_ISSUER")
OIDC_CLIENT_ID = text("APPARATUS_OIDC_CLIENT_ID")
OIDC_SECRET = text("APPARATUS_OIDC_SECRET")
OIDC_NAME = text("APPARATUS_OIDC_NAME", "your university")
OIDC_SIGNUP = flag("APPARATUS_OIDC_SIGNUP", default=True)
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_SECRET):
    raise ImproperlyConfigured(
        "APPARATUS_OIDC_ISSUER is set: set APPARATUS_OIDC_CLIENT_ID and APPARATUS_OIDC_SECRET too."
    )

# Mail carries links for forgotten passwords and new addresses. Without a host it goes to the
# server's own output, where whoever runs it can read the link and hand it on.
EMAIL_HOST = text("APPARATUS_MAIL_HOST")
EMAIL_PORT = number("APPARATUS_MAIL_PORT", 587)
EMAIL_HOST_USER = text("APPARATUS_MAIL_USER")
EMAIL_HOST_PASSWORD = text("APPARATUS_MAIL_PASSWORD")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("APPARATUS_MAIL_FROM", "apparatus@localhost")
# Where mail is sent, what somebody has not read is gathered in one mail every so many hours.
DIGEST_HOURS = number("APPARATUS_DIGEST_HOURS", 24)
# How long what was deleted can be brought back.
BIN_DAYS = number("APPARATUS_BIN_DAYS", 30)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"

ACCOUNT_ADAPTER = "annotations.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    name: f"annotations.forms_account.{form}"
    for name, form in (
        ("login", "SignInForm"),
        ("signup", "SignUpForm"),
        ("reset_password", "ForgottenForm"),
        ("add_email", "AddressForm"),
        ("change_password", "ChangePasswordForm"),
    )
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
# “owner” is the name that `serve` gives to whoever runs this server.
ACCOUNT_USERNAME_BLACKLIST = ["owner", "admin", "administrator", "root", "staff", "support"]
# Nobody learns from a form whether a mail address has an account. So two accounts may claim one,
# but only one of them can have confirmed it.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_VERIFICATION = "optional" if EMAIL_HOST else "none"
ACCOUNT_EMAIL_NOTIFICATIONS = bool(EMAIL_HOST)
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Apparatus] "
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A class signs in at the same minute from one address; what one account allows stays small.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "signup": "60/m/ip",
    "reset_password": "20/m/ip,5/m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "annotations.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "annotations.forms_account.TurnOnForm",
    "authenticate": "annotations.forms_account.SecondFactorForm",
    "reauthenticate": "annotations.forms_account.SecondFactorAgainForm",
}
# The clocks of phones are off by some seconds.
MFA_TOTP_TOLERANCE = 1
# An account without a confirmed address can be guarded too; annotations.university looks at both.
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ADAPTER = "annotations.university.UniversityAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "annotations.forms_account.UniversitySignUpForm",
    "disconnect": "annotations.forms_account.DisconnectForm",
}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# The provider has answered for the address, or nobody has and then it stays unconfirmed.
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"

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
# Sets as they were on a day; served by their page.
SNAPSHOTS = DATA / "snapshots"
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
