# ruff: noqa: E501 - a pattern is easier to check in one line
"""The questions to ask back, in words that can be sent: they quote the customer's own words."""

from __future__ import annotations

from kumihimo import terms
from kumihimo.inquiry.scan import Doubt, Scan
from kumihimo.model.inquiry import Question

LABELS = {
    "materials": ("材質", "material"), "processes": ("加工内容", "process"), "quantity": ("数量", "quantity"), "size_mm": ("寸法", "size"),
    "thickness_mm": ("板厚", "thickness"), "tolerances": ("公差", "tolerance"), "geometric": ("幾何公差", "geometric tolerance"),
    "roughness_ra_um": ("表面粗さ", "surface roughness"), "hardness": ("硬さ", "hardness"), "coating_um": ("膜厚", "coating thickness"),
    "due_date": ("納期", "due date"), "prefectures": ("納入場所・地域", "delivery place or region"), "certificates": ("認証", "certificate"),
}  # fmt: skip

_TEXTS: dict[tuple[str, str], tuple[str, str]] = {
    ("tolerances", "which"): ("「{q}」はどの寸法に掛かる公差でしょうか。対象の寸法(基準寸法)と箇所を教えてください。", "Which dimension does “{q}” apply to? Please name the nominal size and the feature."),
    ("tolerances", "band"): ("「{q}」は±の値でしょうか、幅の値でしょうか。対象の寸法と上下の許容差を教えてください。", "Is “{q}” a ± value or a total width? Please give the dimension and its upper and lower limits."),
    ("quantity", "range"): ("数量「{q}」は幅がありますので、今回の数量を1つ教えてください(数量別の見積も可能です)。", "The quantity “{q}” is a range. Which quantity shall we quote (or which breaks)?"),
    ("quantity", "contradiction"): ("数量が複数あります({q})。それぞれ試作・量産などのどの分か、見積の対象数量を教えてください。", "There is more than one quantity ({q}). Which one is for what, and which shall we quote?"),
    ("tolerances", "about"): ("「{q}」は目安でしょうか、守るべき公差でしょうか。対象の寸法と上下の許容差を教えてください。", "Is “{q}” a rough aim or a tolerance to be kept? Please give the dimension and its upper and lower limits."),
    ("tolerances", "gear"): ("歯車の精度「{q}」は、どの誤差(歯形・歯すじ・ピッチ)をどの等級で管理しますか。検査成績書は要りますか。", "Which deviations (profile, helix, pitch) does the gear accuracy “{q}” cover, and do you need an inspection report?"),
    ("processes", "chamfer"): ("「{q}」の面取りの大きさ(例: C0.5、糸面取り)を教えてください。", "How large is the chamfer “{q}” (for example C0.5, or edges broken only)?"),
    ("quantity", "too_many"): ("数量「{q}」は大きすぎます(1,000万まで)。正しい数量を教えてください。", "The quantity “{q}” is too large (10,000,000 at most). Please give the right quantity."),
    ("due_date", "no_such_day"): ("納期「{q}」という日はありません。正しい年月日を教えてください。", "There is no such day as “{q}”. Please give the right due date."),
    ("due_date", "about"): ("納期「{q}」は目安とのことですが、遅くともいつまでに必要か、日付で教えてください。", "The due date “{q}” is approximate. What is the latest date?"),
    ("quantity", "vague"): ("「{q}」とのことですが、おおよその数量を数字で教えてください。", "You wrote “{q}”. About how many pieces is that, in figures?"),
    ("due_date", "urgent"): ("「{q}」とのことですが、ご希望の納入日を教えてください。", "You wrote “{q}”. By which date do you need the parts?"),
    ("due_date", "weekday"): ("「{q}」は日付と曜日が合いません(その日は{actual}曜日です)。どちらが正しいでしょうか。", "In “{q}” the date and the weekday do not agree. Which one is right?"),
    ("due_date", "past"): ("納期「{q}」は過ぎています。年月日をご確認ください。", "The due date “{q}” is in the past. Please check the date."),
    ("due_date", "range"): ("納期「{q}」は幅がありますので、遅くともいつまでに必要か教えてください。", "The due date “{q}” is a range. What is the latest date?"),
    ("due_date", "part"): ("納期「{q}」の具体的な日付を教えてください。", "Please give an exact date for “{q}”."),
    ("due_date", "contradiction"): ("納期が複数あります({q})。どの分の納期か、最終の納入日を教えてください。", "There is more than one due date ({q}). Which one is for what?"),
    ("roughness_ra_um", "triangle"): ("仕上げ記号「{q}」は旧記号です。Raでいくつ(例: Ra1.6)をご希望でしょうか。", "“{q}” is an old finish mark. Which Ra value (for example Ra 1.6) do you need?"),
    ("roughness_ra_um", "rz"): ("粗さ「{q}」はRaではいくつでしょうか。または図面どおりこの指定で管理しますか。", "Which Ra value does “{q}” stand for, or shall it be kept as specified?"),
    ("hardness", "scale"): ("硬さ「{q}」の単位(HRC、HVなど)を教えてください。", "Which scale (HRC, HV, ...) is the hardness “{q}” in?"),
    ("hardness", "nonsense"): ("「{q}」の硬さは、材質{m}では通常得られません。材質か硬さをご確認ください。", "The hardness “{q}” cannot usually be reached with {m}. Please check material and hardness."),
    ("processes", "nonsense"): ("{m}に「{q}」は通常できません。材質か処理をご確認ください。", "“{q}” is not usually possible on {m}. Please check material and process."),
    ("materials", "nonsense"): ("材質{m}と「{q}」の組み合わせをご確認ください。材質はこのままでよろしいでしょうか。", "Please check the combination of {m} and “{q}”. Is the material right?"),
    ("materials", "equivalent"): ("「{q}」の相当品・同等品は、どの規格・材質まで認められますか。", "Which grades are acceptable as equivalents of “{q}”?"),
    ("prefectures", "place"): ("「{q}」は複数の都道府県にあたる可能性があります。都道府県名を教えてください。", "“{q}” may be in more than one prefecture. Which prefecture is meant?"),
}  # fmt: skip
_BY_WHY = {
    "range": ("{l}「{q}」は幅があります。値を1つ教えてください。", "The {e} “{q}” is a range. Please give one value."),
    "contradiction": (
        "{l}が複数あります({q})。どれが正しいか、対象の箇所とともに教えてください。",
        "There is more than one {e} ({q}). Which one holds, and where?",
    ),
    "alternatives": (
        "{l}「{q}」はどちらになりますか。どちらでもよい場合はその旨を教えてください。",
        "Which {e} of “{q}” do you want, or will either do?",
    ),
    "ambiguous": ("{l}「{q}」の意味を確かめさせてください。{c}", "Please tell us what “{q}” means ({e}). {c}"),
    "vague": ("{l}「{q}」を具体的に教えてください。{c}", "Please be more specific about “{q}” ({e}). {c}"),
}


