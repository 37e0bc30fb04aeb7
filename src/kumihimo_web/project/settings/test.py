"""Settings of the tests; the database is SQLite or, with KUMIHIMO_DATABASE, PostgreSQL."""

from __future__ import annotations

import os
import tempfile

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

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file as in the product: threads that share one SQLite in memory do not wait for each other, they fail.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.gettempdir()}/kumihimo-test-{os.getpid()}.sqlite3"}  # noqa: F405
