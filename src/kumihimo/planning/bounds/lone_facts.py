"""What the frozen steps of unplanned orders cost: they stand in every plan."""

from __future__ import annotations

from kumihimo.planning.arrays import Arrays, Ints
from kumihimo.planning.bounds.alone import leg_price
from kumihimo.planning.compiled import compiled


@compiled
def lone_facts(arrays: Arrays, wanted: Ints) -> float:
    """Return the price of the frozen steps of orders that are not wanted, and of the ways between and from them."""
    total = 0.0
    for order in range(len(wanted)):
        if wanted[order]:
            continue
        for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
            mode = arrays.fact_mode[step]
            if mode < 0:
                continue
            total += arrays.mode_price[mode]
            for at in range(arrays.pred_first[step], arrays.pred_first[step + 1]):
                before = arrays.fact_mode[arrays.pred[at]]
                if before >= 0:
                    total += leg_price(arrays, before, mode)
            if arrays.succ_first[step] == arrays.succ_first[step + 1] and arrays.ship_minutes[mode] > 0:
                total += arrays.ship_price[mode]
    return total
