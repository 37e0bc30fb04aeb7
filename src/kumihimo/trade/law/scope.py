"""Does the law on commissioned manufacturing 取適法 bind this order: kind of work, capital, and number of employees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kumihimo.trade.law.rules import Rule, in_force
from kumihimo.trade.law.verdict import Colour, Verdict, judged


class Work(StrEnum):
    """What is commissioned."""

    MANUFACTURE = "manufacture"
    TOOLING = "tooling"
    REPAIR = "repair"
    TRANSPORT_TO_CUSTOMER = "transport_to_customer"
    PROGRAM = "program"
    TRANSPORT_STORAGE_DATA = "transport_storage_data"
    DESIGN = "design"
    SERVICE = "service"
    CATALOGUE_GOODS = "catalogue_goods"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return _WORK[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _WORK[self][1]


_WORK: Mapping[Work, tuple[str, str]] = {
    Work.MANUFACTURE: ("製造委託（加工を含む）", "manufacturing, machining included"),
    Work.TOOLING: ("製造委託（金型・木型・治具・工具）", "manufacturing of moulds, patterns, jigs or tools"),
    Work.REPAIR: ("修理委託", "repair"),
    Work.TRANSPORT_TO_CUSTOMER: ("特定運送委託（取引先への運送）", "transport of goods to the customer"),
    Work.PROGRAM: ("情報成果物作成委託（プログラム）", "making a program"),
    Work.TRANSPORT_STORAGE_DATA: ("役務提供委託（運送・倉庫保管・情報処理）", "transport, storage or data processing"),
    Work.DESIGN: ("情報成果物作成委託（図面・設計など）", "making drawings, designs and the like"),
    Work.SERVICE: ("役務提供委託（その他）", "other services"),
    Work.CATALOGUE_GOODS: ("規格品・カタログ品の購入", "buying catalogue goods"),
}
_SERVICES = frozenset({Work.DESIGN, Work.SERVICE})


class Applies(StrEnum):
    """Whether the law binds an order."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySize:
    """How large a firm is; None = not known.

    Attributes
    ----------
    capital_jpy
        0 for a body without capital, as a partnership.
    employees
        Permanently employed 常時使用する従業員.
    """

    name: str
    capital_jpy: int | None = None
    employees: int | None = None
    sole_proprietor: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What must be known before it can be told."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whether the law binds an order, why, and what to ask where it cannot be told."""

    applies: Applies
    verdict: Verdict
    questions: tuple[Question, ...] = ()


def judge_scope(work: Work | None, buyer: PartySize, supplier: PartySize, *, on: date) -> Scope:
    """Return whether the law binds an order of `buyer` to `supplier` on a day.

    Nothing is guessed: a number that is not known makes the answer unknown, unless the others decide it alone.
    """
    if work is None:
        rule = in_force("toriteki.scope.manufacturing", on)
        question = Question(
            ja="何を委託しますか（製造・型や治具・修理・運送・設計など、または規格品の購入）。",
            en="What is commissioned: manufacturing, tooling, repair, transport, design, or are catalogue goods "
            "bought?",
        )
        return _unknown(rule, (question,))
    rule = in_force("toriteki.scope.services" if work in _SERVICES else "toriteki.scope.manufacturing", on)
    if work is Work.CATALOGUE_GOODS:
        return Scope(
            applies=Applies.NO,
            verdict=judged(
                rule,
                Colour.AMBER,
                "規格品・カタログ品の購入は委託ではないので、取適法の対象外とみられます。"
                "図面や仕様の指定、一部でも加工の依頼がないことを人が確かめて署名してください。",
                "buying catalogue goods is no commission, so the law does not seem to bind; have a person confirm that "
                "nothing is made or changed to a drawing or specification, and sign.",
            ),
        )
    capital = _by_capital(rule, buyer, supplier)
    employees = _by_employees(rule, buyer, supplier)
    applies = _either(capital, employees)
    upper, lower, heads = (rule.number(name) for name in ("capital_upper_jpy", "capital_lower_jpy", "employees"))
    limits = f"資本金 {_yen_ja(upper)}・{_yen_ja(lower)}、従業員 {heads}人"
    limits_en = f"capital {upper:,} and {lower:,} yen, {heads} employees"
    if applies:
        by_ja, by_en = ("資本金", "capital") if capital else ("従業員数", "number of employees")
        return Scope(
            applies=Applies.YES,
            verdict=judged(
                rule,
                Colour.GREEN,
                f"{work.ja}で、{by_ja}の基準により取適法の対象です（区分: {limits}）。"
                "明示・60日・協議の規則を守ってください。",
                f"{work.en}: the law binds this order by {by_en} (limits: {limits_en}); its rules on notice, 60 "
                "days and talks apply.",
            ),
        )
    if applies is None:
        return _unknown(rule, _questions(rule, buyer, supplier))
    return Scope(
        applies=Applies.NO,
        verdict=judged(
            rule,
            Colour.GREEN,
            f"{work.ja}ですが、資本金・従業員数の基準に当たらず、取適法の対象外です（区分: {limits}）。",
            f"{work.en}: neither capital nor employees reach the limits ({limits_en}); the law does not bind this "
            "order.",
        ),
    )


