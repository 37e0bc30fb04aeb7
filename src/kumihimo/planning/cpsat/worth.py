"""What an order adds to the objective as it stands."""

from __future__ import annotations

from kumihimo.planning.arrays import NEVER, Arrays
from kumihimo.planning.placement import Placement


def order_value(arrays: Arrays, placement: Placement, order: int) -> float:
    """Return the price of a planned order, CO2 priced in unrounded; with makespan its completion.

    Raises
    ------
    ValueError
        A last step stands where nothing can be sent to the customer from.
    """
    first, last = int(arrays.step_first[order]), int(arrays.step_first[order + 1])
    makespan = bool(arrays.goal[1])
    value, finish = 0.0, -NEVER
    for step in range(first, last):
        mode = int(placement.mode[step])
        resource = arrays.mode_resource[mode]
        value += float(arrays.mode_price[mode])
        for pred in arrays.pred[arrays.pred_first[step] : arrays.pred_first[step + 1]].tolist():
            origin = arrays.resource_site[arrays.mode_resource[placement.mode[pred]]]
            site = arrays.resource_site[resource]
            if arrays.travel_minutes[origin, site] >= 0:
                value += float(arrays.travel_price[origin, site])
        if arrays.was_resource[step] >= 0 and (
            arrays.was_resource[step] != resource or arrays.was_start[step] != placement.start[step]
        ):
            value += float(arrays.goal[2])
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            if arrays.ship_minutes[mode] < 0:
                raise ValueError(f"step {step}: there is no way from its resource to the customer")
            value += float(arrays.ship_price[mode])
            finish = max(finish, int(placement.end[step]) + int(arrays.ship_minutes[mode]))
    if makespan:
        return float(finish)
    if arrays.order_due[order] < NEVER:
        value += float(arrays.late_price[order]) * max(0, finish - int(arrays.order_due[order]))
    return value
