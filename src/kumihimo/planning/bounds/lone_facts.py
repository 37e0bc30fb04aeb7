"""What the frozen steps of unplanned orders cost: they stand in every plan."""

from __future__ import annotations

import numpy as np

from kumihimo.planning.arrays import Ints
from kumihimo.planning.bounds.legs import leg_price
from kumihimo.planning.bounds.rows import FACT, PREDS, PRICE, SHIP, SHIP_PRICE, STEPS, SUCCS, Rows


def lone_facts(rows: Rows, wanted: Ints) -> float:
    """Return the price of the frozen steps of orders that are not wanted, and of the ways between and from them."""
    total = 0.0
    for order in np.flatnonzero(wanted == 0).tolist():
        for step in range(rows.order[STEPS, order], rows.order[STEPS, order + 1]):
            mode = rows.step[FACT, step]
            if mode < 0:
                continue
            total += float(rows.price[PRICE, mode])
            for at in range(rows.step[PREDS, step], rows.step[PREDS, step + 1]):
                before = rows.step[FACT, rows.pred[at]]
                if before >= 0:
                    total += leg_price(rows, before, mode)
            if rows.step[SUCCS, step] == rows.step[SUCCS, step + 1] and rows.mode[SHIP, mode] > 0:
                total += float(rows.price[SHIP_PRICE, mode])
    return total
