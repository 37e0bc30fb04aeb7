"""Forms of the example orders, written once, and blank sheets to draw upon."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from kumihimo.paper.form import WrittenForm, write_form
from kumihimo.paper.layout import Box, FormKind, FormLayout
from kumihimo.paper.order_brief import OrderBrief, order_brief_from_json
from kumihimo.paper.reading.read import ReadForm, read_pages
from kumihimo.simulate.handwriting import Grey, Pen, Stroke, blank_sheet, draw_mark

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "orders"
SECRET = b"a key for tests only, 32 bytes.."
PEN = Pen(width_mm=0.5, grey=30)


def example(name: str) -> OrderBrief:
    return order_brief_from_json(json.loads((EXAMPLES / name).read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Desk:
    """A form on the desk: mark it, send it, read it."""

    form: WrittenForm
    blank: Grey

    @property
    def layout(self) -> FormLayout:
        return self.form.layout.layout

    def box(self, name: str) -> Box:
        return next(box for box in self.layout.boxes if box.name == name)

    def marked(self, *names: str, stroke: Stroke = Stroke.TICK, seed: int = 1) -> Grey:
        sheet, rng = self.blank.copy(), np.random.default_rng(seed)
        for name in names:
            draw_mark(sheet, self.box(name), stroke, PEN, rng)
        return sheet


def png(page: Grey) -> bytes:
    done, made = cv2.imencode(".png", page)
    assert done
    return bytes(made.tobytes())


def read_one(data: bytes, *, revision: int | None = None) -> ReadForm:
    """Read a page; the current revisions are those of the examples unless told otherwise."""
    known = {"PO-2026-000123": revision or 2, "DS-20261124-017": revision or 1}
    (page,) = read_pages(data, secret=SECRET, current_revision=known.get)
    return page


def desk_of(kind: FormKind) -> Desk:
    name = "daily-2026-1124.json" if kind is FormKind.DAILY else "po-2026-000123.json"
    form = write_form(kind, example(name), secret=SECRET)
    return Desk(form=form, blank=blank_sheet(form.pdf))
