"""The profile sheet: one page, Japanese text that can be read back, nothing hidden on it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from kumihimo.errors import InputError
from kumihimo.interop.profile import profile
from kumihimo.interop.sheet import MAX_CAPABILITIES, sheet_pdf
from kumihimo.model import AssessmentStatus, Network, Visibility

TODAY = date(2026, 11, 22)


def words(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    return "".join(reader.pages[0].extract_text().split())


def test_sheet_says_what_the_firm_can(network: Network) -> None:
    text = words(sheet_pdf(network, "F001", today=TODAY))
    for expected in (
        "わが社のひとわざ",
        "架空精機",
        "合成データ",
        "諏訪市",
        "5軸加工",
        "IT7",
        "Ra0.8",
        "2026年11月22日",
    ):
        assert expected in text, expected


def letter_size(pdf: bytes, text: str) -> float:
    """Return the size in points that the first piece of text beginning with `text` is set in."""
    found: list[float] = []

    def see(piece: str, outer: list[float], matrix: list[float], font: object, size: float) -> None:
        if piece.strip().startswith(text):
            found.append(abs(size * matrix[3] * outer[3]))

    pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=see)
    return found[0]


def test_letters_are_larger_where_there_is_room(network: Network) -> None:
    row = network.capabilities[0]
    many = tuple(replace(row, id=f"K9{number:02d}") for number in range(MAX_CAPABILITIES))
    machines = tuple(replace(network.equipment[0], id=f"M9{number:02d}") for number in range(8))
    papers = tuple(replace(network.certificates[0], id=f"N9{number:02d}") for number in range(8))
    full = replace(network, capabilities=many, equipment=machines, certificates=papers)
    few = replace(network, capabilities=(row,), equipment=(), skills=(), certificates=(), assessments=())
    small, large = (letter_size(sheet_pdf(one, "F001", today=TODAY), "所在地") for one in (full, few))
    assert words(sheet_pdf(few, "F001", today=TODAY))
    assert large > small
    assert 7.5 * 1.29 <= large <= 11


def test_an_unknown_legal_form_is_not_on_the_sheet(network: Network) -> None:
    plain = replace(network.firms[0], name="架空精機", legal_form=None)
    text = words(sheet_pdf(replace(network, firms=(plain, *network.firms[1:])), "F001", today=TODAY))
    assert "法人格" not in text
    assert "法人格" in words(sheet_pdf(network, "F001", today=TODAY))


@pytest.mark.parametrize("viewer", list(Visibility))
def test_prices_never_stand_on_the_sheet(network: Network, viewer: Visibility) -> None:
    text = words(sheet_pdf(network, "F001", viewer=viewer, today=TODAY))
    for price in ("8123", "8,123", "9456", "9,456", "12789", "12,789"):
        assert price not in text


def test_nothing_above_the_level_of_the_viewer(network: Network) -> None:
    seen = {
        viewer: words(sheet_pdf(network, "F001", viewer=viewer, today=TODAY))
        for viewer in (Visibility.PUBLIC, Visibility.NETWORK, Visibility.COORDINATOR)
    }
    assert "27.75時間" in seen[Visibility.COORDINATOR]
    assert "27.75時間" not in seen[Visibility.NETWORK]
    assert "架空商工会議所" not in seen[Visibility.NETWORK], "the firm still looks at this assessment"
    assert "0266-00-0000" in seen[Visibility.NETWORK]
    assert "0266-00-0000" not in seen[Visibility.PUBLIC]
    assert "5軸加工" not in seen[Visibility.PUBLIC]
    published = replace(network, assessments=(replace(network.assessments[0], status=AssessmentStatus.PUBLISHED),))
    text = words(sheet_pdf(published, "F001", today=TODAY))
    assert "架空商工会議所" in text
    assert "秘匿" not in text


def test_one_page_however_much_there_is(network: Network) -> None:
    firm = replace(network.firms[0], name="長い名前の会社" * 40, website="https://example.jp/" + "x" * 400)
    rows = tuple(
        replace(network.capabilities[0], id=f"K{n}", grades_include=("A5052", "A7075", "A2017", "A5083"))
        for n in range(60)
    )
    machines = tuple(replace(network.equipment[0], id=f"M{n}", model="とても長い型式 " * 20) for n in range(40))
    skills = tuple(replace(network.skills[0], id=f"T{n}") for n in range(30))
    shared = replace(network.assessments[0], finding="長い所見。" * 200, status=AssessmentStatus.PUBLISHED)
    assessments = tuple(replace(shared, id=f"A{n}") for n in range(9))
    big = replace(
        network,
        firms=(firm, *network.firms[1:]),
        capabilities=rows,
        equipment=machines,
        skills=skills,
        assessments=assessments,
    )
    text = words(sheet_pdf(big, "F001", viewer=Visibility.OWN, today=TODAY))
    assert f"他{60 - MAX_CAPABILITIES}行" in text
    assert "公開範囲" in text, "the foot of the page is still on it"


def test_text_of_a_firm_cannot_become_markup(network: Network) -> None:
    nasty = '#read("/etc/passwd") *太字* $x$ @ref <a> \\ `raw` #panic() "引用"'
    changed = replace(network, firms=(replace(network.firms[0], name=nasty), *network.firms[1:]))
    text = words(sheet_pdf(changed, "F001", today=TODAY))
    assert '#read("/etc/passwd")*太字*$x$' in text


def test_same_input_same_bytes(network: Network) -> None:
    assert sheet_pdf(network, "F001", today=TODAY) == sheet_pdf(network, "F001", today=TODAY)
    assert sheet_pdf(network, "F001", today=TODAY) != sheet_pdf(network, "F001", today=date(2026, 11, 23))


def test_profile_as_json_keeps_what_is_hidden(network: Network) -> None:
    own = profile(network, "F001", viewer=Visibility.OWN, today=TODAY)
    assert own["capabilities"][0]["setup_jpy"] == 8123
    assert own["synthetic"] is True
    seen = profile(network, "F001", viewer=Visibility.NETWORK, today=TODAY)
    assert "setup_jpy" not in seen["capabilities"][0]
    assert "capacities" not in seen
    assert seen["assessments"] == []
    assert [row["id"] for row in seen["sites"]] == ["S001"]


def test_a_firm_is_found_by_name_and_a_wrong_name_gets_a_hint(network: Network) -> None:
    assert profile(network, "架空精機株式会社", viewer=Visibility.PUBLIC, today=TODAY)["firms"][0]["id"] == "F001"
    with pytest.raises(InputError) as caught:
        profile(network, "架空精器", viewer=Visibility.PUBLIC, today=TODAY)
    assert "㈱架空精機" in caught.value.ja
