"""An administrator lets somebody in with a password that is shown once, and shuts the door again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Visitor

pytestmark = pytest.mark.any_database


def test_a_new_person_logs_in_with_the_shown_password_until_the_login_is_stopped(
    visitor: Callable[..., Visitor],
) -> None:
    admin = visitor("administrator")
    admin.open("/account/people/")
    admin.page.locator("form.fields").get_by_label("利用者名").fill("hanako.new")
    admin.page.locator("form.fields").get_by_label("氏名").fill("新人 花代")
    admin.page.locator("form.fields").get_by_label("組織").select_option(label="信州ものづくり連携 事務局")
    admin.page.locator("form.fields").get_by_label("役割").select_option(label="調整役")
    admin.press("利用者を加える")
    admin.sees("新人 花代さんの新しいパスワード", "この画面を閉じると、もう表示できません")
    password = admin.page.locator("code.secret").inner_text()
    # It is shown once.
    admin.follow("利用者の一覧へ")
    admin.sees("新人 花代")
    assert password not in admin.page.content()

    new = visitor()
    new.log_in("hanako.new", password)
    new.sees("今日の調整")

    admin.press("新人 花代さんを止める")
    admin.sees("新人 花代さんのログインを止めました", "停止中")
    # What is open is over with the next press, and the password does not help.
    new.page.reload()
    new.sees("ログイン")
    new.enter("hanako.new", password)
    new.sees("このログインは止められています。調整機関に問い合わせてください。")


def test_a_name_that_is_taken_is_told_at_its_field(visitor: Callable[..., Visitor]) -> None:
    admin = visitor("administrator")
    admin.expected.add(422)
    admin.open("/account/people/")
    form = admin.page.locator("form.fields")
    form.get_by_label("利用者名").fill("coordinator")
    form.get_by_label("氏名").fill("同名 太郎")
    form.get_by_label("組織").select_option(label="信州ものづくり連携 事務局")
    form.get_by_label("役割").select_option(label="調整役")
    admin.press("利用者を加える")
    wrong = admin.page.locator(".field.wrong")
    wrong.wait_for()
    assert "利用者名" in wrong.inner_text()
    assert form.get_by_label("氏名").input_value() == "同名 太郎"
