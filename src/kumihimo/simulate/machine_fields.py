"""Which fields of `Equipment` a machine class fills."""

from __future__ import annotations

from typing import Any

from kumihimo.simulate.machines import MACHINES

_TURNING = {"lathe", "manlathe", "swiss", "turnmill", "vlathe", "hob", "shaper", "gcyl", "gint", "gcl", "ggear", "hone"}
_TURNING |= {"spin", "rollthr", "induct", "spring"}
_SHEET = {"laser", "turret", "shear", "bender", "plasma", "gas", "jet", "spot", "press", "servo", "draw", "vform"}
_CLAMPED = {"inj", "dcm"}
_PRESSED = {"turret", "bender", "press", "servo", "draw", "hammer", "header", "openforge"}


def size_fields(slot: str, size_class: int) -> dict[str, Any]:
    """Return the size, load and force fields of a machine by slot name and class."""
    item = MACHINES[slot].classes[size_class]
    x, y, z = (value or None for value in item.size_mm)
    fields: dict[str, Any] = {"table_load_kg": item.load_kg or None}
    if slot in _TURNING:
        fields |= {"stroke_z_mm": x, "bar_dia_mm": y, "swing_dia_mm": z}
    elif slot in _SHEET:
        fields |= {"table_l_mm": x, "table_w_mm": y}
    else:
        fields |= {"stroke_x_mm": x, "stroke_y_mm": y, "stroke_z_mm": z}
    if slot in _CLAMPED:
        fields |= {"clamp_tf": item.force}
    if slot == "inj":
        # About 1.6 g of polystyrene for each ton of clamping force is usual for small machines.
        fields |= {"shot_g": round(item.force * 1.6)}
    if slot in _PRESSED:
        fields |= {"tonnage_kn": item.force or None}
    if slot == "laser":
        fields |= {"power_kw": item.force}
    return fields
