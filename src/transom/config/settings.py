"""Django's settings, from the operator's options. Every option is documented in docs/settings.md."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from transom import __version__
from transom.config import options as _options
from transom.config.databases import databases as _databases

OPTIONS = _options.load()
OPTIONS.home.mkdir(parents=True, exist_ok=True, mode=0o700)
PACKAGE = Path(__file__).resolve().parent.parent
VERSION = __version__

SECRET_KEY = _options.secret_key(OPTIONS)
DEBUG = OPTIONS.debug
PUBLIC_ADDRESS = OPTIONS.public_address.rstrip("/")
_public = urlsplit(PUBLIC_ADDRESS)

# Names other than localhost are refused until a public address is set: a page elsewhere that resolves
# its own name to this computer (DNS rebinding) must not reach an instance without passwords.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *([_public.hostname] if _public.hostname else [])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS] if PUBLIC_ADDRESS else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _public.scheme == "https" else None

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "transom.apps.base",
    "transom.apps.accounts",
    "transom.apps.sources",
    "transom.apps.library",
    "transom.apps.people",
    "transom.apps.conversations",
    "transom.apps.network",
    "transom.apps.participation",
    "transom.apps.brief",
    "transom.interfaces.web",
    "transom.interfaces.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "transom.apps.accounts.middleware.PasswordPolicyMiddleware",
    "transom.interfaces.web.time_zone.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "transom.interfaces.web.demo_links.DemoLinks",
]

ROOT_URLCONF = "transom.config.urls"
WSGI_APPLICATION = "transom.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the apps' own, so that our sign-in pages stand in for those that come with allauth.
        "DIRS": [PACKAGE / "interfaces" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = _databases(OPTIONS)
if OPTIONS.tasks == "celery" and DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    raise _options.OptionError(
        'tasks is "celery", which needs a PostgreSQL database that all workers reach. Set database_url to '
        'postgresql://user:password@host/name, or tasks to "database".',
        permanent=True,
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "transom.apps.accounts.backends.LinkBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "transom.apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
MFA_SUPPORTED_TYPES = ["webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "transom.interfaces.web.forms.AddPasskeyForm"}
# Nothing here verifies mail addresses, so that a passkey must not wait for it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC_ADDRESS.startswith("https")

# Cookies know no port: two instances on one computer (the demo beside one's own) must not take each other's.
_instance = hashlib.sha256(str(OPTIONS.home).encode()).hexdigest()[:8]
SESSION_COOKIE_NAME = f"transom-session-{_instance}"
CSRF_COOKIE_NAME = f"transom-csrf-{_instance}"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send "Origin: null" with forms, and the CSRF check refuses them all.
# "same-origin" tells other sites just as little.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
# Only languages the screens are translated to: else Django's own messages would mix in another one.
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

TASKS = {
    "default": {
        "BACKEND": "transom.interfaces.jobs.celery_backend.CeleryBackend"
        if OPTIONS.tasks == "celery"
        else "django_tasks_db.DatabaseBackend"
    }
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = OPTIONS.smtp_host
EMAIL_PORT = OPTIONS.smtp_port
EMAIL_HOST_USER = OPTIONS.smtp_user
EMAIL_HOST_PASSWORD = OPTIONS.smtp_password
EMAIL_USE_TLS = OPTIONS.smtp_security == "starttls"
EMAIL_USE_SSL = OPTIONS.smtp_security == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = OPTIONS.mail_from or "transom@localhost"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

_json_lines = {
    "()": "pythonjsonlogger.json.JsonFormatter",
    "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
}
_text_lines = {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": _json_lines if OPTIONS.log_format == "json" else _text_lines,
        "file": _json_lines,
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "console"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "transom": {"level": OPTIONS.log_level},
        "django.request": {"level": "ERROR"},
        "waitress.queue": {"level": "ERROR"},
        # A page that says what to do is answer enough: any program on the network can cause it at will.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
# Each long-running process of an instance keeps a log of its own in the data folder: two writers would
# tear one file apart when it is rotated.
if _process := os.environ.get("TRANSOM_PROCESS"):
    _logs = OPTIONS.home / "logs"
    _logs.mkdir(exist_ok=True, mode=0o700)
    LOGGING["handlers"]["file"] = {
        "class": "logging.handlers.RotatingFileHandler",
        "formatter": "file",
        "filename": _logs / f"{_process}.log",
        "maxBytes": 5_000_000,
        "backupCount": 3,
        "encoding": "utf-8",
        "delay": True,
    }
    LOGGING["root"]["handlers"].append("file")