def judge_freelance(supplier: PartySize, *, on: date) -> Verdict | None:
    """Return a verdict where the supplier may be somebody without employees, whom another law protects; else None."""
    if supplier.employees is not None and supplier.employees > 0:
        return None
    rule = in_force("freelance.scope", on)
    if supplier.employees == 0:
        return judged(
            rule,
            Colour.AMBER,
            f"{supplier.name}は従業員を使用していないので、フリーランス法の対象になり得ます"
            "（取引条件の明示、60日以内の支払い）。資本金にかかわらず、人が確かめて署名してください。",
            f"{supplier.name} has no employees, so the law on freelancers may bind (terms stated, payment within 60 "
            "days), whatever the capital; have a person check and sign.",
        )
    return judged(
        rule,
        Colour.UNKNOWN,
        f"{supplier.name}の従業員数が分からないため、フリーランス法の対象か判定できません。従業員を使用しているか聞いてください。",
        f"the number of employees of {supplier.name} is not known, so it cannot be told whether the law on "
        "freelancers binds; ask whether it has any.",
    )


def _yen_ja(amount: int) -> str:
    return f"{amount // 10**8}億円" if amount % 10**8 == 0 else f"{amount // 10**4:,}万円"


def _by_capital(rule: Rule, buyer: PartySize, supplier: PartySize) -> bool | None:
    upper, lower = rule.number("capital_upper_jpy"), rule.number("capital_lower_jpy")
    ordering = 0 if buyer.sole_proprietor else buyer.capital_jpy
    working = 0 if supplier.sole_proprietor else supplier.capital_jpy
    return _either(
        _both(_over(ordering, upper), _within(working, upper)), _both(_over(ordering, lower), _within(working, lower))
    )


def _by_employees(rule: Rule, buyer: PartySize, supplier: PartySize) -> bool | None:
    if buyer.sole_proprietor:
        return False
    limit = rule.number("employees")
    return _both(_over(buyer.employees, limit), _within(supplier.employees, limit))


def _over(value: int | None, limit: int) -> bool | None:
    return None if value is None else value > limit


def _within(value: int | None, limit: int) -> bool | None:
    return None if value is None else value <= limit


def _both(one: bool | None, other: bool | None) -> bool | None:
    """Both hold; with one unknown it is only told where the other does not."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _either(one: bool | None, other: bool | None) -> bool | None:
    """One of them holds; with one unknown it is only told where the other does."""
    if one or other:
        return True
    return None if one is None or other is None else False


def _questions(rule: Rule, buyer: PartySize, supplier: PartySize) -> tuple[Question, ...]:
    """Return what is unknown and could change the answer."""
    found: list[Question] = []
    for party in (buyer, supplier):
        if party.capital_jpy is None and not party.sole_proprietor and _by_capital(rule, buyer, supplier) is None:
            found.append(
                Question(
                    ja=f"{party.name}の資本金（または出資の総額）はいくらですか。個人事業ならその旨も教えてください。",
                    en=f"How much is the capital of {party.name}? Say so if it is a sole proprietor.",
                )
            )
        if party.employees is None and _by_employees(rule, buyer, supplier) is None:
            found.append(
                Question(
                    ja=f"{party.name}の常時使用する従業員は{rule.number('employees')}人を超えますか。",
                    en=f"Does {party.name} have more than {rule.number('employees')} permanent employees?",
                )
            )
    return tuple(found)


def _unknown(rule: Rule, questions: tuple[Question, ...]) -> Scope:
    return Scope(
        applies=Applies.UNKNOWN,
        questions=questions,
        verdict=judged(
            rule,
            Colour.UNKNOWN,
            "取適法の対象かどうか判定できません。対象として扱い、次を確かめてください: "
            + "".join(q.ja for q in questions),
            "it cannot be told whether the law binds; treat it as if it did, and ask: "
            + " ".join(q.en for q in questions),
        ),
    )
