"""What the verbs of audit lines are called; what has no entry is shown as it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kumihimo.inquiry.questions import LABELS
from kumihimo.interop.cell import read_cell, show_cell
from kumihimo.interop.problem import BadValue
from kumihimo.interop.table_spec import table_specs
from kumihimo.model import Channel
from kumihimo.trade.states import OrderState
from kumihimo.trade.transitions import KINDS
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.language import is_english, language, say
from kumihimo_web.design.templatetags.ja import day

VERBS: dict[str, Any] = {
    "added": _("追加"),
    "changed": _("変更"),
    "removed": _("削除"),
    "asked": _("依頼"),
    "cancelled": _("取消"),
    "done": _("完了"),
    "drafted": _("下書き"),
    "approved": _("承認"),
    "rejected": _("却下"),
    "fixed": _("工程の固定"),
    "released": _("固定の解除"),
    "remedies": _("遅れの手だて"),
    "halted": _("中断"),
    "failed": _("失敗"),
    "loaded": _("読み込み"),
    "received": _("受け取り"),
    "read": _("読み取り"),
    "withdrawn": _("取りやめ"),
    "language": _("言語の変更"),
    "tour": _("案内を見た"),
    "password": _("パスワードの作り直し"),
    "active": _("ログインの再開"),
    "stopped": _("ログインの停止"),
    "begun": _("作成の開始"),
    "marked": _("採点"),
    "attached": _("根拠ファイルの追加"),
    "detached": _("根拠ファイルの削除"),
    "discarded": _("下書きの削除"),
    "signed": _("署名と企業への共有"),
    "published": _("公開"),
    "disputed": _("異議の申し立て"),
    "resolved": _("異議への決定"),
    "expired": _("期限切れ"),
    "proven": _("評価による根拠の変更"),
    "replaced": _("ファイルの差し替え"),
    "unread": _("読み取り不可"),
    "corrected": _("値の訂正"),
    "answered": _("回答"),
    "proposed": _("チームの提案"),
    "no_teams": _("チームを提案できず"),
    "chosen": _("チームの決定"),
    "offered": _("発注元への提示"),
    "offer_taken_back": _("提示の取り消し"),
    "booked": _("計画への登録"),
    "reopened": _("再開"),
    "printed": _("提案書の作成"),
    "closed": _("締め切り"),
    "started": _("開始の報告"),
    "finished": _("完了の報告"),
    "followed": _("実績の反映"),
    "confirmed": _("計画からの確定"),
    "noted": _("記録"),
    "moved": _("入出庫"),
    "call_noted": _("電話のメモ"),
    "ignored": _("記録のみ（順番や版が合わない連絡）"),
    "parked": _("順番待ち"),
    "put_aside": _("順番待ちの取りやめ"),
    "revised": _("規約の改定"),
    "objected": _("異議"),
    "allotted": _("配分の決定"),
    "inspected": _("検査"),
    "handed_over": _("納品"),
    "defect": _("不具合の記録"),
    "defect_withdrawn": _("不具合の取り消し"),
    "accounted": _("精算"),
    "paper_made": _("書類の作成"),
    "checked": _("出典の確認"),
    "first_key": _("一人目の承認"),
    "taken": _("自動処理"),
    "linked": _("注文との結び付け"),
    "set_aside": _("脇に置く"),
    "brought_back": _("受信箱に戻す"),
    "posted": _("作成"),
    "sent": _("送信"),
    "reminded": _("督促状の送付"),
    "not_sent": _("送信の失敗"),
    "doubtful": _("届いたか不明"),
    "delivered": _("到着"),
    "to_call": _("電話での連絡に変更"),
    "settled": _("届いたかどうかの確認"),
    "called": _("電話での連絡"),
    "opened": _("リンクを開いた"),
    "link_closed": _("リンクの停止"),
    "held": _("受信の停止"),
    "aside": _("処理しない決定"),
    "again": _("やり直し"),
    "fetched": _("開いた・保存した"),
    "adopted": _("基本情報からの登録"),
}
THINGS: dict[str, Any] = {
    "organisation": _("組織"),
    "user": _("利用者"),
    "job": _("処理"),
    "import": _("Excelの取り込み"),
    "network": _("ネットワーク"),
    "plan": _("生産計画"),
    "interest": _("利害関係"),
    "sheet": _("評価票"),
    "inquiry": _("引合"),
    "broadcast": _("手挙げの募集"),
    "hand": _("手挙げ"),
    "report": _("実績"),
    "order": _("注文"),
    "work_order": _("製造注文"),
    "paper": _("書類"),
    "drawing": _("図面"),
    "letterhead": _("書類の差出人"),
    "limits": _("決裁の限度額"),
    "chase": _("催促"),
    "custody": _("現品の所在"),
    "material": _("支給材"),
    "consortium": _("共同受注の会"),
    "charter": _("規約"),
    "joint_order": _("共同受注"),
    "bidding": _("入札"),
    "bid": _("入札"),
    "subsidy": _("補助金"),
    "inbox": _("受信"),
    "message": _("送信の記録"),
    "inbound": _("受信"),
    "address": _("連絡先"),
}
"""What is changed besides the rows of a profile, which are called as their sheets."""

ATTRIBUTES: dict[str, Any] = {
    "title": _("件名"),
    "buyer": _("発注元"),
    "file": _("ファイル"),
    "sha256": "SHA-256",
    "values": _("読み取った値"),
    "questions": _("質問"),
    "teams": _("チーム"),
    "team": _("チーム"),
    "price_jpy": _("価格"),
    "days": _("日数"),
    "finish": _("終わる日"),
    "order": _("計画の案件"),
    "number": _("番号"),
    "drawing": _("図番"),
    "firms": _("企業の数"),
    "answer": _("答え"),
    "firm": _("企業ID"),
    "organisation": _("組織"),
    "capability": _("能力ID"),
    "item": _("項目"),
    "score": _("得点"),
    "note": _("メモ"),
    "method": _("評価方法"),
    "confirms": _("登録内容の確認"),
    "assessed_on": _("評価日"),
    "expires_on": _("有効期限"),
    "finding": _("所見"),
    "reply_until": _("意見の期限"),
    "published_on": _("公開日"),
    "resolution": _("決定"),
    "username": _("利用者名"),
    "role": _("役割"),
    "name": _("名称"),
    "kind": _("種類"),
    "language": _("言語"),
    "has_seen_tour": _("案内を見た"),
    "changes": _("変わる行"),
    "problems": _("誤り"),
    "error": _("理由"),
    "subject": _("内容"),
    "moved": _("動く工程"),
    "version": _("計画"),
    "remedies": _("手だて"),
    "steps": _("工程"),
    "step": _("工程"),
    "start": _("始め"),
    "end": _("終わり"),
    "state": _("状態"),
    "by": _("指示した人"),
    "waited": _("届いた時刻"),
    "orders": _("注文"),
    "action": _("すること"),
    "lot": _("ロット"),
    "quantity": _("数量"),
    "accepted": _("合格"),
    "rejected": _("不合格"),
    "inspector": _("検査員"),
    "parts": _("配分"),
    "burdens": _("負担"),
    "bids": _("入札"),
    "order_ref": _("注文番号"),
    "command": _("返事の内容"),
    "reasons": _("確かめる理由"),
    "outcome": _("結果"),
    "channel": _("連絡手段"),
    "value": _("宛先"),
    "words": _("相手の答え"),
    "sender": _("差出人"),
    "arrived": _("届いた"),
    "addresses": _("連絡先の順番"),
    "is_active": _("使う"),
    "is_confirmed": _("確認済み"),
}
"""What is recorded of rows that are no table of the network."""

_OF_THING: dict[tuple[str, str], Any] = {
    ("message", "order"): _("注文番号"),
    ("drawing", "number"): _("注文番号"),
}
"""(Thing, attribute) -> what is recorded of it, where it is something else than in `ATTRIBUTES`."""
_CODES: dict[str, dict[str, Any]] = {
    "language": {"ja": _("日本語"), "en": _("英語")},
    "kind": {
        "form": _("返信用紙"),
        "excel": _("Excelの回答"),
        "mail": _("メール"),
        "line": _("LINE"),
        "call": _("電話メモ"),
        "edi": _("データ連携"),
        "unknown": _("読めないもの"),
        "first": _("最初の計画"),
        "replan": _("再計画"),
        "order": _("案件の追加"),
        "event": _("出来事への対応"),
        "whatif": _("もしもの検討"),
        "emergency": _("緊急対応"),
        "remedy": _("遅れの手だて"),
    },
    "outcome": {
        "applied": _("注文に反映しました"),
        "repeated": _("すでに反映済みでした"),
        "parked": _("順番が来るまで待っています"),
        "stale": _("記録だけしました（遅れて届いた回答）"),
        "noted": _("記録だけしました"),
    },
}
"""Attribute -> code that is recorded -> how it is read."""
_CHANNELS = {channel.value: channel for channel in Channel}

_FIELDS = dict(LABELS.values())
"""Field of an inquiry as it is recorded -> the same in English."""


def verb_words(verb: str) -> str:
    """Return a verb such as ``firms.changed`` as it is read: 企業の変更."""
    thing, _dot, done = verb.partition(".")
    if thing == "order" and done in KINDS:
        ja, en = KINDS[done]
        return f"{thing_words(thing)}: {en if is_english() else ja}"
    return f"{thing_words(thing)}: {VERBS.get(done, done)}"


def thing_words(thing: str) -> str:
    """Return what a thing such as ``firms`` or ``inquiry`` is called."""
    spec = table_specs().get(thing)
    return say(spec, "sheet") if spec else str(THINGS.get(thing, thing))


def label_of(verb: str, attribute: str) -> str:
    """Return what an attribute of a change is called."""
    spec = table_specs().get(verb.partition(".")[0])
    if spec is None:
        if (special := _OF_THING.get((verb.partition(".")[0], attribute))) is not None:
            return str(special)
        read = _FIELDS.get(attribute)
        return read.capitalize() if read and is_english() else str(ATTRIBUTES.get(attribute, attribute))
    return next((say(column) for column in spec.columns if column.name == attribute), attribute)


_STATES = frozenset(state.value for state in OrderState)


def value_words(verb: str, attribute: str, value: Any) -> Any:
    """Return a recorded value as it is read; what is no value of a profile, and no state, is left as it is."""
    if verb.startswith("order.") and attribute == "state" and value in _STATES:
        return say(OrderState(value))
    spec = table_specs().get(verb.partition(".")[0])
    if spec is None:
        return _plain(attribute, value)
    column = next((one for one in spec.columns if one.name == attribute), None) if value is not None else None
    if column is not None:
        try:
            value = show_cell(column, read_cell(column, value), language())
        except BadValue:  # recorded under rules that were wider than today's
            return value
    return _shown(value)


def _plain(attribute: str, value: Any) -> Any:
    """Return a value of a row that is no table of the network: a code in words, several values in a row."""
    if isinstance(value, list):
        return _("、").join(str(_plain(attribute, one)) for one in value)
    if isinstance(value, dict):
        if value.keys() == {"ja", "en"}:
            return say(value)
        if attribute == "command" and (nouns := KINDS.get(value.get("kind", ""))) is not None:
            return nouns[1 if is_english() else 0]
        return _("、").join(f"{key}: {one}" for key, one in value.items())
    if isinstance(value, str):
        if attribute in ("channel", "addresses") and (known := _CHANNELS.get(value.partition(" ")[0])) is not None:
            return f"{say(known)} {value.partition(' ')[2]}".strip()
        return _CODES.get(attribute, {}).get(value, value)
    return _shown(value)


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    return day(value) if isinstance(value, date) else value


def is_hidden(verb: str, attribute: str, firm: str) -> bool:
    """Return whether the value of an attribute of a firm is hidden from the scope, as on the firm's own page."""
    spec = table_specs().get(verb.partition(".")[0])
    if spec is None:
        return False
    return attribute not in {column.name for column in spec.visible(current_scope().sight_of(firm))}


def is_row_change(verb: str) -> bool:
    """Return whether a verb is about a row of a profile."""
    table, _dot, done = verb.partition(".")
    return table in table_specs() and table != "assessments" and done in ("added", "changed", "removed")
