"""Make the example files that are not plain text: the blank form, the filled form and the drawing.

Run it from the root of the repository: ``.venv/bin/python scripts/make_examples.py``. The same bytes every time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import ezdxf
import openpyxl
from ezdxf.document import Drawing
from ezdxf.enums import TextEntityAlignment
from ezdxf.layouts import Modelspace

from kumihimo.inquiry.form_template import (
    COLUMNS,
    FIRST_PART_ROW,
    SENDER_CELLS,
    save_same_bytes,
    write_blank_form,
)

ROOT = Path(__file__).resolve().parent.parent

SENDER = {
    "会社名": "株式会社みすず精機（架空）",
    "依頼日": datetime(2026, 11, 20),  # noqa: DTZ001 - a cell of a workbook knows no time zone
    "担当者": "生産技術課　宮坂",
    "電話": "0266-00-0000",
    "所在地": "長野県岡谷市（架空）",
    "メール": "miyasaka@example.co.jp",
    "件名": "入れ子部品（パンチ・ダイ）製作見積のお願い",
    "納入先": "長野県岡谷市",
}

PARTS = (
    {
        "品名": "パンチ",
        "図番": "MS-D11-021",
        "材質": "SKD11",
        "加工内容・工程": "マシニング、真空焼入れ、ワイヤーカット、平面研削",
        "数量": 4,
        "外形寸法(mm)": "80×40×25",
        "公差": "40 ±0.008",
        "面粗さ(Ra μm)": 0.4,
        "硬さ": "HRC58〜60",
        "希望納期": datetime(2026, 12, 25),  # noqa: DTZ001
        "材料支給": "無",
        "認証・品質要求": "検査成績書",
    },
    {
        "品名": "ダイ",
        "図番": "MS-D11-022",
        "材質": "SKD11",
        "加工内容・工程": "マシニング、真空焼入れ、ワイヤーカット、平面研削",
        "数量": 2,
        "外形寸法(mm)": "120×80×30",
        "幾何公差": "平行度0.005",
        "面粗さ(Ra μm)": 0.4,
        "硬さ": "HRC58〜60",
        "希望納期": datetime(2026, 12, 25),  # noqa: DTZ001
        "材料支給": "無",
        "認証・品質要求": "検査成績書",
        "備考": "ダイとパンチのクリアランスは図面指示による",
    },
)


def main() -> int:
    """Write the files below ``examples/``."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        # ezdxf writes its class list in the order of a set of words, which differs from run to run
        again = subprocess.run([sys.executable, __file__], env={**os.environ, "PYTHONHASHSEED": "0"}, check=False)
        return again.returncode
    form = ROOT / "examples" / "forms" / "rfq-form.xlsx"
    form.parent.mkdir(parents=True, exist_ok=True)
    write_blank_form(form)
    inquiries = ROOT / "examples" / "inquiries"
    inquiries.mkdir(parents=True, exist_ok=True)
    fill_form(form, inquiries / "04-form.xlsx")
    draw_cover(inquiries / "05-drawing.dxf")
    return 0


def fill_form(blank: Path, path: Path) -> None:
    """Fill in the blank form as a die maker's customer would."""
    book = openpyxl.load_workbook(blank)
    sheet = book.worksheets[0]
    for label, value in SENDER.items():
        cell = sheet[SENDER_CELLS[label]]
        cell.value = value
        if isinstance(value, datetime):
            cell.number_format = "yyyy/m/d"
    column = {label: number for number, (label, _, _) in enumerate(COLUMNS, start=1)}
    for row, part in enumerate(PARTS, start=FIRST_PART_ROW):
        for label, value in part.items():
            sheet.cell(row=row, column=column[label]).value = value
    save_same_bytes(book, path)


def draw_cover(path: Path) -> None:
    """Draw a sensor base plate: front and side view, holes, dimensions with tolerances, notes, frame, title block."""
    ezdxf.options.write_fixed_meta_data_for_testing = True
    drawing = ezdxf.new("R2010", setup=True)
    drawing.units = ezdxf.units.MM
    drawing.styles.new("JP", dxfattribs={"font": "msgothic.ttc"})
    for layer, colour in (("外形線", 7), ("中心線", 1), ("寸法", 3), ("図枠", 8), ("注記", 2)):
        drawing.layers.add(layer, color=colour)
    drawing.layers.get("中心線").dxf.linetype = "CENTER"
    space = drawing.modelspace()
    _views(space)
    _dimensions(space)
    _notes(space)
    _frame(drawing, space)
    drawing.saveas(path)


