"""Settings that hold everywhere. What differs between machines comes from the environment (`environment`)."""

from __future__ import annotations

from pathlib import Path

from kumihimo_web.project.channel_environment import channels
from kumihimo_web.project.environment import database, metrics_token, public_address

PACKAGE = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "kumihimo_web.project",
    "kumihimo_web.accounts",
    "kumihimo_web.audit",
    "kumihimo_web.jobs",
    "kumihimo_web.design",
    "kumihimo_web.firms",
    "kumihimo_web.assessments",
    "kumihimo_web.inquiries",
    "kumihimo_web.plans",
    "kumihimo_web.channels",
    "kumihimo_web.orders",
    "kumihimo_web.inbox",
    "kumihimo_web.consortium",
    "kumihimo_web.desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "kumihimo_web.project.request_log.RequestLog",
    "kumihimo_web.project.private_pages.PrivatePages",
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
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kumihimo_web.project.kept_form.KeptForm",
    "kumihimo_web.project.no_nul.RefuseNul",
    "kumihimo_web.accounts.middleware.ScopeMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kumihimo_web.project.urls"
ASGI_APPLICATION = "kumihimo_web.project.asgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "kumihimo_web.design.navigation.context",
            ],
        },
    },
]

DATABASES = {"default": database()}

# Axes stands first: it counts failed logins before anybody else looks at them.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "kumihimo_web.accounts.adapter.ClosedAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Axes counts failed logins in the database, for all processes together; allauth would count each process by itself.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
AXES_LOCKOUT_CALLABLE = "kumihimo_web.project.refusals.too_many_logins"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "static"]
# One machine serves its own files from where they are; production collects them.
WHITENOISE_USE_FINDERS = True
# Vite writes the content into the name, so that a file under a name never changes.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/dist/assets/"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kumihimo_web.project.refusals.csrf_failed"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CHANNELS = channels()
# What stands before the path of a link that goes out on paper or by mail.
PUBLIC_ADDRESS = public_address("http://127.0.0.1:8000")

METRICS_TOKEN = metrics_token()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kumihimo_web.project.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "axes": {"level": "WARNING"},
        # It has a line for every connection that it lends and gets back.
        "psycopg.pool": {"level": "WARNING"},
        # Whoever scans the network would fill the log; the request has its line all the same.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
