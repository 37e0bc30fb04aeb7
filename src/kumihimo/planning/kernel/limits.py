"""What follows a step, whatever the capacities: latest ends, least price, least time. Computed once per problem."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import NEVER, Arrays, Floats, Ints
from kumihimo.planning.compiled import compiled


class Limits(NamedTuple):
    """Capacity-free facts that steer and prune the insertion.

    Attributes
    ----------
    latest
        Per mode, the latest end that leaves time for what follows (calendars ignored).
    rest_price, rest_minutes
        Per mode, lower bounds of what follows it: yen, and minutes until the goods are at the customer.
    possible, completion, value
        Per order when it is alone: 1 if it can be planned, earliest completion, lower bound of its value.
    """

    latest: Ints
    rest_price: Floats
    rest_minutes: Ints
    possible: Ints
    completion: Ints
    value: Floats


def limits_of(arrays: Arrays, possible: Ints, completion: Ints, value: Floats) -> Limits:
    """Return the limits of a problem; the last three come from `bounds.alone`."""
    modes = len(arrays.mode_resource)
    limits = Limits(
        np.zeros(modes, np.int64),
        np.zeros(modes, np.float64),
        np.zeros(modes, np.int64),
        possible,
        completion,
        value,
    )
    fill_limits(arrays, limits.latest, limits.rest_price, limits.rest_minutes, 0, len(arrays.step_order))
    return limits


@compiled
def fill_limits(
    arrays: Arrays, latest: Ints, rest_price: Floats, rest_minutes: Ints, from_step: int, to_step: int
) -> None:
    """Fill the rows of the modes of some steps (whole orders), last step first."""
    horizon = arrays.goal[0]
    for back in range(to_step - from_step):
        step = to_step - 1 - back
        for mode in range(arrays.mode_first[step], arrays.mode_first[step + 1]):
            site = arrays.resource_site[arrays.mode_resource[mode]]
            bound = horizon
            price = 0.0
            minutes = 0
            if arrays.succ_first[step] == arrays.succ_first[step + 1]:
                price = arrays.ship_price[mode]
                minutes = arrays.ship_minutes[mode]
                if minutes < 0:
                    bound = -NEVER
            for arc in range(arrays.succ_first[step], arrays.succ_first[step + 1]):
                later = arrays.succ[arc]
                best_end = -NEVER
                best_price = np.inf
                best_minutes = NEVER
                is_fact = arrays.fact_mode[later] >= 0
                for other in range(arrays.mode_first[later], arrays.mode_first[later + 1]):
                    there = arrays.resource_site[arrays.mode_resource[other]]
                    way = arrays.travel_minutes[site, there]
                    if way < 0:
                        continue
                    if is_fact:
                        best_end = arrays.fact_start[later] - way
                        best_minutes = way
                    else:
                        best_end = max(best_end, latest[other] - arrays.mode_duration[other] - way)
                        best_minutes = min(best_minutes, way + arrays.mode_duration[other] + rest_minutes[other])
                    own = arrays.travel_price[site, there] + arrays.mode_price[other] + rest_price[other]
                    best_price = min(best_price, own)
                bound = min(bound, best_end)
                if best_price < np.inf:
                    # The larger of several branches, since branches may share what follows.
                    price = max(price, best_price)
                    minutes = max(minutes, best_minutes)
            latest[mode] = bound
            rest_price[mode] = price
            rest_minutes[mode] = max(minutes, 0)
