"""Asking several firms for a price, and choosing one of them."""

from __future__ import annotations

from datetime import date

from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, Objection, refused
from kumihimo.trade.lines import prices_of
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.wording import day_ja


def answer_by_ahead(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A request for quotation leaves time to answer, and asks each firm once."""
    firms = [row["firm"] for row in command.data["recipients"]]
    if len(set(firms)) < len(firms):
        return refused(
            "recipient_twice",
            "同じ依頼先が2回あります。1社1行にしてください。",
            "a firm stands twice among the recipients; name each once.",
        )
    answer_by = date.fromisoformat(command.data["answer_by"])
    if answer_by >= command.at.date():
        return None
    return refused(
        "answer_by_ahead",
        f"回答期限 {day_ja(answer_by)} はもう過ぎています。これからの日付にしてください。",
        f"the answer is wanted by {answer_by}, which has passed; name a day to come.",
    )


def firm_was_asked(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Only a firm that was asked answers a request for quotation."""
    firm = command.data["firm"]
    if any(recipient.firm == firm for recipient in order.recipients):
        return None
    return refused(
        "firm_was_asked",
        f"「{firm}」には見積を依頼していません。依頼先を確かめるか、見積依頼を送ってください。",
        f"'{firm}' was not asked for a quotation; check the firm or send it the request.",
    )


def prices_every_line(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A quotation has one price for each line."""
    told = sorted(price.line for price in prices_of(command.data["prices"]))
    wanted = sorted(line.no for line in order.lines)
    if told == wanted:
        return None
    return refused(
        "prices_every_line",
        f"見積の明細は {told}、依頼の明細は {wanted} です。各明細に単価を1つずつ入れてください。",
        f"the quotation prices lines {told}, asked were {wanted}; give one price for each line.",
    )


def quote_or_basis(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """An award rests on a quotation, or says on what else."""
    firm = command.data["firm"]
    if order.quote_of(firm) is not None or "basis" in command.data:
        return None
    return refused(
        "quote_or_basis",
        f"「{firm}」の見積がありません。見積を記録するか、根拠（継続取引の単価表など）を書いてください。",
        f"there is no quotation of '{firm}'; record one or write what the award rests on (a price list).",
    )


def prices_match_quote(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Prices are those that were quoted; others need a basis, for instance what both agreed to."""
    known = {line.no for line in order.lines}
    prices = prices_of(command.data.get("prices", ()))
    strange = sorted({price.line for price in prices} - known)
    if strange:
        return refused(
            "no_line",
            f"注文に明細 {strange} はありません。番号を確かめてください。",
            f"the order has no lines {strange}; check the numbers.",
        )
    quote = order.quote_of(command.data["firm"])
    if quote is None or "basis" in command.data:
        return None
    quoted = {price.line: price.unit_price_jpy for price in quote.prices}
    for price in prices:
        if price.unit_price_jpy != quoted[price.line]:
            return refused(
                "prices_match_quote",
                f"明細{price.line}の単価{price.unit_price_jpy:,}円は見積の{quoted[price.line]:,}円と違います。"
                "見積どおりにするか、合意した根拠を書いてください。",
                f"{price.unit_price_jpy:,} yen for line {price.line} is not the quoted {quoted[price.line]:,}; "
                "take the quoted price or write what was agreed.",
            )
    return None
