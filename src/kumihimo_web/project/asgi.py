"""What an ASGI server runs: ``uvicorn kumihimo_web.project.asgi:application``."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from kumihimo_web.project.upload_limit import limited

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.production")
application = limited(get_asgi_application())
