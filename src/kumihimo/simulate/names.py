"""Names of firms that do not exist: two or three characters that nobody would join, and the word of the trade.

No corporate number and no postal code is invented: a number with a right check digit might belong to a real firm.
Telephone numbers begin with 000, which is not assigned; web and mail addresses lie under ``.example`` (RFC 2606).
"""

from __future__ import annotations

from dataclasses import dataclass

from kumihimo.simulate.archetypes import ARCHETYPES
from kumihimo.simulate.dice import Ints, generator

SYNTHETIC_NOTE = "合成データ（架空の企業）"

_FIRST = """
雫 シズク shizuku/霰 アラレ arare/霞 カスミ kasumi/朧 オボロ oboro/暁 アカツキ akatsuki
茜 アカネ akane/藍 アイ ai/翠 ミドリ midori/紫苑 シオン shion/梓 アズサ azusa
楓 カエデ kaede/椿 ツバキ tsubaki/柊 ヒイラギ hiiragi/榎 エノキ enoki/欅 ケヤキ keyaki
椛 モミジ momiji/葵 アオイ aoi/菫 スミレ sumire/薊 アザミ azami/蓬 ヨモギ yomogi
蕨 ワラビ warabi/苔 コケ koke/蔦 ツタ tsuta/萱 カヤ kaya/鶫 ツグミ tsugumi
雲雀 ヒバリ hibari/鷺 サギ sagi/鴎 カモメ kamome/隼 ハヤブサ hayabusa/鶉 ウズラ uzura
鵲 カササギ kasasagi/鳶 トビ tobi/蛍 ホタル hotaru/蜻蛉 トンボ tonbo/蝉 セミ semi
栗鼠 リス risu/狐 キツネ kitsune/狸 タヌキ tanuki/貂 テン ten/鼬 イタチ itachi
凪 ナギ nagi/渚 ナギサ nagisa/汐 シオ shio/澪 ミオ mio/漣 サザナミ sazanami
岬 ミサキ misaki/砂 スナ suna/波 ナミ nami/虹 ニジ niji/月 ツキ tsuki
星 ホシ hoshi/昴 スバル subaru/宵 ヨイ yoi/曙 アケボノ akebono/霜 シモ shimo
雪 ユキ yuki/絹 キヌ kinu/麻 アサ asa/綾 アヤ aya/錦 ニシキ nishiki
紬 ツムギ tsumugi/繭 マユ mayu/絣 カスリ kasuri/縞 シマ shima
"""
_SECOND = """
笛 ブエ bue/鼓 ツヅミ tsuzumi/鈴 スズ suzu/琴 ゴト goto/灯 アカリ akari
舟 ブネ bune/櫂 カイ kai/帆 ホ ho/砦 トリデ toride/峠 トウゲ toge
畑 バタケ batake/里 ザト zato/窓 マド mado/扉 トビラ tobira/階 キザハシ kizahashi
軒 ノキ noki/結 ムスビ musubi/織 オリ ori/編 アミ ami/撚 ヨリ yori
縫 ヌイ nui/綴 ツヅリ tsuzuri/染 ゾメ zome/刷 ズリ zuri/輪 ワ wa
環 タマキ tamaki/弓 ユミ yumi/矢 ヤ ya/槌 ヅチ zuchi/鉋 カンナ kanna
鋸 ノコ noko/錐 キリ kiri/鍋 ナベ nabe/釜 ガマ gama/匙 サジ saji
皿 ザラ zara/椀 ワン wan/箸 バシ bashi/壺 ツボ tsubo/甕 ガメ game
傘 ガサ gasa/帯 オビ obi/袖 ソデ sode/襟 エリ eri/鞄 カバン kaban
履 バキ baki/冠 カンムリ kanmuri/扇 オウギ ogi/踊 オドリ odori/舞 マイ mai
歌 ウタ uta/語 ガタリ gatari/祭 マツリ matsuri/遊 アソビ asobi/夢 ユメ yume
旅 タビ tabi/岩 イワ iwa/石 イシ ishi/鏡 カガミ kagami/玉 ダマ dama
珠 ジュ ju/鐘 ガネ gane/鍵 カギ kagi/錨 イカリ ikari
"""


