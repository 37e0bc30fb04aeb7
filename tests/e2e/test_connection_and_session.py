"""The login runs out, the finger is impatient, the computer is shared, the phone is in a hall without reception."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import PHONE, Visitor

OFFLINE = "電波がつながっていません。まだ送っていません。入力したものはこの画面に残っています。"


def forget_login(who: Visitor) -> None:
    """Let the session run out."""
    who.page.context.clear_cookies(name="sessionid")


def test_what_was_written_survives_the_end_of_the_session(visitor: Callable[..., Visitor]) -> None:
    who = visitor("factory")
    who.open("/firms/own/")
    who.follow("基本情報を直す")
    who.fill("備考", "期限切れでも消えない言葉")
    forget_login(who)
    who.press("保存する")
    who.sees("ログインの期限が切れました。入力したものは預かっています。")
    who.enter("factory")
    who.sees("入力したものは、まだ保存されていません")
    who.press("もう一度送る")
    who.sees("期限切れでも消えない言葉", "履歴")


def test_a_page_asked_for_without_a_login_is_shown_after_it(visitor: Callable[..., Visitor]) -> None:
    who = visitor("coordinator")
    who.open("/plans/versions/")
    forget_login(who)
    who.page.reload()
    who.sees("ログイン")
    who.enter("coordinator")
    who.sees("計画の履歴")


def test_a_double_press_makes_one_inquiry(visitor: Callable[..., Visitor]) -> None:
    title = "二度押しの確認（合成）"
    who = visitor("coordinator")
    who.open("/inquiries/new/")
    who.fill("引合の文章", f"件名: {title}\n\nSUS304 の板、外形 100×50×3mm、レーザー切断、20枚。")
    who.page.get_by_role("button", name="読み取る").dblclick()
    who.sees("読み取った要件")
    # Without the script the server has to see it: the same form sent again from the history.
    who.open(f"/inquiries/?words={title}")
    who.sees("1件")


def test_the_same_form_sent_twice_behind_the_browser_s_back_makes_one_job(visitor: Callable[..., Visitor]) -> None:
    who = visitor("coordinator")
    who.open("/plans/whatif/")
    form = who.page.locator("form", has=who.page.locator("input[value=cancel]"))
    fields = form.evaluate("form => Object.fromEntries(new FormData(form))")
    order = who.page.evaluate("fetch('/plans/').then(a => a.text()).then(t => t.match(/orders\\/(SYN-W\\d+)\\//)[1])")
    sent = {**fields, "order": order, "mode": "trial"}
    jobs = {
        who.page.request.post(
            f"{who.address}/plans/whatif/", form=sent, headers={"Origin": who.address}, max_redirects=0
        ).headers["location"]
        for _ in range(2)
    }
    assert len(jobs) == 1
    who.open(jobs.pop())
    who.sees("これは試しです。今の計画は変わりません。")


def test_after_logging_out_the_back_button_shows_nothing(visitor: Callable[..., Visitor]) -> None:
    who = visitor()
    who.log_in("coordinator")
    who.open("/firms/")
    who.sees("企業")
    firm = who.page.locator("tbody th a").first.inner_text()
    who.press("ログアウト")
    who.sees("ログイン")
    for _ in range(2):
        who.page.go_back()
        who.sees("ログイン")
        assert firm not in who.page.content()


def test_a_phone_without_reception_keeps_what_was_written(visitor: Callable[..., Visitor]) -> None:
    who = visitor("factory", PHONE)
    who.open("/firms/own/")
    who.follow("基本情報を直す")
    who.fill("備考", "圏外で書いた言葉")
    who.page.context.set_offline(True)
    who.press("保存する")
    notice = who.page.get_by_role("alert").get_by_text(OFFLINE)
    notice.wait_for()
    who.follow("やめる")
    assert who.page.get_by_label("備考").input_value() == "圏外で書いた言葉"
    who.page.context.set_offline(False)
    notice.wait_for(state="hidden")
    who.press("保存する")
    who.sees("圏外で書いた言葉", "履歴")


def test_an_assessor_without_reception_is_told_that_a_score_was_not_kept(visitor: Callable[..., Visitor]) -> None:
    who = visitor("assessor")
    who.open("/assessments/")
    who.follow("続きを書く")
    item = who.page.locator("article.criterion").first
    who.expects_no_answer = True
    who.page.context.set_offline(True)
    item.locator("input[type=radio]").nth(2).check()
    who.page.get_by_role("alert").get_by_text(OFFLINE).wait_for()
    who.page.context.set_offline(False)
    item.locator("input[type=radio]").nth(3).check()
    item.get_by_text("3 点で保存済み").wait_for()
