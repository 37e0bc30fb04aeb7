"""What an ASGI server runs: ``uvicorn kumihimo_web.project.asgi:application``."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.production")
application = get_asgi_application()
