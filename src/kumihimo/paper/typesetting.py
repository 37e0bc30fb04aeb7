"""PDF by Typst, with the Japanese fonts of a package, so that the same data gives the same bytes on every machine.

Data goes in as JSON text and is never formatted into markup: what a firm typed cannot become a Typst command.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

FONT_FAMILY = "Noto Sans JP"


@cache
def document_fonts() -> typst.Fonts:
    """Return the fonts of the package, Japanese ones among them; none of the machine's own."""
    import pylopdf_fonts_jp
    import typst

    folder = Path(pylopdf_fonts_jp.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def compile_pdf(source: bytes, data: str) -> bytes:
    """Set a document.

    Parameters
    ----------
    source
        Typst source; it reads its data with ``json(bytes(sys.inputs.data))``.
    data
        JSON text.

    Returns
    -------
    bytes
        The PDF, with a fixed creation date.

    Raises
    ------
    typst.TypstError
        The source is wrong: a fault of ours, never of the data.
    """
    import typst

    # An empty root: the document can read no file of this machine.
    with tempfile.TemporaryDirectory() as root:
        page = Path(root) / "page.typ"
        page.write_bytes(source)
        made = typst.compile(
            page, root=Path(root), font_paths=document_fonts(), format="pdf", sys_inputs={"data": data}, timestamp=0
        )
    assert isinstance(made, bytes)
    return made