def _choices(doubt: Doubt) -> tuple[str, str]:
    codes = [code for code in doubt.detail.get("codes", "").split("|") if code]
    ja: list[str] = []
    en: list[str] = []
    for code in codes[:6]:
        term = terms.processes().get(code) or terms.material_families().get(code)
        ja.append(term.ja if term else code)
        en.append(term.en if term else code)
    return (f"例: {'、'.join(ja)}。" if ja else "", f"For example: {', '.join(en)}." if en else "")


def question(scan: Scan, doubt: Doubt, part: str) -> Question:
    """Return the ready question for a doubt."""
    spans = doubt.detail.get("spans")
    if spans:
        places = [tuple(map(int, span.split(","))) for span in spans.split("|")]
        quote = " / ".join(" ".join(scan.normal.words(first, last).split()) for first, last in places)
    else:
        quote = " ".join(scan.normal.words(doubt.start, doubt.end).split())
    label, label_en = LABELS[doubt.field]
    if doubt.detail.get("ja"):
        ja, en = f"「{quote}」について: {doubt.detail['ja']}", f"About “{quote}”: {doubt.detail['en']}"
    else:
        texts = _TEXTS.get((doubt.field, doubt.key)) or _TEXTS.get((doubt.field, doubt.why)) or _BY_WHY[doubt.why]
        choices = _choices(doubt)
        material = doubt.detail.get("material", "")
        actual = doubt.detail.get("actual", "")
        ja = texts[0].format(q=quote, l=label, e=label_en, c=choices[0], m=material, actual=actual)
        en = texts[1].format(q=quote, l=label, e=label_en, c=choices[1], m=material, actual=actual).strip()
    return Question(field=doubt.field, why=doubt.why, ja=ja, en=en, part=part)
