"""The qualified invoice 適格請求書(インボイス): six items, on one document or on several that refer to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kumihimo.terms.corporate_number import corporate_number_valid, invoice_number_valid
from kumihimo.trade.law.rules import in_force
from kumihimo.trade.law.tax import RateTotal, Rounding, TaxedLine, sums_by_rate, tax_by_lines, tax_on
from kumihimo.trade.law.verdict import Colour, Verdict, judged


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingDocument:
    """What a document shows: an invoice, a delivery note, a payment notice; what it does not show is left empty.

    Attributes
    ----------
    number, refers_to
        Its own number, and the numbers of documents that it names.
    transacted
        Day or period of the transaction, as it is printed.
    reduced_rate_marked
        Whether the lines at the reduced rate are marked as such.
    tax_included
        Whether lines and totals include the tax.
    """

    number: str
    issuer: str = ""
    registration_number: str = ""
    transacted: str = ""
    lines: tuple[TaxedLine, ...] = ()
    totals: tuple[RateTotal, ...] = ()
    recipient: str = ""
    refers_to: tuple[str, ...] = ()
    reduced_rate_marked: bool = False
    tax_included: bool = False


def judge_invoice(
    documents: Sequence[BillingDocument],
    *,
    on: date,
    rounding: Rounding | None = None,
    issuer_is_company: bool | None = None,
) -> tuple[Verdict, ...]:
    """Return the verdicts on the documents taken together: their link, the six items, and the rounding of each total.

    Parameters
    ----------
    documents
        One invoice, or several documents that are to qualify together.
    rounding
        How the issuer rounds; None = any one way is fine.
    issuer_is_company
        False for a sole proprietor, whose number has no check digit; None = not known.
    """
    found: list[Verdict] = []
    if len(documents) > 1:
        found.append(_linked(documents, on))
    found += _issuer(documents, issuer_is_company, on)
    found.append(
        _stated(
            "invoice.date", any(one.transacted.strip() for one in documents), "取引年月日", "day of the transaction", on
        )
    )
    found.append(_content(documents, on))
    totals = [(one, total) for one in documents for total in one.totals]
    found.append(_stated("invoice.rate_total", bool(totals), "税率ごとの合計額と税率", "total and rate, per rate", on))
    found.append(_tax_stated(totals, on))
    found += [_tax(document, total, rounding, on) for document, total in totals if total.tax_jpy is not None]
    found.append(
        _stated("invoice.recipient", any(one.recipient.strip() for one in documents), "宛先の名称", "recipient", on)
    )
    return tuple(found)


def judge_registration_number(number: str, *, on: date, issuer_is_company: bool | None = None) -> Verdict:
    """Return whether a T number can be one. Whether it is registered is known only to the National Tax Agency."""
    rule = in_force("invoice.issuer", on)
    if not invoice_number_valid(number):
        return judged(
            rule,
            Colour.RED,
            f"登録番号「{number}」の形が違います。Tと数字13桁です。発行者に確かめてください。",
            f"'{number}' is no registration number: T and 13 digits; ask the issuer.",
        )
    if issuer_is_company is not False and not corporate_number_valid(number[1:]):
        known = issuer_is_company is True
        return judged(
            rule,
            Colour.AMBER,
            f"登録番号「{number}」は法人番号の検査数字に合いません。"
            + (
                "書き間違いでないか発行者に確かめてください。"
                if known
                else "個人事業主なら問題ありません。法人なら確かめてください。"
            ),
            f"'{number}' does not have the check digit of a corporate number; "
            + (
                "ask the issuer whether it is mistyped."
                if known
                else "fine for a sole proprietor, else ask the issuer."
            ),
        )
    return judged(
        rule,
        Colour.GREEN,
        f"登録番号「{number}」の形は合っています。登録が有効かは国税庁の公表サイトで確かめてください。",
        f"'{number}' has the right form; whether it is registered is told by the National Tax Agency's site.",
    )


def judge_self_billing(*, confirmed: bool | None, on: date) -> Verdict:
    """Return whether a self-billed statement 仕入明細書 counts; `confirmed` None = not known."""
    rule = in_force("invoice.self_billing", on)
    if confirmed:
        return judged(
            rule,
            Colour.GREEN,
            "仕入明細書（支払通知書）は相手の確認を受けています。",
            "the supplier confirmed the self-billed statement.",
        )
    if confirmed is None:
        return judged(
            rule,
            Colour.UNKNOWN,
            "仕入明細書（支払通知書）を相手が確認したか分かりません。確認を取って記録してください。",
            "it is not known whether the supplier confirmed the self-billed statement; ask, and record it.",
        )
    return judged(
        rule,
        Colour.RED,
        "仕入明細書（支払通知書）は、相手の確認がなければインボイスの代わりになりません。登録番号は相手のものを書き、確認を取ってください。",
        "a self-billed statement that the supplier has not confirmed does not count; it bears the supplier's "
        "number; have it confirmed.",
    )


def _stated(rule_id: str, stated: bool, ja: str, en: str, on: date) -> Verdict:
    rule = in_force(rule_id, on)
    if stated:
        return judged(rule, Colour.GREEN, f"「{ja}」は書かれています。", f"the {en} is stated.")
    return judged(
        rule,
        Colour.RED,
        f"「{ja}」がありません。発行者に書き直してもらってください。",
        f"the {en} is missing; ask the issuer for a corrected document.",
    )


def _linked(documents: Sequence[BillingDocument], on: date) -> Verdict:
    """Whether every document is reached from the first over the numbers that they name."""
    rule = in_force("invoice.linked_documents", on)
    reached = {documents[0].number}
    for _ in documents:
        reached |= {
            other.number
            for other in documents
            for one in documents
            if one.number in reached and (other.number in one.refers_to or one.number in other.refers_to)
        }
    apart = [one.number for one in documents if one.number not in reached]
    if not apart:
        return judged(
            rule,
            Colour.GREEN,
            "書類どうしの関係が番号で示されており、合わせて判定します。",
            "the documents name each other's numbers and are judged together.",
        )
    return judged(
        rule,
        Colour.RED,
        f"{'、'.join(apart)} は他の書類と番号でつながっていません。請求書に納品書の番号を書いてもらってください。",
        f"{', '.join(apart)} is not tied to the others by a number; ask for the delivery note's number on the invoice.",
    )


def _issuer(documents: Sequence[BillingDocument], issuer_is_company: bool | None, on: date) -> list[Verdict]:
    rule = in_force("invoice.issuer", on)
    numbers = sorted({one.registration_number for one in documents if one.registration_number})
    if not any(one.issuer.strip() for one in documents) or not numbers:
        return [
            judged(
                rule,
                Colour.RED,
                "発行者の名称または登録番号（T番号）がありません。登録していない発行者なら、仕入税額控除は経過措置の扱いになります。",
                "the issuer's name or its registration number (T number) is missing; from an unregistered issuer only "
                "transitional deductions are possible.",
            )
        ]
    if len(numbers) > 1:
        return [
            judged(
                rule,
                Colour.RED,
                f"登録番号が書類によって違います（{'、'.join(numbers)}）。発行者に確かめてください。",
                f"the documents bear different registration numbers ({', '.join(numbers)}); ask the issuer.",
            )
        ]
    return [judge_registration_number(numbers[0], on=on, issuer_is_company=issuer_is_company)]


def _content(documents: Sequence[BillingDocument], on: date) -> Verdict:
    rule = in_force("invoice.content", on)
    reduced = rule.number("reduced_percent")
    rates = (rule.number("standard_percent"), reduced)
    lines = [line for one in documents for line in one.lines]
    odd = sorted({line.rate_percent for line in lines} - set(rates) - {0})
    if odd:
        shown = "、".join(f"{rate}%" for rate in odd)
        return judged(
            rule,
            Colour.RED,
            f"税率 {shown} はありません（{rates[0]}%または{rates[1]}%）。発行者に確かめてください。",
            f"there is no rate of {shown} (only {rates[0]}% and {rates[1]}%); ask the issuer.",
        )
    unmarked = any(
        line.rate_percent == reduced for one in documents if not one.reduced_rate_marked for line in one.lines
    )
    if unmarked:
        return judged(
            rule,
            Colour.RED,
            f"軽減税率{reduced}%の品目に、その旨の印がありません。印を付けてもらってください。",
            f"lines at the reduced rate of {reduced}% are not marked as such; ask for the mark.",
        )
    return _stated(rule.id, any(line.item.strip() for line in lines), "取引の内容", "content", on)


def _tax_stated(totals: Sequence[tuple[BillingDocument, RateTotal]], on: date) -> Verdict:
    stated = bool(totals) and all(total.tax_jpy is not None for _, total in totals if total.rate_percent)
    return _stated("invoice.tax", stated, "税率ごとの消費税額", "tax for each rate", on)


def _tax(document: BillingDocument, total: RateTotal, rounding: Rounding | None, on: date) -> Verdict:
    """Whether the tax of one rate was rounded once, on the total of that rate."""
    rule = in_force("invoice.rounding", on)
    rate, stated = total.rate_percent, total.tax_jpy or 0
    lines = sums_by_rate(document.lines)
    if document.lines and lines.get(rate) != total.total_jpy:
        return judged(
            rule,
            Colour.RED,
            f"{document.number}: {rate}%の合計{total.total_jpy:,}円が、明細の合計{lines.get(rate, 0):,}円と違います。"
            "発行者に確かめてください。",
            f"{document.number}: the total at {rate}%, {total.total_jpy:,} yen, is not the {lines.get(rate, 0):,} "
            "of the lines; ask the issuer.",
        )
    ways = (rounding,) if rounding else tuple(Rounding)
    right = {way: tax_on(total.total_jpy, rate, way, tax_included=document.tax_included) for way in ways}
    if stated in right.values():
        return judged(
            rule,
            Colour.GREEN,
            f"{document.number}: {rate}%の消費税{stated:,}円は、合計から1回の端数処理で出した額です。",
            f"{document.number}: the tax of {stated:,} yen at {rate}% is the total's, rounded once.",
        )
    expected = "または".join(f"{amount:,}円" for amount in sorted(set(right.values())))
    expected_en = " or ".join(f"{amount:,}" for amount in sorted(set(right.values())))
    by_lines = {tax_by_lines(document.lines, rate, way, tax_included=document.tax_included) for way in Rounding}
    if document.lines and stated in by_lines:
        return judged(
            rule,
            Colour.RED,
            f"{document.number}: {rate}%の消費税{stated:,}円は、明細ごとに端数処理した額の合計です。認められません。"
            f"合計から1回で計算した{expected}に直してもらってください。",
            f"{document.number}: the tax of {stated:,} yen at {rate}% was rounded line by line, which is not "
            f"allowed; ask for {expected_en} yen, rounded once on the total.",
        )
    return judged(
        rule,
        Colour.RED,
        f"{document.number}: {rate}%の消費税{stated:,}円は計算と合いません（正しくは{expected}）。"
        "発行者に確かめてください。",
        f"{document.number}: the tax of {stated:,} yen at {rate}% is not {expected_en}; ask the issuer.",
    )