def _syllables(text: str) -> tuple[tuple[str, str, str], ...]:
    found: list[tuple[str, str, str]] = []
    for item in text.replace("\n", "/").split("/"):
        if item:
            kanji, kana, latin = item.split()
            found.append((kanji, kana, latin))
    return tuple(found)


_FIRSTS, _SECONDS = _syllables(_FIRST), _syllables(_SECOND)
_THIRDS = _SECONDS + _FIRSTS
_WORDS = len(_FIRSTS) * len(_SECONDS)
MOST_NAMES = _WORDS * (len(_THIRDS) + 1)
"""Largest number of firms with different names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name without and with its legal form."""

    ja: str
    kana: str
    en: str


class Namer:
    """Gives firm number i a name that no other firm of the network has.

    Parameters
    ----------
    seed
        The order of the words.
    """

    def __init__(self, seed: int) -> None:
        draw = generator(seed, 77).random(2)
        # An odd step and a power of two of words have no common divisor: every word comes once before any comes twice.
        self._step = 2 * int(draw[0] * _WORDS) + 1
        self._start = int(draw[1] * _WORDS)

    def name(self, number: int, kind: int) -> Name:
        """Return the name of a firm of archetype `kind`, without legal form."""
        turn, index = divmod(number, _WORDS)
        word = (self._start + index * self._step) % _WORDS
        first, second = _FIRSTS[word % len(_FIRSTS)], _SECONDS[word // len(_FIRSTS)]
        parts = [first, second] if turn == 0 else [first, second, _THIRDS[turn - 1]]
        words = ARCHETYPES[kind].words
        trade = words[word % len(words)]
        stem = "".join(part[2] for part in parts).capitalize()
        return Name(
            ja="".join(part[0] for part in parts) + trade[0],
            kana="".join(part[1] for part in parts) + trade[1],
            en=f"{stem} {trade[2]}",
        )


LEGAL_WORDS = {
    "kabushiki": ("株式会社", "カブシキガイシャ", "Co., Ltd."),
    "yugen": ("有限会社", "ユウゲンガイシャ", "Ltd."),
    "goudou": ("合同会社", "ゴウドウガイシャ", "LLC"),
}


def legal_forms(number: int, sole: bool, draw: float) -> tuple[str, bool]:
    """Return the legal form and whether it stands in front of the name."""
    if sole:
        return "kojin", False
    form = "kabushiki" if draw < 0.62 else "yugen" if draw < 0.94 else "goudou"
    return form, number % 3 != 0


def full_name(name: Name, form: str, in_front: bool) -> Name:
    """Return the name with its legal form, as it is registered; sole proprietors use the shop name."""
    if form not in LEGAL_WORDS:
        return name
    ja, _, en = LEGAL_WORDS[form]
    return Name(
        ja=f"{ja}{name.ja}" if in_front else f"{name.ja}{ja}",
        kana=name.kana,
        en=f"{name.en} {en}",
    )


def firm_id(number: int) -> str:
    """Return the id of firm `number` (from 0)."""
    return f"SYN-{number + 1:06d}"


def site_id(number: int) -> str:
    """Return the id of the only site of firm `number`."""
    return f"SYN-{number + 1:06d}-S1"


def part_ids(letter: str, firms: Ints, first: int) -> list[str]:
    """Return ids ``SYN-000001-C001`` of things that belong to firms, counted within each firm.

    Parameters
    ----------
    letter
        What they are.
    firms
        Owner of each, ascending.
    first
        Number of firm 0 of the chunk.
    """
    found: list[str] = []
    last, count = -1, 0
    for firm in firms.tolist():
        count = count + 1 if firm == last else 1
        last = firm
        found.append(f"SYN-{first + firm + 1:06d}-{letter}{count:03d}")
    return found
