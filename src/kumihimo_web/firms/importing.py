"""Taking over a workbook: received, read by a worker, looked at by a person, and only then written, all or nothing."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from kumihimo.errors import InputError, LocatedErrors
from kumihimo.interop.read_network import read_network
from kumihimo.interop.table_spec import table_specs
from kumihimo.model import Network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.firms import queries, services
from kumihimo_web.firms.mapping import firm_of, noun_of, to_data
from kumihimo_web.firms.models import ROWS, Import, ImportState
from kumihimo_web.firms.rules import PROOF, may_write
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.services import ask

LARGEST = 20 * 1024 * 1024
"""Bytes of a workbook that are taken; the reader has limits of its own for what unfolds from it."""
_NEVER_IMPORTED = frozenset({"assessments"})
"""Written by assessors in their own app, with their signature."""


@transaction.atomic
def receive(name: str, content: bytes) -> tuple[Import, Job]:
    """Keep a workbook as it came, and ask for it to be read."""
    scope = current_scope()
    if not (scope.is_coordinator or scope.firm):
        raise PermissionDenied(f"{scope.role} sends no workbooks")
    made = Import.objects.create(
        firm=scope.firm,
        name=Path(name).name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        actor=scope.actor,
    )
    record("import.received", made, firm=scope.firm, after={"file": made.name, "sha256": made.sha256})
    told = {"name": made.name}
    job = ask("firms.import", lambda: _("Excelの読み取り: %(name)s") % told, {"import": made.pk})
    return made, job


def read(pk: int) -> dict[str, Any]:
    """Read a workbook against the network as it stands; writes nothing.

    Returns
    -------
    dict
        ``problems``, ``changes`` and ``unchanged`` as in `Import`.
    """
    held: Import = Import.objects.get(pk=pk)
    network = queries.whole_network()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (held.name if held.name.lower().endswith((".xlsx", ".xlsm")) else f"{held.name}.xlsx")
        path.write_bytes(bytes(held.content))
        try:
            found = read_network(path, keep_going=True, base=network, replace=True)
        except LocatedErrors as error:
            return {"problems": [asdict(item) for item in error.problems], "changes": [], "unchanged": 0}
        except InputError as error:
            return {"problems": [_whole_file(error)], "changes": [], "unchanged": 0}
    problems = [asdict(item) for item in found.problems]
    changes, unchanged = _changes(found.network, found.ids, found.columns, problems)
    if not problems and not changes and not unchanged:
        problems.append(
            _whole_file(InputError("取り込める行がありません。", "There is no row that could be taken over."))
        )
    return {"problems": problems, "changes": changes, "unchanged": unchanged}


@transaction.atomic
def keep_reading(pk: int, found: dict[str, Any]) -> Import:
    """Keep what was read, for a person to look at."""
    held: Import = Import.objects.select_for_update().get(pk=pk)
    held.problems, held.changes, held.unchanged = found["problems"], found["changes"], found["unchanged"]
    held.state = ImportState.REFUSED if held.problems else ImportState.READY
    held.save()
    record(
        "import.read",
        held,
        firm=held.firm,
        after={"file": held.name, "problems": len(held.problems), "changes": len(held.changes)},
    )
    return held


@transaction.atomic
def take_over(pk: int, *, said: str = "") -> Import:
    """Write what was read, all or nothing; what a row has become in the meantime is never overwritten.

    Raises
    ------
    SomebodyWasFaster
        A row has changed since the workbook was read.
    PermissionDenied
        It was taken over already, or may not be.
    """
    held: Import = Import.objects.select_for_update().get(pk=pk)
    if held.state != ImportState.READY:
        raise PermissionDenied(f"import {pk} is {held.state}")
    specs = table_specs()
    for change in held.changes:
        table, ref = change["table"], change["ref"]
        if change["version"] is None:
            services.add(table, noun_of(specs[table], change["after"]), change["firm"], said=said)
        else:
            services.change(table, ref, change["after"], version=change["version"], said=said)
    held.state = ImportState.DONE
    held.save(update_fields=["state"])
    record("import.done", held, firm=held.firm, after={"file": held.name, "changes": len(held.changes)}, note=said)
    return held


@transaction.atomic
def withdraw(pk: int) -> Import:
    """Take nothing over."""
    held: Import = Import.objects.select_for_update().get(pk=pk)
    if held.state in (ImportState.READY, ImportState.REFUSED):
        held.state = ImportState.WITHDRAWN
        held.save(update_fields=["state"])
        record("import.withdrawn", held, firm=held.firm, after={"file": held.name})
    return held


def _changes(
    network: Network, ids: Any, columns: Any, problems: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], int]:
    """Compare the rows of a file with those that stand; rows that may not be written become problems."""
    scope = current_scope()
    site_firm = {site.id: site.firm for site in network.sites}
    changes: list[dict[str, Any]] = []
    unchanged = 0
    for table, model in ROWS.items():
        wanted = ids.get(table, frozenset())
        if not wanted:
            continue
        spec = table_specs()[table]
        standing = {row.ref: row for row in model.objects.filter(ref__in=wanted)}
        for noun in getattr(network, table):
            if noun.id not in wanted:
                continue
            row = standing.get(noun.id)
            firm = row.firm if row is not None else firm_of(table, noun, site_firm)
            data = {name: value for name, value in to_data(table, noun).items() if name not in PROOF}
            # Columns that the file does not have stay as they are.
            stands = {} if row is None else row.data
            names = sorted(name for name in columns[table] - PROOF if data.get(name) != stands.get(name))
            if row is not None and not names:
                unchanged += 1
                continue
            if table in _NEVER_IMPORTED or not may_write(scope, table, firm):
                problems.append(_refused_row(spec.sheet, noun.id, table))
                continue
            if row is None:
                changes.append({"table": table, "ref": noun.id, "firm": firm, "version": None, "after": data})
                continue
            # A coordinator may pass on what is hidden from him, with the word of the firm, but is not told what stands.
            seen = {column.name for column in spec.visible(scope.sight_of(firm))}
            changes.append(
                {
                    "table": table,
                    "ref": noun.id,
                    "firm": firm,
                    "version": row.version,
                    "before": {name: row.data.get(name) for name in names if name in seen},
                    "after": {name: data.get(name) for name in names},
                }
            )
    return changes, unchanged


def _refused_row(sheet: str, ref: str, table: str) -> dict[str, Any]:
    if table in _NEVER_IMPORTED:
        ja = "評価は取り込めません（評価員が自分の画面で署名します）。このシートを消してください。"
        en = "no row: assessments are signed by assessors on their own page; remove this sheet"
    else:
        ja = "自社が書ける行だけ（ほかの企業の行と、実績は取り込めません）。"
        en = "only rows that your own firm may write: none of other firms, and no deliveries"
    return {"sheet": sheet, "row": 0, "column": "", "value": ref, "expected_ja": ja, "expected_en": en}


def _whole_file(error: InputError) -> dict[str, Any]:
    return {
        "sheet": "",
        "row": 0,
        "column": "",
        "value": None,
        "expected_ja": error.text("ja"),
        "expected_en": error.text("en"),
    }
