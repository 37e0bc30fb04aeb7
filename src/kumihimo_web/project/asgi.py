"""What an ASGI server runs: ``uvicorn kumihimo_web.project.asgi:application``."""

from __future__ import annotations

import gc
import os

import django
from django.urls import get_resolver

import kumihimo.inquiry.open_file  # noqa: F401  # the reader of inquiries, before somebody waits for it
from kumihimo_web.project.one_thread import OneThread
from kumihimo_web.project.upload_limit import limited

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.production")
django.setup(set_prefix=False)
application = limited(OneThread())
# All pages are loaded before the first is asked for, and never go: the collector, which holds up everybody while it
# looks through what there is, need not look through them again and again.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
