"""Reading a STEP model (ISO 10303-21): box, volume, area, faces and round holes.

The model says nothing about material, quantity or tolerances, so these are asked. The file is opened in another
process (`step_worker`) that is limited in memory and time.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from kumihimo import intake
from kumihimo.errors import FileRefused, Unavailable
from kumihimo.inquiry import step_worker
from kumihimo.model.inquiry import Inquiry, Part, Question, ReadValue
from kumihimo.model.requirement import Requirements

MAX_STEP_BYTES = 64 * 1024 * 1024
MEMORY_MB = 3072
"""Address space of the worker; the kernel itself takes about 600 MB of it before it reads a byte."""

TIME_LIMIT_S = 60.0
"""Wall clock limit; a model of 2 MB takes about 4 s."""


def read_step(
    path: Path,
    *,
    today: date,
    max_bytes: int = MAX_STEP_BYTES,
    memory_mb: int = MEMORY_MB,
    time_limit_s: float = TIME_LIMIT_S,
) -> Inquiry:
    """Read a STEP model.

    Returns
    -------
    Inquiry
        `text` says in words what was measured; every value points into it with the source ``"cad"``.

    Raises
    ------
    FileRefused
        When it is missing, empty, too large, no STEP file, damaged, or breaks the limits of memory and time.
    Unavailable
        When the optional CAD kernel is not installed.
    """
    data = intake.read_bytes(path, max_bytes=max_bytes)
    name = path.name
    if b"ISO-10303-21" not in data[:1024] or b"DATA" not in data:
        raise _damaged(name)
    measured = measure_apart(path, memory_mb=memory_mb, time_limit_s=time_limit_s)
    return _inquiry(path, today, measured)


def measure_apart(path: Path, *, memory_mb: int = MEMORY_MB, time_limit_s: float = TIME_LIMIT_S) -> dict[str, Any]:
    """Measure a STEP file in a limited process; see `step_worker.measure` for what is returned."""
    name = path.name
    if importlib.util.find_spec("OCP") is None:
        raise _no_kernel()
    command = [
        sys.executable,
        # the folder that the user works in must not be searched for modules
        "-P",
        "-m",
        "kumihimo.inquiry.step_worker",
        str(path.resolve()),
        str(memory_mb),
        str(max(1, math.ceil(time_limit_s))),
    ]
    # no keys of ours for a process that a stranger's file might take over
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KUMIHIMO_")}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=time_limit_s,
            check=False,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        raise _too_heavy(name, f"{time_limit_s:g} 秒", f"{time_limit_s:g} s") from None
    if done.returncode == step_worker.EXIT_NO_KERNEL:
        raise _no_kernel()
    if done.returncode in (step_worker.EXIT_UNREADABLE, step_worker.EXIT_NO_SHAPE):
        raise _damaged(name)
    if done.returncode != 0:
        # a crash of the kernel, or an end by its limits of memory or processor time
        raise _too_heavy(name, f"{time_limit_s:g} 秒・{memory_mb} MB", f"{time_limit_s:g} s, {memory_mb} MB")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise _damaged(name) from None
    if not isinstance(answer, dict):
        raise _damaged(name)
    return answer


def _no_kernel() -> Unavailable:
    return Unavailable(
        "STEP を読む部品が入っていません。pip install 'kumihimo[cad]' で入れるか、DXF か寸法の文章を送ってください。",
        "Reading STEP needs an optional part: pip install 'kumihimo[cad]', or send a DXF or the sizes as text.",
    )


def _damaged(name: str) -> FileRefused:
    return FileRefused(
        f"{name}: STEP として読めません。壊れているか途中で切れています。CAD から書き出し直してください。",
        f"{name} is not readable as STEP; it is damaged or cut off. Export it from the CAD again.",
    )


def _too_heavy(name: str, limits_ja: str, limits_en: str) -> FileRefused:
    return FileRefused(
        f"{name}: 制限（{limits_ja}）の中で読めませんでした。部品を分けるか、寸法を文章で送ってください。",
        f"{name} could not be read within its limits ({limits_en}); split it, or send the sizes as text.",
    )


def _inquiry(path: Path, today: date, measured: dict[str, Any]) -> Inquiry:
    text = ""
    fields: list[ReadValue] = []
    context: list[ReadValue] = []

    def add(into: list[ReadValue], field: str, value: Any, words: str) -> None:
        nonlocal text
        start = len(text)
        text += f"{words}\n"
        into.append(ReadValue(field=field, value=value, text=words, start=start, end=start + len(words), source="cad"))

    questions = [
        _asked("materials", "材質をお知らせください（3D モデルには書かれていません）。", "What is the material?"),
        _asked("processes", "加工・処理のご指定があればお知らせください。", "Which processes are wanted?"),
        _asked("quantity", "数量をお知らせください。", "How many pieces are wanted?"),
        _asked("due_date", "希望納期をお知らせください。", "When are they needed?"),
        _asked("tolerances", "公差のある寸法をお知らせください。", "Which sizes have tolerances?"),
    ]
    needs = Requirements()
    unit = measured["unit"]
    box = tuple(round(float(side), 3) for side in measured["box_mm"])
    size: tuple[float, ...] = tuple(dict.fromkeys(box)) if measured["round"] else box
    if measured["round"] and len(size) == 1:
        size = (size[0], size[0])
    shown = " × ".join(f"{side:g}" for side in size)
    if measured["solids"] > 1:
        # the box around an assembly is the size of no part that has to be made
        add(context, "assembly_box_mm", list(box), f"組立全体の外形（3D モデル、{measured['solids']}部品） {shown} mm")
        ja = f"3D モデルに{measured['solids']}個の立体があります。部品ごとの図面と、1台あたりの員数をお知らせください。"
        en = f"The model holds {measured['solids']} solids. Please send each part with its number per set."
        questions.append(Question(field="size_mm", why="ambiguous", ja=ja, en=en))
    elif unit is None:
        ja = f"3D モデルに長さの単位がありません。外形は {shown} mm でしょうか。"
        en = f"The model names no unit of length. Is the size {shown} mm?"
        add(context, "box_mm", list(box), f"外形（3D モデル、単位不明） {shown}")
        questions.append(Question(field="size_mm", why="ambiguous", ja=ja, en=en))
    else:
        add(fields, "size_mm", size, f"外形（3D モデル） {shown} mm")
        needs = replace(needs, size_mm=size)
    if measured["volume_mm3"] is not None:
        volume = float(measured["volume_mm3"])
        add(context, "volume_mm3", volume, f"体積 {volume / 1000:.4g} cm3")
    add(context, "area_mm2", float(measured["area_mm2"]), f"表面積 {float(measured['area_mm2']) / 100:.4g} cm2")
    add(context, "faces", measured["faces"], "面 " + "、".join(f"{k} {n}" for k, n in measured["faces"].items()))
    add(context, "unit", unit, f"ファイルの単位 {unit or '不明'}")
    holes = measured["holes"]
    if holes is None:
        add(context, "holes", None, "丸穴 不明（自由曲面だけのモデル）")
        questions.append(
            _asked(
                "holes",
                "自由曲面だけのモデルで、穴を読み取れません。穴の径と数をお知らせください。",
                "The model holds free-form surfaces only, so holes cannot be told. Please list diameters and counts.",
            )
        )
    elif holes:
        words = "、".join(f"{hole['count']}-φ{hole['diameter_mm']:g}" for hole in holes)
        sure = "" if measured["holes_sure"] else "（自由曲面もあり、ほかにも穴があるかもしれません）"
        add(context, "holes", holes, f"丸穴 {words}{sure}")
    part = Part(id="p1", name=path.stem, requirements=needs)
    return Inquiry(
        id=path.stem,
        file=path.name,
        style="model",
        text=text,
        today=today,
        requirements=needs,
        fields=tuple(fields),
        questions=tuple(questions),
        parts=(part,),
        context=tuple(context),
    )


def _asked(field: str, ja: str, en: str) -> Question:
    return Question(field=field, why="missing", ja=ja, en=en)
