"""Why an order has no place in the plan: an answer, never an empty screen."""

from __future__ import annotations

from kumihimo.planning.arrays import LOAD_UNIT, NEVER, Compiled
from kumihimo.planning.occupancy import OpenTime
from kumihimo.planning.result import Why


def why_unplanned(compiled: Compiled, order: int, time: OpenTime | None = None) -> tuple[Why, ...]:
    """Return why an order is not planned; each text is Japanese and English.

    Parameters
    ----------
    compiled
        The problem.
    order
        Index of the order.
    time
        Of the problem's arrays, to be given when many orders are asked for.

    Returns
    -------
    tuple of Why
        NO_RESOURCE or LOAD_TOO_LARGE for every step that nothing can do; else the first obstacle that the order
        meets even alone (FROZEN, NO_TRANSPORT, HORIZON); else NO_CAPACITY.
    """
    arrays = compiled.arrays
    first, last = int(arrays.step_first[order]), int(arrays.step_first[order + 1])
    reasons = [
        _nothing_can(compiled, step)
        for step in range(first, last)
        if arrays.mode_first[step] == arrays.mode_first[step + 1]
    ]
    return tuple(reasons) if reasons else _alone(compiled, order, time or OpenTime(arrays))


def _nothing_can(compiled: Compiled, at: int) -> Why:
    """Explain a step without a mode that can be used."""
    step = compiled.steps[at]
    if not step.modes:
        text = f"工程{step.id}をできる設備がありません / no resource can do step {step.id}"
        return Why(code="NO_RESOURCE", step=step.id, text=text)
    able = {mode.resource for mode in step.modes}
    most = max((r.capacity for r in compiled.problem.resources if r.id in able), default=0)
    load = int(compiled.arrays.step_load[at]) / LOAD_UNIT
    text = (
        f"工程{step.id}の量{load:g}がどの炉・槽にも入りません(最大{most}) / "
        f"the load {load:g} of step {step.id} fits no batch plant (the largest holds {most})"
    )
    return Why(code="LOAD_TOO_LARGE", step=step.id, text=text)


def _alone(compiled: Compiled, order: int, time: OpenTime) -> tuple[Why, ...]:
    """Follow the order through empty resources; its own frozen steps, calendars and ways count."""
    arrays, steps = compiled.arrays, compiled.steps
    ends: dict[int, list[tuple[int, int]]] = {}
    for step in range(int(arrays.step_first[order]), int(arrays.step_first[order + 1])):
        ends[step] = _ends(compiled, order, step, ends, time)
        if not ends[step]:
            return (_obstacle(compiled, step),)
    horizon = compiled.problem.horizon
    arrivals = []
    for step, rows in ends.items():
        if arrays.succ_first[step] < arrays.succ_first[step + 1]:
            continue
        ways = [end + int(arrays.ship_minutes[mode]) for mode, end in rows if arrays.ship_minutes[mode] >= 0]
        if not ways:
            name = compiled.orders[order].ship_to
            text = (
                f"工程{steps[step].id}から納入先{name}への輸送がありません / "
                f"no transport from step {steps[step].id} to {name} is known"
            )
            return (Why(code="NO_TRANSPORT", step=steps[step].id, text=text),)
        arrivals.append(min(ways))
    finish = max(arrivals)
    text = (
        f"計画期間{horizon}分以内に空きが見つかりません(単独なら{finish}分で完了) / "
        f"no free capacity found within the horizon of {horizon} min (alone it would be done at {finish})"
    )
    return (Why(code="NO_CAPACITY", text=text),)


def _ends(
    compiled: Compiled, order: int, step: int, before: dict[int, list[tuple[int, int]]], time: OpenTime
) -> list[tuple[int, int]]:
    """Return (mode, earliest end) of every mode in which the step can end within the horizon."""
    arrays, horizon = compiled.arrays, compiled.problem.horizon
    preds = arrays.pred[arrays.pred_first[step] : arrays.pred_first[step + 1]].tolist()
    is_fact = bool(arrays.fact_mode[step] >= 0)
    found = []
    for mode in range(int(arrays.mode_first[step]), int(arrays.mode_first[step + 1])):
        resource = int(arrays.mode_resource[mode])
        site = int(arrays.resource_site[resource])
        ready = 0 if preds else int(arrays.order_release[order])
        for pred in preds:
            if is_fact and arrays.fact_mode[pred] >= 0:
                continue
            arrivals = []
            for other, end in before[pred]:
                way = int(arrays.travel_minutes[arrays.resource_site[arrays.mode_resource[other]], site])
                if way >= 0:
                    arrivals.append(end + way)
            ready = max(ready, min(arrivals, default=NEVER))
        if is_fact:
            movable = any(arrays.fact_mode[pred] < 0 for pred in preds)
            if not movable or ready <= arrays.fact_start[step]:
                found.append((mode, int(arrays.fact_end[step])))
            continue
        calendar, work = int(arrays.resource_calendar[resource]), int(arrays.mode_duration[mode])
        start = time.next_open(calendar, ready) if ready < NEVER else NEVER
        if start <= horizon:
            end = time.finish(calendar, start, work) if work else start
            if end <= horizon:
                found.append((mode, end))
    return found


def _obstacle(compiled: Compiled, at: int) -> Why:
    """Explain the first step that cannot end within the horizon even if the order is alone."""
    arrays, step, horizon = compiled.arrays, compiled.steps[at], compiled.problem.horizon
    if arrays.fact_mode[at] >= 0:
        text = (
            f"確定済みの工程{step.id}(開始{arrays.fact_start[at]}分)に前工程が間に合いません / "
            f"nothing can arrive before the frozen step {step.id} starts at {arrays.fact_start[at]}"
        )
        return Why(code="FROZEN", step=step.id, text=text)
    here = _sites(compiled, at)
    for pred in arrays.pred[arrays.pred_first[at] : arrays.pred_first[at + 1]].tolist():
        if all(arrays.travel_minutes[a, b] < 0 for a in _sites(compiled, pred) for b in here):
            name = compiled.steps[pred].id
            text = f"工程{name}から{step.id}への輸送がありません / no transport from step {name} to {step.id} is known"
            return Why(code="NO_TRANSPORT", step=step.id, text=text)
    text = (
        f"単独でも工程{step.id}が計画期間{horizon}分以内に終わりません / "
        f"even alone, step {step.id} cannot end within the horizon of {horizon} min"
    )
    return Why(code="HORIZON", step=step.id, text=text)


def _sites(compiled: Compiled, step: int) -> list[int]:
    """Return the sites at which a step can be done."""
    arrays = compiled.arrays
    resources = arrays.mode_resource[arrays.mode_first[step] : arrays.mode_first[step + 1]]
    return list(dict.fromkeys(arrays.resource_site[resources].tolist()))
