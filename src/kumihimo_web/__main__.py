"""`python -m kumihimo_web COMMAND`: Django's commands (migrate, runserver, worker, ...)."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run a management command; without a setting named, those of the demo."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kumihimo_web.project.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["python -m kumihimo_web", *sys.argv[1:]])


if __name__ == "__main__":
    main()
