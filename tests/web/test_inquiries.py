"""From a text to a team: what a coordinator does with an inquiry, page by page, with a real worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kumihimo.errors import InputError, Located, LocatedErrors
from kumihimo_web.audit.models import Line
from kumihimo_web.audit.queries import broken_at
from kumihimo_web.inquiries import queries, services
from kumihimo_web.inquiries.models import Inquiry, Proposal, Source
from kumihimo_web.inquiries.rules import MAX_BYTES, MAX_CHARS
from kumihimo_web.inquiries.state import State
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.worker import run_one

from .access.inquiries import TEXT
from .conftest import OWN_FIRM

EXAMPLES = Path(__file__).parents[2] / "examples" / "inquiries"


def page(client: Any, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def send(client: Any, number: str, name: str = "inquiry_value", **sent: Any) -> Any:
    sent.setdefault("version", Inquiry._base_manager.get(number=number).version)
    return client.post(reverse(name, args=(number,)), sent)


def made(client: Any, text: str = TEXT, **more: Any) -> Inquiry:
    answer = client.post("/inquiries/new/", {"text": text, **more})
    assert answer.status_code == 302, answer.content.decode()
    found: Inquiry = Inquiry._base_manager.order_by("-pk").first()  # type: ignore[assignment]
    return found


def proposed(client: Any, number: str) -> Inquiry:
    version = Inquiry._base_manager.get(number=number).version
    answer = client.post(reverse("inquiry_propose", args=(number,)), {"version": version})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/jobs/")
    assert run_one()
    job = Job._base_manager.order_by("-created_at").first()
    assert job is not None
    assert job.state == "done", (job.error_ja, job.state)
    assert job.result == {"url": f"/inquiries/{number}/teams/"}
    return Inquiry._base_manager.get(number=number)


def test_the_first_page_says_how_to_begin(browser: Callable[[str], Any]) -> None:
    text = page(browser("coordinator"), "inquiries")
    assert "まだ引合がありません" in text
    assert reverse("inquiry_new") in text


def test_from_a_text_to_a_team_that_can_be_booked(browser: Callable[[str], Any], as_user: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    found = made(client, buyer_name="信州の発注元")
    assert (found.number, found.title, found.state) == ("Q-000001", "筐体", State.OPEN)
    read = page(client, "inquiry", found.number)
    assert "A5052" in read
    assert 'id="w1"' in read
    assert 'href="#n1"' in read
    assert 'id="n1"' in read
    assert 'href="#w1"' in read
    assert "納期が書かれていません" in read
    found = proposed(client, found.number)
    assert found.state == State.PROPOSED
    shown = page(client, "inquiry_teams", found.number)
    assert "チーム A" in shown
    assert "合成F0001製作所" in shown
    assert "価格（概算）" in shown
    proposal = Proposal._base_manager.get()
    letter = proposal.data["teams"][0]["name"]
    address = reverse("inquiry_choose", args=(found.number, letter))
    nothing = client.post(address, {"version": found.version, "proposal": proposal.pk, "why": " "})
    assert nothing.status_code == 422
    assert "理由を書いてください" in nothing.content.decode()
    done = client.post(address, {"version": found.version, "proposal": proposal.pk, "why": "実績があるから"})
    assert done.status_code == 302
    shown = page(client, "inquiry_teams", found.number)
    assert f"チーム {letter} に決めました" in shown
    assert "実績があるから" in shown
    with as_user("coordinator"):
        order = queries.work_order(found.number, letter)
        assert (order["id"], order["title"], order["buyer"]) == (found.number, "筐体", "信州の発注元")
        assert order["steps"][0]["chosen"]
        with pytest.raises(KeyError):
            queries.work_order(found.number, "ZZ")
        services.mark_booked(found.number, "O-1")
        assert queries.inquiry(found.number).state == State.BOOKED  # type: ignore[union-attr]
        assert broken_at() is None
    verbs = set(Line._base_manager.values_list("verb", flat=True))
    told = {"inquiry.added", "inquiry.read", "inquiry.proposed", "inquiry.chosen", "inquiry.booked"}
    assert told <= verbs


def test_the_work_order_is_one_that_the_library_reads(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    from kumihimo.interop.work_order_json import work_order_from_json

    client = browser("coordinator")
    found = proposed(client, made(client).number)
    with as_user("coordinator"):
        order = work_order_from_json(queries.work_order(found.number, "A"))
    assert {offer.firm for offer in order.steps[0].offers} <= {"F0001", "F0002"}


def test_a_second_inquiry_finds_the_firms_ready(browser: Callable[[str], Any], as_user: Callable[[str], Any]) -> None:
    from kumihimo_web.firms import services as firms
    from kumihimo_web.inquiries import tasks

    client = browser("coordinator")
    tasks._proposers.clear()
    proposed(client, made(client).number)
    (first,) = tasks._proposers.values()
    proposed(client, made(client).number)
    assert list(tasks._proposers.values()) == [first]
    with as_user("factory"):
        firms.change("firms", OWN_FIRM, {"name_en": "Own"}, version=1)
    proposed(client, made(client).number)
    (third,) = tasks._proposers.values()
    assert third is not first


def test_a_value_of_a_person_counts_and_stands_in_the_text(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = made(client).number
    assert send(client, number, field="due_date", part="", words="2026年12月25日").status_code == 302
    found = Inquiry._base_manager.get()
    assert str(found.due) == "2026-12-25"
    (value,) = [one for one in found.reading["fields"] if one["field"] == "due_date"]
    assert value["source"] == "person"
    assert found.reading["text"][value["start"] : value["end"]] == "2026年12月25日"
    shown = page(client, "inquiry", number)
    assert "人が確認" in shown
    assert "納期が書かれていません" not in shown
    assert send(client, number, field="due_date", part="", words="").status_code == 302
    assert Inquiry._base_manager.get().due is None


def test_what_cannot_be_read_comes_back_with_an_example(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = made(client).number
    answer = send(client, number, field="due_date", part="", words="そのうち")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="そのうち"' in text
    assert "2026年12月25日" in text
    assert Inquiry._base_manager.get().version == 2


def test_the_second_of_two_editors_is_told_and_loses_nothing(browser: Callable[[str], Any]) -> None:
    one, other = browser("coordinator"), browser("administrator")
    number = made(one).number
    seen = Inquiry._base_manager.get().version
    assert send(one, number, field="quantity", part="", words="30個", version=seen).status_code == 302
    late = send(other, number, field="quantity", part="", words="40個", version=seen)
    assert late.status_code == 409
    text = late.content.decode()
    assert 'value="40個"' in text
    assert "30個" in text
    assert "ほかの人が先に" in text
    assert Inquiry._base_manager.get().reading["requirements"]["quantity"] == 30
    heading = other.post(reverse("inquiry_edit", args=(number,)), {"title": "別の名", "version": seen})
    assert heading.status_code == 409
    assert 'value="別の名"' in heading.content.decode()


def test_an_answer_closes_its_question(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = made(client, TEXT + "公差: ±0.005\n").number
    assert "どの寸法に掛かる公差" in page(client, "inquiry", number)
    letter = page(client, "inquiry_questions", number)
    assert "1. 「±0.005」はどの寸法" in letter
    assert send(client, number, "inquiry_answer", field="tolerances", part="", words="").status_code == 422
    noted = send(client, number, "inquiry_answer", field="tolerances", part="", words="社長に聞いてください")
    assert noted.status_code == 302
    found = Inquiry._base_manager.get()
    assert found.answers[0]["was_read"] is False
    assert not [one for one in found.reading["questions"] if one["field"] == "tolerances"]
    read = send(client, number, "inquiry_answer", field="due_date", part="", words="来月末")
    assert read.status_code == 302
    found = Inquiry._base_manager.get()
    assert found.answers[1]["was_read"] is True
    assert found.due is not None
    assert "控えのみ" in page(client, "inquiry", number)


def test_an_answer_that_came_too_late_is_shown_once_more(browser: Callable[[str], Any]) -> None:
    one, other = browser("coordinator"), browser("administrator")
    number = made(one).number
    seen = Inquiry._base_manager.get().version
    send(one, number, "inquiry_answer", field="due_date", part="", words="来月末", version=seen)
    late = send(other, number, "inquiry_answer", field="due_date", part="", words="12月20日ごろ", version=seen)
    assert late.status_code == 409
    assert "あなたの入力: <strong>12月20日ごろ" in late.content.decode()


def test_a_job_that_was_stopped_can_be_asked_for_again(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    from kumihimo_web.jobs.services import cancel

    client = browser("coordinator")
    client.post("/inquiries/new/", {"file": SimpleUploadedFile("a.dxf", (EXAMPLES / "05-drawing.dxf").read_bytes())})
    with as_user("coordinator"):
        cancel(Job.objects.get())
    number = Inquiry._base_manager.get().number
    assert not run_one()
    assert send(client, number, "inquiry_source", again="1")["Location"].startswith("/jobs/")
    assert run_one()
    assert Inquiry._base_manager.get().state == State.OPEN
    late = send(client, number, "inquiry_source", again="1")
    assert late["Location"] == reverse("inquiry", args=(number,))


def test_a_change_makes_the_proposal_old(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = proposed(client, made(client).number).number
    send(client, number, field="quantity", part="", words="500個")
    assert Inquiry._base_manager.get().state == State.OPEN
    shown = page(client, "inquiry_teams", number)
    assert "要件が変わりました" in shown
    assert "に決める理由" not in shown


def test_withdrawn_and_taken_up_again(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = proposed(client, made(client).number).number
    assert send(client, number, "inquiry_withdraw", why="").status_code == 422
    assert send(client, number, "inquiry_withdraw", why="予算がつかなかった").status_code == 302
    assert "予算がつかなかった" in page(client, "inquiry", number)
    assert send(client, number, "inquiry_propose").status_code == 302
    assert not Job._base_manager.filter(state="queued").exists()
    assert send(client, number, "inquiry_reopen").status_code == 302
    assert Inquiry._base_manager.get().state == State.PROPOSED


def test_the_list_finds_by_words_and_state(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    made(client, title="ﾓｰﾀｰシャフト", buyer_name="東の会社")
    number = made(client, title="カバー").number
    proposed(client, number)
    for asked, hit in (("モーター", True), ("東の", True), ("Q-000001", True), ("かばー", False)):
        text = client.get("/inquiries/", {"words": asked}).content.decode()
        assert ("シャフト" in text) == hit, asked
    text = client.get("/inquiries/", {"state": "proposed"}).content.decode()
    assert "カバー" in text
    assert "シャフト" not in text
    assert "当てはまる引合がありません" in client.get("/inquiries/", {"words": "存在しない"}).content.decode()


def test_nobody_can_do_the_work_and_the_page_says_why(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = proposed(client, made(client, TEXT.replace("5軸加工", "高周波焼入れ")).number).number
    shown = page(client, "inquiry_teams", number)
    assert "組めるチームがありません" in shown
    assert "手挙げを頼む" in shown


def test_values_that_nobody_can_plan_with_are_shown_beside_the_inquiry(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client = browser("coordinator")
    number = made(client).number
    found = Inquiry._base_manager.get()
    problems = [
        Located(sheet="入力", row=0, column=name, value="x", expected_ja="数字", expected_en="a number")
        for name in ("quantity", "due_date")
    ]
    with as_user("coordinator"):
        services.take_no_teams(found, LocatedErrors(problems), version=found.version)
        # Somebody changed the inquiry meanwhile: the refusal is of values that are gone.
        services.take_no_teams(found, InputError("古い理由", "stale"), version=found.version)
    shown = page(client, "inquiry", number)
    assert "チームを提案できませんでした。" in shown
    assert "2件の誤りがあります。" in shown
    assert "「quantity」" in shown
    assert "「due_date」" in shown
    assert 'href="#h-values"' in shown
    assert "古い理由" not in shown
    assert send(client, number, field="quantity", part="", words="30個").status_code == 302
    assert "チームを提案できませんでした。" not in page(client, "inquiry", number)


def test_a_quantity_taken_in_before_there_was_a_limit_leads_back_to_its_field(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    found = made(client)
    for needs in (found.reading["requirements"], found.reading["parts"][0]["requirements"]):
        needs["quantity"] = 10**20
    found.save()
    client.post(reverse("inquiry_propose", args=(found.number,)), {"version": found.version})
    assert run_one()
    job = Job._base_manager.get()
    assert (job.state, job.result) == ("done", {"url": f"/inquiries/{found.number}/"})
    shown = page(client, "inquiry", found.number)
    assert "数量 100,000,000,000,000,000,000個 は大きすぎます(10,000,000個まで)。" in shown
    assert not Proposal._base_manager.exists()


def test_a_job_that_failed_says_everything_and_leads_back(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client = browser("coordinator")
    number = made(client).number
    client.post(reverse("inquiry_propose", args=(number,)), {"version": Inquiry._base_manager.get().version})
    with as_user("administrator"):
        # The inquiry cannot be found any more, once the job comes to it.
        Job._base_manager.update(payload={"inquiry": 10**6, "version": 1})
    assert run_one()
    job = Job._base_manager.get()
    assert job.state == "failed"
    assert "引合が見つかりません" in page(client, "job", job.pk)
    Job._base_manager.update(payload={"inquiry": Inquiry._base_manager.get().pk, "version": 1})
    assert f'href="/inquiries/{number}/"' in page(client, "job", job.pk)


@pytest.mark.parametrize(
    ("field", "words", "why"),
    [
        ("due_date", "13月45日", "という日はありません"),
        ("due_date", "2020年1月1日", "過ぎています"),
        ("quantity", "99999999999999999999個", "1,000万まで"),
        ("size_mm", "200×100×999999999", "100,000 mmまで"),
    ],
)
def test_rubbish_is_refused_at_its_field_with_an_example(
    field: str, words: str, why: str, browser: Callable[[str], Any]
) -> None:
    client = browser("coordinator")
    number = made(client).number
    before = Inquiry._base_manager.get()
    answer = send(client, number, field=field, part="", words=words)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert why in text
    assert f'value="{words}"' in text
    assert "例: " in text
    after = Inquiry._base_manager.get()
    assert (after.version, after.reading) == (before.version, before.reading)


def test_what_an_answer_says_of_another_field_is_told_as_not_taken(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = made(client, "平歯車 SCM435 歯面高周波焼入れ 30個").number
    shown = page(client, "inquiry", number)
    assert "硬さが書かれていません" in shown
    sent = {"field": "size_mm", "part": "", "words": "外径84、歯幅20、穴径φ25 H7"}
    sent["version"] = str(Inquiry._base_manager.get().version)
    text = client.post(reverse("inquiry_answer", args=(number,)), sent, follow=True).content.decode()
    assert "答えを要件に反映しました" in text
    assert "「φ25 H7」（公差）は、まだ要件に反映していません。" in text
    assert "外径84" not in text.partition("まだ要件に反映していません")[0].rpartition("答えを要件に反映しました")[2]


def test_the_proposal_on_paper(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = proposed(client, made(client).number).number
    assert client.get(reverse("inquiry_paper", args=(number,))).status_code == 404
    assert client.post(reverse("inquiry_print", args=(number,))).status_code == 302
    assert run_one()
    answer = client.get(reverse("inquiry_paper", args=(number,)))
    assert answer.content.startswith(b"%PDF")
    assert "提案書（PDF）を開く" in page(client, "inquiry_teams", number)


@pytest.mark.parametrize("name", ["04-form.xlsx", "05-drawing.dxf"])
def test_a_file_is_read_by_a_worker(name: str, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    data = (EXAMPLES / name).read_bytes()
    answer = client.post("/inquiries/new/", {"file": SimpleUploadedFile(name, data)})
    assert answer["Location"].startswith("/jobs/")
    found = Inquiry._base_manager.get()
    assert found.state == State.READING
    assert bytes(Source._base_manager.get().data) == data
    assert "読み取っています" in page(client, "inquiry", found.number)
    assert run_one()
    found.refresh_from_db()
    assert found.state == State.OPEN
    assert found.reading["requirements"]["materials"]
    back = client.get(reverse("inquiry_download", args=(found.number, Source._base_manager.get().pk)))
    assert back.content == data
    assert back["Content-Disposition"].startswith("attachment")
    assert back["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_cannot_be_read_is_kept_and_another_one_taken(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    data = (EXAMPLES / "04-form.xlsx").read_bytes()
    cut = data[: len(data) // 2]
    client.post("/inquiries/new/", {"file": SimpleUploadedFile("依頼.xlsx", cut)})
    assert run_one()
    found = Inquiry._base_manager.get()
    assert found.state == State.UNREAD
    shown = page(client, "inquiry", found.number)
    assert "依頼.xlsx: 壊れているか、途中で切れています" in shown
    assert send(client, found.number, "inquiry_source", again="1").status_code == 302
    found.refresh_from_db()
    assert found.state == State.READING
    assert run_one()
    found.refresh_from_db()
    assert found.state == State.UNREAD
    wrong = send(client, found.number, "inquiry_source", text=" ")
    assert wrong.status_code == 422
    assert send(client, found.number, "inquiry_source", text=TEXT).status_code == 302
    found.refresh_from_db()
    assert found.state == State.OPEN
    assert Source._base_manager.count() == 2


def test_a_mail_that_never_ends_is_not_read(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    mail = "From: a@example.jp\nSubject: x\nMIME-Version: 1.0\n\n" + "hole 10 mm, " * MAX_CHARS
    client.post("/inquiries/new/", {"file": SimpleUploadedFile("a.eml", mail.encode())})
    assert run_one()
    found = Inquiry._base_manager.get()
    assert found.state == State.UNREAD
    assert "本文が長すぎます" in found.refusal_ja


HOSTILE = {
    "pdf": (b"%PDF-1.7 ...", "図面.pdf", "PDF は読み取りません"),
    "a picture that says text": (b"\x89PNG\r\n\x1a\n....", "a.txt", "画像です"),
    "a program": (b"MZ\x90\x00\x03\x00\x00\x00", "a.exe", "この種類（.exe）は読めません"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "a.xls", "古い形式"),
    "a workbook in name only": (b"plain words", "a.xlsx", "中身が違うか壊れています"),
    "nothing": (b"", "a.txt", "空のファイルです"),
    "bytes that are no text": (b"\x00\x01\x02\xff" * 50, "a.txt", "文字として読めません"),
    "too much text": ("あ".encode() * (MAX_CHARS + 1), "a.txt", "文章が長すぎます"),
    "huge": (b"a" * (MAX_BYTES + 1), "a.dxf", "大きすぎます"),
    "a path for a name": (b"%PDF-1.7", "../../etc/passwd.pdf", "passwd.pdf: PDF"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_at_its_field(case: str, browser: Callable[[str], Any]) -> None:
    data, name, words = HOSTILE[case]
    answer = browser("coordinator").post(
        "/inquiries/new/", {"file": SimpleUploadedFile(name, data), "title": "消えない"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert 'value="消えない"' in text
    assert not Inquiry._base_manager.exists()


def test_text_is_kept_when_something_else_is_wrong(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    both = client.post("/inquiries/new/", {"text": TEXT, "file": SimpleUploadedFile("a.txt", b"abc")})
    assert both.status_code == 422
    assert "材質: A5052" in both.content.decode()
    neither = client.post("/inquiries/new/", {"text": "  "})
    assert neither.status_code == 422
    assert "文章が空です" in neither.content.decode()
    assert not Inquiry._base_manager.exists()


NASTY = "件名: <script>alert(1)</script>\n材質: A5052' OR 1=1; DROP TABLE x;--\n=cmd|' /C calc'!A0\n加工: 5軸加工\n"


def test_html_sql_and_formulas_are_words(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    found = made(client, NASTY, buyer_name="<img src=x onerror=alert(2)>")
    send(client, found.number, "inquiry_answer", field="quantity", part="", words="<b>たくさん</b>")
    for name in ("inquiry", "inquiry_questions", "inquiry_edit"):
        text = page(client, name, found.number)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>たくさん" not in text
    assert "&lt;script&gt;alert(1)" in page(client, "inquiry", found.number)
    assert "&lt;script&gt;" in page(client, "inquiries")
    assert client.get("/inquiries/", {"words": "' OR 1=1 --"}).status_code == 200
    proposed(client, found.number)
    assert "<script>alert" not in page(client, "inquiry_teams", found.number)


def test_sent_twice_is_done_once(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    key = "a" * 32
    first = made(client, once=key)
    again = client.post("/inquiries/new/", {"text": TEXT, "once": key})
    assert again["Location"] == reverse("inquiry", args=(first.number,))
    assert Inquiry._base_manager.count() == 1
    for _ in range(2):
        send(client, first.number, "inquiry_propose", once="b" * 32)
    assert Job._base_manager.filter(kind="inquiries.propose").count() == 1


def test_what_somebody_withdrew_meanwhile_is_not_read(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client = browser("coordinator")
    client.post("/inquiries/new/", {"file": SimpleUploadedFile("a.dxf", (EXAMPLES / "05-drawing.dxf").read_bytes())})
    found = Inquiry._base_manager.get()
    assert send(client, found.number, "inquiry_withdraw", why="間違い").status_code == 302
    assert run_one()
    found.refresh_from_db()
    assert (found.state, found.reading) == (State.WITHDRAWN, None)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_opens_in_both_languages(language: str, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = proposed(client, made(client, (EXAMPLES / "06-assembly.txt").read_text("utf-8")).number).number
    client.cookies["django_language"] = language
    step = Proposal._base_manager.get().data["steps"][0]["id"]
    pages = [page(client, name, number) for name in ("inquiry", "inquiry_teams", "inquiry_hands", "inquiry_questions")]
    pages += [page(client, "inquiries"), page(client, "inquiry_new"), page(client, "inquiry_ask", number, step)]
    text = "".join(pages)
    assert f'<html lang="{language}">' in text
    assert ("machining centre" in text.lower() or "machining" in text.lower()) == (language == "en")


def test_a_greeting_is_called_by_its_number(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    found = made(client, "いつもお世話になっております。よろしくお願いいたします。")
    assert found.title == ""
    assert f"<h1>{found.number}</h1>" in page(client, "inquiry", found.number)


def test_the_history_is_written_in_sentences(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    number = made(client).number
    shown = page(client, "inquiry", number).partition('id="history"')[2]
    assert "文章を読み取りました（" in shown
    assert "読み取った値 " in shown
    assert "引合: 読み取り" not in shown


def test_a_proposal_without_teams_says_so_in_the_list_and_on_the_page(
    browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    client = browser("coordinator")
    # Another before it, so that the inquiry and its proposal have different keys.
    made(client)
    found = made(client)
    with as_user("coordinator"):
        found = Inquiry.objects.get(pk=found.pk)
        services.take_proposal(found, data={"teams": []}, orders={}, version=found.version, revision=0)
    assert "組めるチームなし" in page(client, "inquiries")
    assert "組めるチームがありませんでした" in page(client, "inquiry", found.number)
