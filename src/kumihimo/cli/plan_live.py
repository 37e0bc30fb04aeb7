"""What is seen while a plan is made, and Ctrl-C that ends the search without losing its plan."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumihimo.planning.progress import Progress

WIDE = 110
"""Columns of a terminal from which on a bar fits beside the figures."""
_PHASES = {
    "construct": "初期計画",
    "improve": "改善",
    "cpsat": "厳密解法",
    "bound": "下界",
    "explain": "説明",
}


class Interruption:
    """Whether Ctrl-C (or ``kill -INT``) came."""

    def __init__(self) -> None:
        self.came = False


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Note an interruption instead of breaking off: what was planned must still be written.

    The engine has a handler of its own while it searches, and answers with its best plan. This one stands around it,
    so that a signal that comes a moment before or after does not lose the plan, and so that ``kill -INT`` works in
    scripts: a shell without job control starts ``command &`` with the interrupt ignored.
    """
    found = Interruption()

    def interrupted(number: int, frame: FrameType | None) -> None:
        found.came = True

    if threading.current_thread() is not threading.main_thread():
        yield found
        return
    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)


def progress_words(message: Progress, lang: str) -> tuple[str, str]:
    """Return (phase, figures) of a message: incumbent, bound, gap, orders without a place, steps a second."""
    is_english = lang == "en"
    phase = message.phase or "planning" if is_english else _PHASES.get(message.phase, message.phase or "計画中")
    parts = []
    if message.objective is not None:
        parts.append(f"{'objective' if is_english else '目的値'} {message.objective:,}")
    if message.lower_bound is not None:
        parts.append(f"{'bound' if is_english else '下界'} {message.lower_bound:,}")
        if message.objective:
            gap = 100 * (message.objective - message.lower_bound) / message.objective
            parts.append(f"{'gap' if is_english else '差'} {max(0.0, gap):.1f} %")
    if message.unplanned:
        parts.append(f"{'unplanned' if is_english else '未計画'} {message.unplanned:,}")
    if message.steps_per_s is not None:
        parts.append(f"{message.steps_per_s:,.0f} {'steps/s' if is_english else '工程/秒'}")
    return phase, "  ".join(parts)


@contextmanager
def live(lang: str) -> Iterator[Callable[[Progress | float], None]]:
    """Show a line on standard error that follows the search; silent where nobody watches.

    Yields
    ------
    Callable
        Takes the messages of the engine; a bare number is a share of the effort.
    """
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    from kumihimo.planning.progress import Progress

    console = Console(stderr=True)
    # On a narrow terminal the figures need the room of the bar.
    bar = (BarColumn(bar_width=24),) if console.width >= WIDE else ()
    columns = (
        TextColumn("{task.description}"),
        *bar,
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("planning" if lang == "en" else "計画中", total=None, figures="")

        def tell(message: Progress | float) -> None:
            if not isinstance(message, Progress):
                message = Progress(share=message)
            phase, figures = progress_words(message, lang)
            total = None if message.share is None else 100.0
            completed = None if message.share is None else 100 * message.share
            bars.update(task, description=phase, total=total, completed=completed, figures=figures)

        yield tell
