"""Excel in and out: mistakes at their place, nothing half-saved, nothing of others overwritten or told."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from kumihimo_web.firms import queries, services
from kumihimo_web.firms.models import Firm, Import, ImportState
from kumihimo_web.jobs.worker import run_one

from .conftest import OWN_FIRM, RIVAL_FIRM, People


def exported(client: Any, address: str) -> bytes:
    """Ask for a workbook, let the worker write it, and take it away."""
    answer = client.post(address)
    assert run_one()
    job = answer["Location"]
    assert client.get(job).status_code == 200
    return b"".join(client.get(f"{job}file/").streaming_content)


def sent(client: Any, content: bytes, name: str = "own.xlsx") -> str:
    """Send a workbook, let the worker read it, and return the address of the report."""
    answer = client.post(reverse("firm_imports"), {"workbook": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    assert run_one()
    return client.get(answer["Location"])["Location"]


def with_cell(content: bytes, sheet: str, header: str, value: Any, row: int = 1) -> bytes:
    """Return the workbook with another value in a row of data, the first if not said."""
    book = load_workbook(io.BytesIO(content))
    rows = list(book[sheet].iter_rows())
    top = next(n for n, cells in enumerate(rows) if any(str(cell.value or "").startswith(header) for cell in cells))
    place = next(n for n, cell in enumerate(rows[top]) if str(cell.value or "").startswith(header))
    rows[top + row][place].value = value
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def own_workbook(client: Any) -> bytes:
    return exported(client, reverse("firm_workbook", args=[OWN_FIRM]))


def test_a_firm_mends_its_profile_with_excel(browser: Callable[[str], Any], as_user: Callable[[str], Any]) -> None:
    client = browser("factory")
    report = sent(client, with_cell(own_workbook(client), "企業", "従業員", 12))
    page = client.get(report).content.decode()
    assert "従業員" in page
    with as_user("factory"):
        assert "employees" not in Firm.objects.get(ref=OWN_FIRM).data
    assert client.post(report).status_code == 302
    with as_user("factory"):
        assert Firm.objects.get(ref=OWN_FIRM).data["employees"] == 12
        assert Import.objects.get().state == ImportState.DONE
    # A second press, or the back button, takes nothing over twice.
    assert client.post(report).status_code == 302
    with as_user("factory"):
        assert Firm.objects.get(ref=OWN_FIRM).version == 2


def test_every_mistake_is_told_at_its_place_and_nothing_is_taken_over(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client = browser("factory")
    content = with_cell(own_workbook(client), "企業", "従業員", "たくさん")
    content = with_cell(content, "能力", "工程", "まほう")
    page = client.get(sent(client, content)).content.decode()
    for told in ("企業", "従業員", "たくさん", "能力", "まほう"):
        assert told in page
    with as_user("factory"):
        held = Import.objects.get()
        assert held.state == ImportState.REFUSED
        assert {(one["sheet"], one["value"]) for one in held.problems} == {("企業", "たくさん"), ("能力", "まほう")}
    assert client.post(client.get(reverse("firm_imports")).request["PATH_INFO"] + f"{held.pk}/").status_code == 200
    with as_user("factory"):
        assert Firm.objects.get(ref=OWN_FIRM).version == 1


def test_a_firm_cannot_send_rows_of_a_rival(browser: Callable[[str], Any], as_user: Callable[[str], Any]) -> None:
    content = exported(browser("coordinator"), reverse("network_workbook"))
    content = with_cell(content, "企業", "従業員", 99, row=2)
    client = browser("factory")
    page = client.get(sent(client, content)).content.decode()
    assert "自社が書ける行だけ" in page
    with as_user("coordinator"):
        assert Import.objects.get().state == ImportState.REFUSED
        assert Firm.objects.get(ref=RIVAL_FIRM).version == 1


def test_the_workbook_of_the_coordinator_holds_no_prices_and_leaves_them_alone(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client = browser("coordinator")
    content = exported(client, reverse("network_workbook"))
    headers = {str(cell.value) for row in load_workbook(io.BytesIO(content))["能力"].iter_rows() for cell in row}
    assert not any("7000" in text or "時間単価" in text for text in headers)
    report = sent(client, with_cell(content, "企業", "従業員", 30))
    assert client.post(report).status_code == 422, "the word of the firm is missing"
    assert client.post(report, {"said": "届いたExcel"}).status_code == 302
    with as_user("factory"):
        assert queries.row("capabilities", f"{OWN_FIRM}-K").data["hourly_jpy"] == 7000  # type: ignore[union-attr]


def test_what_changed_in_the_meantime_is_not_overwritten(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client = browser("factory")
    report = sent(client, with_cell(own_workbook(client), "企業", "従業員", 12))
    with as_user("coordinator"):
        services.change("firms", OWN_FIRM, {"employees": 40}, version=1, said="電話")
    answer = client.post(report)
    assert answer.status_code == 409
    with as_user("factory"):
        assert Firm.objects.get(ref=OWN_FIRM).data["employees"] == 40
        assert Import.objects.get().state == ImportState.READY


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.xlsx", b"", "空のファイル"),
        ("x.xlsx", b"PK\x03\x04 broken", "x.xlsx"),
        ("x.pdf", b"%PDF-1.7 not a workbook", "x.pdf"),
        ("<script>.xlsx", b"PK\x03\x04", "&lt;script&gt;"),
    ],
)
def test_bad_files_end_in_a_sentence(name: str, content: bytes, told: str, browser: Callable[[str], Any]) -> None:
    client = browser("factory")
    answer = client.post(reverse("firm_imports"), {"workbook": SimpleUploadedFile(name, content)})
    if answer.status_code == 302:
        run_one()
        answer = client.get(client.get(answer["Location"])["Location"])
    page = answer.content.decode()
    assert told in page
    assert "<script>" not in page.replace('<script type="module"', "")


def test_the_empty_form_can_be_had(browser: Callable[[str], Any], tmp_path: Path) -> None:
    answer = browser("factory").get(reverse("firm_template"))
    path = tmp_path / "t.xlsx"
    path.write_bytes(answer.content)
    assert "能力" in load_workbook(path).sheetnames


def test_rows_are_added_removed_and_brought_back(
    browser: Callable[[str], Any], as_user: Callable[[str], Any], people: People
) -> None:
    client = browser("factory")
    site = f"{OWN_FIRM}-S"
    bad = client.post(reverse("firm_add", args=[OWN_FIRM, "equipment"]), {"site": f"{RIVAL_FIRM}-S", "name": "機械"})
    assert bad.status_code == 422
    assert "登録がありません" in bad.content.decode()
    page = client.get(reverse("firm_add", args=[OWN_FIRM, "equipment"])).content.decode()
    kind = page.split('<datalist id="o-kind">')[1].split('<option value="')[1].split('"')[0]
    made = client.post(
        reverse("firm_add", args=[OWN_FIRM, "equipment"]), {"site": site, "name": "立形マシニングセンタ", "kind": kind}
    )
    assert made.status_code == 302, made.content.decode()
    with as_user("factory"):
        row = queries.profile(OWN_FIRM)["equipment"][0].row
    assert client.post(reverse("firm_remove", args=["sites", site]), {"version": "1"}).status_code == 409
    gone = client.post(reverse("firm_remove", args=["equipment", row.ref]), {"version": str(row.version)})
    assert gone.status_code == 302
    with as_user("factory"):
        assert queries.profile(OWN_FIRM)["equipment"] == ()
        from kumihimo_web.audit.queries import lines

        number = lines(firm=OWN_FIRM, verb="equipment.removed")[0].number
    assert client.post(reverse("firm_undo", args=[number])).status_code == 302
    with as_user("factory"):
        assert queries.profile(OWN_FIRM)["equipment"][0].row.ref == row.ref
    assert browser("rival").post(reverse("firm_undo", args=[number])).status_code == 404


def test_a_change_that_was_changed_again_is_not_taken_back(as_user: Callable[[str], Any]) -> None:
    from kumihimo_web.audit.queries import lines

    with as_user("factory"):
        services.change("firms", OWN_FIRM, {"employees": 12}, version=1)
        services.change("firms", OWN_FIRM, {"employees": 13}, version=2)
        last, first = lines(firm=OWN_FIRM, verb="firms.changed")
        with pytest.raises(services.CannotUndo):
            services.undo(first)
        services.undo(last)
        assert Firm.objects.get(ref=OWN_FIRM).data["employees"] == 12


def test_the_history_tells_coordinators_no_hidden_prices(as_user: Callable[[str], Any]) -> None:
    from kumihimo_web.audit.queries import lines

    with as_user("factory"):
        services.change("capabilities", f"{OWN_FIRM}-K", {"hourly_jpy": 8765}, version=1)
        assert (7000, 8765) in [(before, after) for _label, before, after in lines(firm=OWN_FIRM)[0].changes]
    with as_user("coordinator"):
        assert "8765" not in str(lines(firm=OWN_FIRM)[0].changes)
