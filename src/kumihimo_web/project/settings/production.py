"""A machine on a network: everything that protects is on, and nothing starts without a secret and host names."""

from __future__ import annotations

from kumihimo_web.project.environment import data_folder, hosts, public_address, secret_key
from kumihimo_web.project.settings.base import *  # noqa: F403

SECRET_KEY = secret_key()
# The machine asks itself whether it is well, under its own name.
ALLOWED_HOSTS = [*hosts(), "127.0.0.1", "localhost"]
PUBLIC_ADDRESS = public_address(f"https://{hosts()[0]}")
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in hosts()]
DEBUG = False
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Whether browsers are told for all time is for the owner of the domain to say.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
WHITENOISE_USE_FINDERS = False
STATIC_ROOT = data_folder() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
