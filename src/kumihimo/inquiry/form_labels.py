"""The labels of a request-for-quotation form 見積依頼書: what each is called, and how its value is put into words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One item of the form.

    Attributes
    ----------
    key
        Stable name.
    ja
        Canonical Japanese label; it begins the line that is read, unless `sender` is true.
    others
        Other labels for the same item, Japanese and English.
    unit_before, unit_after
        Put around a bare number, so that ``1.6`` in the column 面粗さ is read as ``Ra1.6``.
    number
        ``"count"`` (a positive whole number is expected when it is a number at all), ``"length"`` (positive) or ``""``.
    per_part
        Belongs to a part (a column of the parts table) and not to the whole inquiry.
    sender
        Says who asks; it is kept as context and never read as a requirement.
    """

    key: str
    ja: str
    others: tuple[str, ...] = ()
    unit_before: str = ""
    unit_after: str = ""
    number: str = ""
    per_part: bool = True
    sender: bool = False


LABELS: tuple[Label, ...] = (
    Label(key="subject", ja="件名", others=("案件名", "タイトル", "subject", "project"), per_part=False),
    Label(key="part_name", ja="品名", others=("部品名", "製品名", "名称", "part name", "part", "description")),
    Label(
        key="drawing_no",
        ja="図番",
        others=("図面番号", "図面No", "図面No.", "図番No", "品番", "部品番号", "drawing no", "drawing no.", "part no"),
    ),
    Label(key="material", ja="材質", others=("材料", "材種", "素材", "鋼種", "material", "材質・板厚")),
    Label(
        key="process",
        ja="加工内容",
        others=(
            "加工内容・工程",
            "加工",
            "工程",
            "加工工程",
            "加工方法",
            "必要工程",
            "依頼内容",
            "処理",
            "表面処理",
            "熱処理",
            "後処理",
            "process",
            "processes",
            "treatment",
            "finish",
        ),
    ),
    Label(
        key="quantity",
        ja="数量",
        others=("個数", "員数", "数", "ロット", "ロット数", "見積数量", "必要数", "quantity", "qty", "q'ty", "pcs"),
        unit_after="個",
        number="count",
    ),
    Label(
        key="monthly",
        ja="月産",
        others=("月産数", "月産数量", "月間数量", "monthly"),
        unit_after="個",
        number="count",
    ),
    Label(
        key="yearly",
        ja="年産",
        others=("年産数", "年産数量", "年間数量", "年間使用量", "yearly", "annual"),
        unit_after="個",
        number="count",
    ),
    Label(
        key="size",
        ja="外形寸法",
        others=("寸法", "サイズ", "外寸", "概略寸法", "大きさ", "外形", "size", "dimensions", "overall size"),
        unit_after="mm",
        number="length",
    ),
    Label(
        key="thickness",
        ja="板厚",
        others=("厚さ", "厚み", "肉厚", "t", "thickness"),
        unit_after="mm",
        number="length",
    ),
    Label(key="tolerance", ja="公差", others=("寸法公差", "精度", "加工精度", "はめあい", "tolerance", "fit")),
    Label(key="geometric", ja="幾何公差", others=("平面度等", "形状公差", "geometric tolerance", "gd&t")),
    Label(
        key="roughness",
        ja="面粗さ",
        others=("表面粗さ", "粗さ", "仕上げ面", "仕上面粗さ", "roughness", "surface roughness", "ra"),
        unit_before="Ra",
        number="length",
    ),
    Label(key="hardness", ja="硬さ", others=("硬度", "かたさ", "hardness")),
    Label(
        key="coating",
        ja="膜厚",
        others=("めっき厚", "メッキ厚", "皮膜厚さ", "皮膜厚", "coating thickness"),
        unit_after="μm",
        number="length",
    ),
    Label(
        key="due",
        ja="希望納期",
        others=("納期", "納入期日", "納入日", "納入希望日", "納期希望", "必要日", "due", "due date", "delivery date"),
    ),
    Label(
        key="place",
        ja="納入先",
        others=("納品先", "納入場所", "納品場所", "送り先", "届け先", "希望地域", "delivery to", "ship to"),
        per_part=False,
    ),
    Label(
        key="certificates",
        # the word 認証 alone would be read as "some certificate, which one?"
        ja="品質要求",
        others=(
            "認証・品質要求",
            "認証",
            "必要認証",
            "要求認証",
            "品質",
            "検査",
            "検査・品質",
            "certificates",
            "quality",
        ),
    ),
    Label(key="supplied", ja="材料支給", others=("支給材", "支給", "材料支給の有無", "支給有無", "supplied material")),
    Label(key="remarks", ja="備考", others=("特記事項", "その他", "注記", "連絡事項", "remarks", "notes")),
    Label(
        key="company",
        ja="会社名",
        others=("貴社名", "依頼元", "発注元", "御社名", "company"),
        per_part=False,
        sender=True,
    ),
    Label(
        key="person",
        ja="担当者",
        others=("ご担当者", "担当", "ご担当", "氏名", "contact"),
        per_part=False,
        sender=True,
    ),
    Label(
        key="phone",
        ja="電話",
        others=("TEL", "電話番号", "連絡先", "TEL/FAX", "FAX", "phone"),
        per_part=False,
        sender=True,
    ),
    Label(key="mail", ja="メール", others=("E-mail", "email", "メールアドレス", "mail"), per_part=False, sender=True),
    Label(key="address", ja="所在地", others=("住所", "会社住所", "address"), per_part=False, sender=True),
    Label(
        key="issued",
        ja="依頼日",
        others=("発行日", "日付", "作成日", "記入日", "見積依頼日", "回答期限", "見積期限", "見積回答期限", "date"),
        per_part=False,
        sender=True,
    ),
)

_NOISE = re.compile(r"[\s　:：*＊※★●■□◆・,、。()()\[\]【】「」『』<>]+|必須|任意|\(mm\)")
_PARENTHESES = re.compile(r"[(（\[【<][^)）\]】>]*[)）\]】>]")


def fold(text: str) -> str:
    """Return `text` as labels are compared: NFKC, lower case, without blanks, marks and brackets."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@cache
def by_word() -> Mapping[str, Label]:
    """Return folded label word -> label."""
    words: dict[str, Label] = {}
    for label in LABELS:
        for word in (label.ja, *label.others):
            words.setdefault(fold(word), label)
    return MappingProxyType(words)


def find(text: str) -> Label | None:
    """Return the label that a cell is, or None: ``"材 質（※必須）"``, ``"数量(個)"``, ``"Material:"``.

    A numbered label (工程1, 工程②) is the label itself.
    """
    if not text or len(text) > 40:
        return None
    whole = fold(text)
    words = by_word()
    if whole in words:
        return words[whole]
    bare = fold(_PARENTHESES.sub("", text))
    if bare in words:
        return words[bare]
    for part in re.split(r"[/／\n]", text):
        if (key := fold(part)) in words and _only_labels(text):
            return words[key]
    return words.get(re.sub(r"\d{1,2}$", "", bare))


def _only_labels(text: str) -> bool:
    """Whether every piece of ``"材質 / Material"`` is a label, so that ``"旋盤/材料"`` is not taken for one."""
    return all(fold(piece) in by_word() for piece in re.split(r"[/／\n]", text) if fold(piece))
