"""Many minutes at once on the axis of open minutes, each of its own calendar."""

from __future__ import annotations

from kumihimo.planning.arrays import ALWAYS, Ints
from kumihimo.planning.compiled import compiled
from kumihimo.planning.kernel.clock import work_before


@compiled
def fill_positions(
    open_start: Ints,
    open_end: Ints,
    open_before: Ints,
    calendar_first: Ints,
    calendars: Ints,
    minutes: Ints,
    found: Ints,
) -> None:
    """Fill the open minutes before each minute; where nothing ever closes it is the minute itself."""
    for at in range(len(minutes)):
        found[at] = minutes[at]
        if calendars[at] != ALWAYS:
            first, last = calendar_first[calendars[at]], calendar_first[calendars[at] + 1]
            found[at] = work_before(open_start, open_end, open_before, first, last, minutes[at])
