"""An invented consortium."""

from __future__ import annotations

from datetime import date
from typing import Any

from kumihimo.trade.consortium.charter import Charter, read_charter

DAY = date(2026, 12, 1)
FIRMS = ("F-SYN-001", "F-SYN-002", "F-SYN-003")


def document(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": "C-SYN-1",
        "name": "合成共同受注会",
        "mode": "prime",
        "lead": FIRMS[0],
        "agreed_on": "2026-04-01",
        "members": [
            {"firm": firm, "name": f"合成{at}社", "joined_on": "2026-04-01", "invoice_number": f"T{at}000000000000"}
            for at, firm in enumerate(FIRMS, start=1)
        ],
        "fee": {"permille": 30},
        "allotment": "rotation",
        "inspectors": [{"name": "合成 検査員"}, {"name": "合成 一郎", "firm": FIRMS[0]}],
    }
    return {**plain, **changes}


def charter(**changes: Any) -> Charter:
    return read_charter(document(**changes))
