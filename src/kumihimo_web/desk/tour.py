"""The tour at the first login: what one's first morning looks like, by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kumihimo_web.accounts.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop of the tour: a page, and what is done there."""

    url: str
    title: Any
    words: Any


_COORDINATOR = (
    Stop(
        url="inquiries",
        title=_("引合を読み込む"),
        words=_("メールの文章を貼るか、Excel・図面を選びます。読み取れなかったことは、お客様への質問になります。"),
    ),
    Stop(
        url="inquiries",
        title=_("チームを比べて選ぶ"),
        words=_("工程ごとに候補の企業と理由が並びます。価格・納期・品質・災害への強さで 3 組以上を比べます。"),
    ),
    Stop(
        url="plans",
        title=_("計画に入れて確定する"),
        words=_("どの工程とどの企業が変わるかを見てから確定します。確定するまで、計画は変わりません。"),
    ),
    Stop(
        url="emergency",
        title=_("止まったら、代わりを探す"),
        words=_("止まった企業や機械を選ぶと、影響する案件、代わりの企業、電話する順番が出ます。"),
    ),
    Stop(
        url="desk",
        title=_("毎朝ここから始める"),
        words=_("遅れの恐れ、返事待ち、期限切れが上から並びます。それぞれに、次の一手が一つあります。"),
    ),
)
STOPS: dict[str, tuple[Stop, ...]] = {
    Role.COORDINATOR: _COORDINATOR,
    Role.ADMINISTRATOR: (
        *_COORDINATOR,
        Stop(
            url="settings",
            title=_("人と組織を登録する"),
            words=_("利用者を作り、役割を決めます。辞めた人は止めます。記録は消えません。"),
        ),
    ),
    Role.FACTORY: (
        Stop(
            url="capacity",
            title=_("今週の余力を答える"),
            words=_("「空きあり」「ふつう」「いっぱい」を押すだけです。週に一度で十分です。"),
        ),
        Stop(
            url="hands",
            title=_("届いた引合に手を挙げる"),
            words=_("やってみたい仕事に手を挙げます。値段は調整役だけに届き、ほかの企業には見えません。"),
        ),
        Stop(
            url="plans",
            title=_("始めた・終わったを知らせる"),
            words=_(
                "工程を始めたら「始めました」、終えたら「終わりました」を押します。次の会社の予定がすぐに合います。"
            ),
        ),
        Stop(
            url="own_firm",
            title=_("自社の得意を確かめる"),
            words=_("登録された設備と加工能力を見直します。電話やFAXで調整役に伝えても直せます。"),
        ),
    ),
    Role.ASSESSOR: (
        Stop(
            url="assessments",
            title=_("評価する企業を選ぶ"),
            words=_("期限が近い企業が上に出ます。項目ごとに点と根拠の写真を付けます。"),
        ),
        Stop(
            url="assessments",
            title=_("署名して、本人に見せる"),
            words=_("署名した評価は書き換えられません。企業が意見を述べてから公開されます。"),
        ),
    ),
    Role.BUYER: (
        Stop(
            url="inquiries",
            title=_("引合を出す"),
            words=_("ほしいものを文章か図面で渡します。足りないことは質問として戻ってきます。"),
        ),
        Stop(
            url="orders_status",
            title=_("案件の状況を見る"),
            words=_("約束の日と見込みの日が並びます。窓口は一つです。"),
        ),
    ),
}
