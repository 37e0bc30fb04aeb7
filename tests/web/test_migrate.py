"""The tables of an empty database, made at once, are those that the migrations lead to one after the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .places import Place

TELL = """
import json
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

SQLITE = {
    "parts": "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL",
}
POSTGRESQL = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale,"
        " is_nullable, column_default, is_identity, identity_generation, collation_name"
        " FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "sequences": "SELECT sequencename, data_type::text, start_value, increment_by FROM pg_sequences",
}
told = {}
with connection.cursor() as cursor:
    for name, question in (SQLITE if connection.vendor == "sqlite" else POSTGRESQL).items():
        cursor.execute(question)
        told[name] = [list(row) for row in cursor.fetchall()]
    told["rows"] = []
    for table in connection.introspection.table_names():
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        told["rows"].append([table, cursor.fetchone()[0]])
told["migrations"] = [list(row) for row in MigrationRecorder(connection).applied_migrations()]
told["permissions"] = list(Permission.objects.values_list("content_type__app_label", "content_type__model", "codename"))
print(json.dumps(told))
"""


def held(place: Place) -> dict[str, list[Any]]:
    """Return all that a database holds; in which order the columns of a table stand matters to nobody."""
    told: dict[str, list[Any]] = json.loads(place.script(TELL))
    for row in told.get("parts", ()):
        if row[0] == "table":
            row[2] = sorted(row[2].partition("(")[2][:-1].split(", "))
    return {name: sorted(rows, key=str) for name, rows in told.items()}


def test_an_empty_database_gets_what_the_migrations_lead_to(place: Callable[[], Place]) -> None:
    at_once, step_by_step = place(), place()
    assert "Made all tables" in at_once.run("migrate")
    # Where there is a table already, the migrations are carried out.
    step_by_step.run("migrate", "contenttypes")
    assert "Applying orders.0001_initial" in step_by_step.run("migrate")
    found, expected = held(at_once), held(step_by_step)
    assert len(expected["migrations"]) > 40
    assert found.keys() == expected.keys()
    for name, rows in expected.items():
        assert found[name] == rows, name
    assert "No migrations to apply" in at_once.run("migrate")
