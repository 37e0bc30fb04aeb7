"""The power goes in the middle of a plan and of an import: after the restart each is done, and once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl

from .conftest import Demo, Visitor

LEASES_RUN_OUT = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from kumihimo_web.jobs.models import Job, State
running = Job._base_manager.filter(state=State.RUNNING)
print(running.update(leased_until=timezone.now() - timedelta(seconds=1)))
"""
"""Nobody waits a minute here for a worker to be taken for dead."""


def power_cut(who: Visitor, demo: Demo) -> None:
    """Kill everything as soon as the page says that the work is under way, and start it again."""
    who.expects_no_answer = True
    who.page.locator("[data-job][data-state=running]").wait_for()
    demo.kill("worker", "web")
    assert demo.run("-c", LEASES_RUN_OUT).strip() == "1", "the job was over before the processes were killed"
    demo.start("web", "worker")


def versions(who: Visitor) -> list[str]:
    """Return the plans that there are, the newest first."""
    who.open("/plans/versions/")
    return [str(text) for text in who.page.locator("tbody tr th").all_inner_texts()]


def test_a_plan_whose_worker_and_server_were_killed_is_made_once(visitor: Callable[..., Visitor], demo: Demo) -> None:
    who = visitor("coordinator")
    before = versions(who)
    who.open("/plans/")
    who.page.get_by_label("探し方").select_option(label="短く")
    who.press("計画を立て直す")
    power_cut(who, demo)
    # The page with the bar was open all the time: it goes on by itself.
    who.page.wait_for_url("**/diff/", timeout=60_000)
    who.sees("再計画", "を承認して今の計画にする")
    after = versions(who)
    assert after[1:] == before
    assert "再計画" in after[0]


def test_an_import_whose_worker_and_server_were_killed_is_read_once_and_taken_over_whole(
    visitor: Callable[..., Visitor], demo: Demo, tmp_path: Path
) -> None:
    who = visitor("coordinator")
    who.open("/firms/")
    who.press("全社をExcelに書き出す")
    with who.page.expect_download(timeout=60_000) as started:
        who.follow("を受け取る")
    path = tmp_path / "all.xlsx"
    started.value.save_as(path)
    changed = say_of_everybody(path, "停電のあとの言葉")

    who.open("/firms/imports/")
    who.page.get_by_label("Excelのファイル").set_input_files(str(path))
    who.press("送って読み取る")
    power_cut(who, demo)
    who.page.wait_for_url("**/imports/**", timeout=60_000)
    who.sees("確認待ち")
    assert f"変わる行\n{changed}" in who.text
    report = who.page.url.removeprefix(who.address)

    who.fill("誰から、どのように受け取りましたか", "各社からメールで届いた")
    with who.page.expect_request(lambda sent: sent.method == "POST"):
        who.page.get_by_role("button", name="この内容を取り込む").click(no_wait_after=True)
    demo.kill("web")
    demo.start("web")
    who.open(report)
    # Everything or nothing: a second press finishes what was not done.
    if who.page.get_by_role("button", name="この内容を取り込む").count():
        who.fill("誰から、どのように受け取りましたか", "各社からメールで届いた")
        who.press("この内容を取り込む")
    who.sees("取り込み済み")
    for firm in ("SYN-000001", "SYN-000300"):
        who.open(f"/firms/{firm}/")
        who.sees("停電のあとの言葉")
        assert who.page.locator("ol.history li", has_text="停電のあとの言葉").count() == 1


def say_of_everybody(path: Path, words: str) -> int:
    """Write the same note into the row of every firm, and return their number."""
    book = openpyxl.load_workbook(path)
    heads = {cell.value: cell for sheet in book for row in sheet.iter_rows(max_row=5) for cell in row}
    kana = next(cell for value, cell in heads.items() if str(value).startswith("企業名カナ"))
    sheet = kana.parent
    note = next(cell for cell in sheet[kana.row] if str(cell.value).startswith("備考"))
    count = 0
    for row in sheet.iter_rows(min_row=kana.row + 1):
        if str(row[0].value or "").startswith("SYN-"):
            sheet.cell(row[0].row, note.column).value = words
            count += 1
    book.save(path)
    return count
