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
    widest = 0
    for step in range(from_step, to_step):
        widest = max(widest, arrays.mode_first[step + 1] - arrays.mode_first[step])
    # Of the modes of a later step: site, latest start, least minutes from its start; read once for all ways to it.
    sites = np.zeros(widest, np.int64)
    starts = np.zeros(widest, np.int64)
    spans = np.zeros(widest, np.int64)
    for step in range(to_step - 1, from_step - 1, -1):
        first, last = arrays.mode_first[step], arrays.mode_first[step + 1]
        is_last = arrays.succ_first[step] == arrays.succ_first[step + 1]
        for mode in range(first, last):
            latest[mode], rest_price[mode], rest_minutes[mode] = horizon, 0.0, 0
            if is_last:
                rest_price[mode] = arrays.ship_price[mode]
                if arrays.ship_minutes[mode] < 0:
                    latest[mode] = -NEVER
                else:
                    rest_minutes[mode] = arrays.ship_minutes[mode]
        for arc in range(arrays.succ_first[step], arrays.succ_first[step + 1]):
            later = arrays.succ[arc]
            base = arrays.mode_first[later]
            count = arrays.mode_first[later + 1] - base
            for k in range(count):
                other = base + k
                sites[k] = arrays.resource_site[arrays.mode_resource[other]]
                if arrays.fact_mode[later] >= 0:
                    starts[k], spans[k] = arrays.fact_start[later], 0
                else:
                    starts[k] = latest[other] - arrays.mode_duration[other]
                    spans[k] = arrays.mode_duration[other] + rest_minutes[other]
            for mode in range(first, last):
                site = arrays.resource_site[arrays.mode_resource[mode]]
                best_end, best_price, best_minutes = -NEVER, np.inf, NEVER
                for k in range(count):
                    way = int(arrays.travel_minutes[site, sites[k]])
                    if way < 0:
                        continue
                    end, minutes = starts[k] - way, way + spans[k]
                    own = arrays.travel_price[site, sites[k]] + arrays.mode_price[base + k] + rest_price[base + k]
                    if end > best_end:
                        best_end = end
                    if minutes < best_minutes:
                        best_minutes = minutes
                    if own < best_price:
                        best_price = own
                latest[mode] = min(latest[mode], best_end)
                if best_price < np.inf:
                    # The larger of several branches, since branches may share what follows.
                    rest_price[mode] = max(rest_price[mode], best_price)
                    rest_minutes[mode] = max(rest_minutes[mode], best_minutes)
