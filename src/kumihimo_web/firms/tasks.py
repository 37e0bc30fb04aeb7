"""Long work on firms: reading a workbook, and writing one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.urls import reverse

from kumihimo.interop.workbook_write import write_workbook
from kumihimo.model import Visibility
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.firms import importing, queries
from kumihimo_web.jobs.registry import MadeFile, Running, Task, register

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _read(job: Running) -> dict[str, Any]:
    job.tell(None, "シートと行を読み取っています", "Reading sheets and rows")
    return importing.read(job.payload["import"])


def _keep(found: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
    held = importing.keep_reading(payload["import"], found)
    return {"url": reverse("firm_import", args=[held.pk])}


def _write(job: Running) -> MadeFile:
    """Write what the asker may see: one firm, or the whole network."""
    job.tell(None, "ブックを書いています", "Writing the workbook")
    firm = job.payload["firm"]
    network = queries.network_of_firm(firm) if firm else queries.whole_network()
    own = bool(firm) and firm == current_scope().firm
    viewer = Visibility.OWN if own else current_scope().sight_of("")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.xlsx"
        write_workbook(network, path, viewer=viewer)
        return MadeFile(name=f"{firm or 'network'}.xlsx", content_type=EXCEL, content=path.read_bytes())


register(Task(kind="firms.import", work=_read, save=_keep))
register(Task(kind="firms.workbook", work=_write))
