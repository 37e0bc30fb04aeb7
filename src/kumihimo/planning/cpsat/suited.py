"""Which problems the CP-SAT model is built for; asked before ortools is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from kumihimo.planning.instance import Instance

MAX_STEPS = 300
MAX_MODES = 3000
MAX_TIE_LITERALS = 60_000
MAX_SITE_PAIRS = 60_000
MAX_SETUP_NODES = 60


def unsuited(instance: Instance, wanted: Sequence[int]) -> str | None:
    """Return why the model is not built for this problem, or None."""
    steps = [s for o in wanted for s in instance.orders[o].steps]
    if len(steps) > MAX_STEPS:
        return f"skipped: {len(steps)} steps, the model takes {MAX_STEPS}"
    used = sorted({m.resource for s in steps if s.fact is None for m in s.modes if m.duration > 0})
    if any(instance.resources[r].kind == "batch" for r in used):
        return "skipped: batch resources are not modelled"
    modes = sum(len(s.modes) for s in steps)
    if modes > MAX_MODES:
        return f"skipped: {modes} modes, the model takes {MAX_MODES}"
    ties = sum(2 * len(instance.calendars[m.resource].starts) for s in steps for m in s.modes)
    if ties > MAX_TIE_LITERALS:
        return f"skipped: {ties} calendar literals, the model takes {MAX_TIE_LITERALS}"
    pairs = 0
    for order in wanted:
        row = instance.orders[order]
        for step in row.steps:
            pairs += sum(len(step.modes) * len(row.steps[p].modes) for p in step.preds)
    if pairs > MAX_SITE_PAIRS:
        return f"skipped: {pairs} pairs of modes, the model takes {MAX_SITE_PAIRS}"
    facts = {s.fact.mode.resource for o in instance.orders for s in o.steps if s.fact is not None}
    for resource in used:
        if resource in facts and (instance.setups[resource] or instance.resources[resource].capacity > 1):
            return "skipped: frozen steps beside set-ups or on a group of machines"
        nodes = sum(m.resource == resource for s in steps if s.fact is None for m in s.modes)
        if instance.setups[resource] and nodes > MAX_SETUP_NODES:
            return f"skipped: {nodes} steps on a resource with set-ups, the model takes {MAX_SETUP_NODES}"
    return None
