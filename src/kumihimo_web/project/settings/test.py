"""Settings of the tests; the database is SQLite or, with KUMIHIMO_DATABASE, PostgreSQL."""

from __future__ import annotations

from kumihimo_web.project.settings.base import *  # noqa: F403

SECRET_KEY = "for tests only, of no use to anybody " * 3
DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
