"""Names and addresses of firms in the form in which they are compared; what is stored stays as it was written."""

from __future__ import annotations

import re
import unicodedata

_LEGAL_FORMS = re.compile(
    r"\((?:株|有|合|名|資|同|社|財|一社|一財|公社|公財|協|組|企|特非|独|福|医|宗|学|農)\)"
    r"|(?:株式|有限|合同|合資|合名|相互)会社"
    r"|(?:一般|公益|特例)?(?:社団|財団)法人|特定非営利活動法人|npo法人|有限責任事業組合|llp|llc|co\.?,?ltd\.?|inc\.?|kk"
)
_KANA_FORMS = re.compile(
    "カブシキガイシヤ|カブシキカイシヤ|ユウゲンガイシヤ|ユウゲンカイシヤ|ゴウドウガイシヤ|ゴウシガイシヤ|ゴウメイガイシヤ|カ\\)|ユ\\)|ド\\)"
)
_NOISE = re.compile(r"[\s・･.,'’\"“”()\[\]「」『』&＆/_~〜-]")
_LONG = re.compile("(?<=[ァ-ヴー])[-‐‑–—―−一](?=[ァ-ヴー]|$)")
_OLD_FORMS = str.maketrans(
    "髙﨑澤齋齊邊邉廣濱國眞櫻鐵會圓冨嶋彌龍瀧淺榮豐壽藏濵藪槇桧曾惠德實靜佛氣萬與禮",
    "高崎沢斎斎辺辺広浜国真桜鉄会円富島弥竜滝浅栄豊寿蔵浜薮槙檜曽恵徳実静仏気万与礼",
)
_SMALL = str.maketrans("ァィゥェォッャュョヮヵヶヂヅヲヴ", "アイウエオツヤユヨワカケジズオブ")
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")


def fold_name(name: str) -> str:
    """Return the core of a firm's name: no legal form (㈱, （株）, 株式会社 …), no blanks, old characters made new."""
    text = unicodedata.normalize("NFKC", name).lower()
    text = _LEGAL_FORMS.sub("", text).translate(_OLD_FORMS)
    text = _LONG.sub("ー", text)
    folded = _NOISE.sub("", text).replace("ヶ", "ケ").replace("ッ", "ツ")
    return folded or _NOISE.sub("", unicodedata.normalize("NFKC", name).lower())


def fold_kana(kana: str) -> str:
    """Return a reading in large katakana without long marks, blanks and the legal form."""
    text = unicodedata.normalize("NFKC", kana).translate(_HIRAGANA).translate(_SMALL)
    text = _KANA_FORMS.sub("", text)
    return re.sub("[ー-]", "", _NOISE.sub("", text))


def fold_address(address: str) -> str:
    """Return an address without prefecture, with 丁目・番地・号 as hyphens: ``鯖江市西山町13-1``."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", address)).replace("ヶ", "ケ").replace("大字", "")
    text = re.sub("^(?:東京都|北海道|京都府|大阪府|.{2,3}県)", "", text)
    text = re.sub("([〇一二三四五六七八九]+)(?=丁目|番|号)", lambda found: found[1].translate(_DIGITS), text)
    text = re.sub("[‐‑–—―−ー](?=[0-9])|(?<=[0-9])の(?=[0-9])", "-", text)
    text = re.sub("丁目の?|番地?の?(?=[0-9]|$)|号の?(?=[0-9]|$)", "-", text)
    return re.sub("-+", "-", text).strip("-")


def fold_phone(phone: str) -> str:
    """Return the digits of a phone number, ``+81`` made ``0``; empty when there are fewer than nine."""
    text = unicodedata.normalize("NFKC", phone)
    text = re.sub(r"^\+81\D*", "0", text.strip())
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= 9 else ""
