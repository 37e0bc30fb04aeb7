"""A chart as PNG, drawn by Typst with the Japanese font of a package: the same picture on every machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kumihimo.errors import InputError
from kumihimo.interop.gantt.chart import Chart
from kumihimo.interop.gantt.svg import chart_svg
from kumihimo.paper.typesetting import document_fonts

_PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")\n'
PPI = 144.0
"""Dots per inch: a chart of 1,208 units is 1,812 pixels wide."""
_MOST_SVG = 12_000_000


def chart_png(chart: Chart) -> bytes:
    """Return the chart as a PNG picture.

    Raises
    ------
    InputError
        The chart is too large to be drawn as pixels.
    """
    import typst

    svg = chart_svg(chart)
    if len(svg) > _MOST_SVG:
        raise InputError(
            "図が大きすぎてPNGにできません。--from、--to、--only、--rows で範囲を狭めるか、.svg を指定してください。",
            "the chart is too large for PNG; narrow it with --from, --to, --only or --rows, or write .svg.",
        )
    # An empty root: the picture can read no file of this machine.
    with tempfile.TemporaryDirectory() as root:
        page = Path(root) / "page.typ"
        page.write_bytes(_PAGE)
        made = typst.compile(
            page, root=Path(root), font_paths=document_fonts(), format="png", ppi=PPI, sys_inputs={"svg": svg}
        )
    assert isinstance(made, bytes)
    return made
