"""`python -m kumihimo_web migrate`: Django's command, which makes the tables of an empty database at once.

Django carries out one migration after the other and rebuilds all models for each of their steps: seconds, where the
same tables follow in a fraction of one from the models that all migrations together lead to. A test holds that both
ways end in the same database.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import no_translations
from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

_OTHERWISE = ("app_label", "plan", "check_unapplied", "fake")
"""Options that ask for something else than all tables."""


class Command(migrate.Command):
    """Bring the tables to what this version needs."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        is_plain = options["database"] == DEFAULT_DB_ALIAS and not any(options[name] for name in _OTHERWISE)
        if is_plain and not connection.introspection.table_names():
            self._make_tables(options)
        else:
            super().handle(*args, **options)

    @no_translations
    def _make_tables(self, options: dict[str, Any]) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        models = executor.loader.project_state().apps
        # One transaction: whoever is interrupted finds the database as empty as before.
        with connection.schema_editor() as editor:
            for model in models.get_models():
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
            executor.recorder.ensure_schema()
            for migration, _backwards in plan:
                executor.recorder.record_applied(migration.app_label, migration.name)
        if options["verbosity"]:
            self.stdout.write(f"Made all tables; {len(plan)} migrations need not be carried out.")
        emit_post_migrate_signal(options["verbosity"], options["interactive"], DEFAULT_DB_ALIAS, apps=models)