def _views(space: Modelspace) -> None:
    line = {"layer": "外形線"}
    space.add_lwpolyline([(0, 0), (180, 0), (180, 100), (0, 100)], close=True, dxfattribs=line)
    for x in (15, 165):
        for y in (15, 85):
            space.add_circle((x, y), 4.5, dxfattribs=line)
    space.add_circle((90, 50), 15, dxfattribs=line)
    space.add_lwpolyline([(40, 30, 0.0), (60, 30, 0.0), (60, 70, 0.0), (40, 70, 0.0)], close=True, dxfattribs=line)
    # side view, third angle, to the right of the front view
    space.add_lwpolyline([(210, 0), (225, 0), (225, 100), (210, 100)], close=True, dxfattribs=line)
    centre = {"layer": "中心線"}
    space.add_line((-8, 50), (188, 50), dxfattribs=centre)
    space.add_line((90, -8), (90, 108), dxfattribs=centre)


def _dimensions(space: Modelspace) -> None:
    layer = {"layer": "寸法"}
    # the style that ezdxf sets up shows centimetres of a drawing in metres (DIMLFAC 100)
    style = {"dimlfac": 1.0, "dimtxt": 3.5, "dimasz": 3.0, "dimdec": 2, "dimzin": 8}
    space.add_linear_dim(base=(0, -20), p1=(0, 0), p2=(180, 0), override=style, dxfattribs=layer).render()
    space.add_linear_dim(base=(-20, 0), p1=(0, 0), p2=(0, 100), angle=90, override=style, dxfattribs=layer).render()
    space.add_linear_dim(base=(210, -20), p1=(210, 0), p2=(225, 0), override=style, dxfattribs=layer).render()
    pitch = space.add_linear_dim(base=(15, 118), p1=(15, 85), p2=(165, 85), override=style, dxfattribs=layer)
    pitch.set_tolerance(0.02)
    pitch.render()
    space.add_diameter_dim(
        center=(90, 50), radius=15, angle=45, text="%%c30H7", override=style, dxfattribs=layer
    ).render()


def _notes(space: Modelspace) -> None:
    words = (
        "注記",
        "1. 指示なき普通公差は JIS B 0405-m とする。",
        "2. 指示なき角部は C0.3 糸面取りのこと。",
        "3. 底面の平面度 0.03 以内、底面の面粗さ Ra1.6。",
        "4. 表面処理: 無電解ニッケルめっき 膜厚 5~8μm。",
        "5. 4-φ9 キリ穴。",
    )
    space.add_mtext(
        "\\P".join(words), dxfattribs={"layer": "注記", "style": "JP", "char_height": 3.5, "insert": (0, 215)}
    )


def _frame(drawing: Drawing, space: Modelspace) -> None:
    frame = {"layer": "図枠"}
    x0, y0, x1, y1 = -60.0, -70.0, 360.0, 227.0
    space.add_lwpolyline([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], close=True, dxfattribs=frame)
    title = drawing.blocks.new("表題欄")
    title.add_lwpolyline([(0, 0), (150, 0), (150, 48), (0, 48)], close=True, dxfattribs=frame)
    rows = (
        ("品名", "センサーベースプレート"),
        ("図番", "HM-2611-08"),
        ("材質", "S50C"),
        ("個数", "60個"),
        ("加工", "マシニング、平面研削"),
        ("納期", "2027年1月15日"),
        ("納入先", "静岡県浜松市"),
    )
    for number, (tag, _) in enumerate(rows):
        y = 43 - number * 6.5
        title.add_attdef(tag, (4, y), dxfattribs={"height": 3.5, "style": "JP"})
    inserted = space.add_blockref("表題欄", (x1 - 150, y0), dxfattribs=frame)
    for number, (tag, value) in enumerate(rows):
        attribute = inserted.add_attrib(tag, value, dxfattribs={"height": 3.5, "style": "JP", "layer": "図枠"})
        attribute.set_placement((x1 - 146, y0 + 43 - number * 6.5), align=TextEntityAlignment.LEFT)


if __name__ == "__main__":
    sys.exit(main())
