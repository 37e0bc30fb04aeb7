"""Shipments, receipts and inspections: split deliveries, tolerance, goods that go back; no piece is lost count of.

For each lot of a line on a delivery note: shipped = received + lost + in transit, received = accepted + rejected +
uninspected, rejected = returned + reworked + still here. Nothing else moves a quantity.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, Objection, early, late, refused
from kumihimo.trade.lines import lines_of
from kumihimo.trade.order import OperationOrder, OrderLine, agreed_line


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTotals:
    """Sums over all shipments of one line; `net` is what counts as delivered or on its way."""

    shipped: int
    received: int
    lost: int
    accepted: int
    rejected: int
    returned: int
    reworked: int

    @property
    def net(self) -> int:
        """Shipped, not lost, not gone back."""
        return self.shipped - self.lost - self.returned - self.reworked


def line_totals(order: OperationOrder, line: int) -> LineTotals:
    """Return what became of one line so far."""
    rows = [s for s in order.shipments if s.line == line]
    return LineTotals(
        shipped=sum(s.shipped for s in rows),
        received=sum(s.received for s in rows),
        lost=sum(s.lost for s in rows),
        accepted=sum(s.accepted for s in rows),
        rejected=sum(s.rejected for s in rows),
        returned=sum(s.returned for s in rows),
        reworked=sum(s.reworked for s in rows),
    )


def most(order: OperationOrder, line: OrderLine) -> int:
    """Return the largest quantity that may be delivered of a line: ordered plus tolerance, rounded down."""
    return line.quantity + line.quantity * order.tolerance_percent // 100


def open_quantity(order: OperationOrder, line: int) -> int:
    """Return what is still to be shipped of a line of the accepted revision; 0 when nothing was agreed."""
    agreed = agreed_line(order, line)
    return 0 if agreed is None else max(0, agreed.quantity - line_totals(order, line).net)


def shipment_fits(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A delivery note is new, and its goods are within what was ordered plus tolerance."""
    known = _known(order, command)
    return known if known is not None else _within_ordered(order, command)


def _known(order: OperationOrder, command: Command) -> Objection | None:
    data = command.data
    found = [(row, order.shipment(data["slip"], row["line"], row.get("lot", ""))) for row in data["items"]]
    if not any(shipment for _, shipment in found):
        return None
    if all(shipment is not None and shipment.shipped == row["quantity"] for row, shipment in found):
        return late(
            "slip_known",
            f"納品書「{data['slip']}」の出荷はもう記録されています。数量は変わりません。",
            f"the shipment on slip '{data['slip']}' is recorded already; no quantity changes.",
        )
    return refused(
        "slip_differs",
        f"納品書「{data['slip']}」は別の数量で記録されています。納品書の番号と数量を確かめ、別の出荷なら別の番号を付けてください。",
        f"slip '{data['slip']}' is recorded with other quantities; check it, and give another shipment another number.",
    )


def _within_ordered(order: OperationOrder, command: Command) -> Objection | None:
    added: dict[int, int] = {}
    lots: set[tuple[int, str]] = set()
    for row in command.data["items"]:
        place = (row["line"], row.get("lot", ""))
        if place in lots:
            return refused(
                "lot_twice",
                f"明細{row['line']}の同じロットが1枚の納品書に2回あります。1行にまとめてください。",
                f"the same lot of line {row['line']} stands twice on one slip; put it on one line.",
            )
        lots.add(place)
        added[row["line"]] = added.get(row["line"], 0) + row["quantity"]
    for no, quantity in added.items():
        line = agreed_line(order, no)
        if line is None:
            return _no_line(order, no)
        rest = most(order, line) - line_totals(order, no).net
        if quantity > rest:
            return refused(
                "over_tolerance",
                f"明細{no}の数量{quantity:,}は、注文{line.quantity:,}（許容{order.tolerance_percent}%）の残り{rest:,}を超えます。"
                "数量を確かめ、多い分は受けずに返すか、変更注文を出してください。",
                f"{quantity:,} of line {no} is more than the {rest:,} left of {line.quantity:,} (tolerance "
                f"{order.tolerance_percent}%); check the count, send the surplus back or revise the order.",
            )
    return None


def _no_line(order: OperationOrder, no: int) -> Objection:
    numbers = ", ".join(str(line.no) for line in order.agreed)
    return refused(
        "no_line",
        f"承諾された注文に明細{no}はありません。ある明細: {numbers}。番号を確かめてください。",
        f"the accepted order has no line {no}; it has {numbers}; check the number.",
    )


def receipt_fits(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """What arrives was shipped before, or is told to have come without notice."""
    data = command.data
    if data.get("unannounced"):
        return shipment_fits(order, command, policy)
    lots: set[tuple[int, str]] = set()
    for row in data["items"]:
        lot = row.get("lot", "")
        if (row["line"], lot) in lots:
            return refused(
                "lot_twice",
                f"明細{row['line']}の同じロットが2回あります。1行にまとめてください。",
                f"the same lot of line {row['line']} stands twice; put it on one line.",
            )
        lots.add((row["line"], lot))
        shipment = order.shipment(data["slip"], row["line"], lot)
        if shipment is None:
            return _unknown_slip(data["slip"], row["line"], lot)
        if row["quantity"] > shipment.in_transit:
            return _too_many(row["quantity"], shipment.in_transit, "出荷済みで未着の数量", "what is still on its way")
    return None


def loss_fits(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Only what is on its way can be lost on the way."""
    return _take_from(order, command, "in_transit", "出荷済みで未着の数量", "what is still on its way")


def inspection_fits(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """What is inspected has arrived; refused goods have a reason."""
    data = command.data
    told = data["accepted"] + data["rejected"]
    shipment = order.shipment(data["slip"], data["line"], data.get("lot", ""))
    if told == 0:
        return refused(
            "nothing_inspected",
            "合格数と不合格数がどちらも0です。検査した数を入れてください。",
            "accepted and rejected are both 0; enter what was inspected.",
        )
    if data["rejected"] and "reason" not in data:
        return refused(
            "reason_missing",
            "不合格の理由がありません。理由を書いてください。",
            "the reason for the rejection is missing; write it down.",
        )
    if shipment is None:
        return _unknown_slip(data["slip"], data["line"], data.get("lot", ""))
    if told <= shipment.uninspected:
        return None
    if told <= shipment.uninspected + shipment.in_transit:
        return early(
            "not_arrived",
            f"検査数{told:,}のうち{told - shipment.uninspected:,}は受領がまだ記録されていません。それを待ちます。",
            f"of {told:,} inspected, {told - shipment.uninspected:,} are not recorded as received; it waits for that.",
        )
    return _too_many(told, shipment.uninspected, "受領済みで未検査の数量", "what has arrived and is not inspected")


def rejected_fits(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Only refused goods that are still here go back; accepted ones need a claim first."""
    return _take_from(order, command, "rejected_here", "手元にある不合格の数量", "the rejected goods that are here")


def claim_fits(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A defect found after inspection: goods that were accepted and are not invoiced."""
    objection = _take_from(order, command, "accepted", "検収済みの数量", "what was accepted")
    if objection is not None:
        return objection
    shipment = order.shipment(command.data["slip"], command.data["line"], command.data.get("lot", ""))
    price = (shipment.unit_price_jpy or 0) if shipment is not None else 0
    if order.accepted_jpy - command.data["quantity"] * price < order.invoiced_jpy:
        return refused(
            "already_invoiced",
            "この分はもう請求されています。先に受注企業から請求の減額（赤伝）をもらってください。",
            "this part is invoiced already; get a credit note of the supplier first.",
        )
    return None


def _take_from(order: OperationOrder, command: Command, name: str, ja: str, en: str) -> Objection | None:
    data = command.data
    shipment = order.shipment(data["slip"], data["line"], data.get("lot", ""))
    if shipment is None:
        return _unknown_slip(data["slip"], data["line"], data.get("lot", ""))
    there: int = getattr(shipment, name)
    return None if data["quantity"] <= there else _too_many(data["quantity"], there, ja, en)


def _unknown_slip(slip: str, line: int, lot: str) -> Objection:
    name_ja = f"明細{line}" + (f"・ロット「{lot}」" if lot else "")
    name_en = f"line {line}" + (f", lot '{lot}'" if lot else "")
    return early(
        "slip_unknown",
        f"納品書「{slip}」の{name_ja}の出荷がまだ記録されていません。出荷の記録を待ちます。"
        "出荷の連絡なしに届いたものは「連絡なしの受領」として記録してください。",
        f"no shipment of {name_en} is recorded on slip '{slip}'; it waits for that. "
        "Goods that came without notice are recorded as unannounced.",
    )


def _too_many(told: int, there: int, ja: str, en: str) -> Objection:
    return refused(
        "too_many",
        f"数量{told:,}は、{ja}{there:,}を超えます。数量と納品書を確かめてください。",
        f"{told:,} is more than {en} ({there:,}); check the quantity and the slip.",
    )


def covers_delivered(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A revision is accepted only where it covers what was delivered meanwhile."""
    return _holds(order, order.lines)


def _holds(order: OperationOrder, lines: tuple[OrderLine, ...]) -> Objection | None:
    for no in {s.line for s in order.shipments}:
        net = line_totals(order, no).net
        line = next((row for row in lines if row.no == no), None)
        if net and (line is None or net > most(order, line)):
            return refused(
                "below_delivered",
                f"明細{no}は{net:,}がもう納入または出荷されています。それより少ない数量にはできません。変更注文を出し直してください。",
                f"{net:,} of line {no} are delivered or on their way; the quantity cannot be less; revise it again.",
            )
    return None


def lines_hold_delivered(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A revision keeps room for what was delivered already."""
    return _holds(order, lines_of(command.data["lines"]))


def nothing_pending(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """An order is closed when no piece is on its way, uninspected, or refused and still here."""
    for s in order.shipments:
        if s.in_transit or s.uninspected or s.rejected_here:
            return refused(
                "goods_pending",
                f"納品書「{s.slip}」明細{s.line}に、未着{s.in_transit:,}・未検査{s.uninspected:,}・手元の不合格{s.rejected_here:,}が"
                "残っています。受領・検収・返品を済ませてください。",
                f"slip '{s.slip}' line {s.line} has {s.in_transit:,} on the way, {s.uninspected:,} uninspected and "
                f"{s.rejected_here:,} rejected here; receive, inspect or return them first.",
            )
    return None


def nothing_delivered(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """What has been delivered or is on its way cannot be cancelled away."""
    if not any(s.net or s.rejected_here or s.in_transit for s in order.shipments):
        return None
    return refused(
        "delivered_already",
        "納入済み、または輸送中の品があります。取消ではなく、受領と検収のあと「不足のまま完了」にしてください。",
        "goods are delivered or on their way; receive and inspect them, then close the order short.",
    )


def is_complete(order: OperationOrder) -> bool:
    """Whether every line of the accepted revision was accepted in full."""
    return all(line_totals(order, line.no).accepted >= line.quantity for line in order.agreed)


def all_delivered(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Closed means: everything that was ordered was accepted."""
    if is_complete(order):
        return None
    return refused(
        "not_complete",
        "注文数に足りません。残りを待つか、理由を付けて「不足のまま完了」にしてください。",
        "less than ordered was accepted; wait for the rest, or close it short with a reason.",
    )


def is_short(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Closed short means: less than ordered."""
    if not is_complete(order):
        return None
    return refused(
        "not_short",
        "注文数がそろっています。「完納」にしてください。",
        "everything ordered was accepted; close it as complete.",
    )


def some_accepted(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """An order of which nothing was accepted is cancelled, not closed short."""
    if any(s.accepted for s in order.shipments):
        return None
    return refused(
        "nothing_accepted",
        "検収した品がありません。何も受け取らない場合は取消にしてください。",
        "nothing was accepted; cancel the order if nothing will be taken.",
    )


def accepted_before(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Goods move on a revision that was accepted; without one the message waits for the acceptance."""
    if order.accepted_revision:
        return None
    return early(
        "not_accepted",
        "この注文はまだ承諾されていません。承諾が届くまで待ちます。",
        "the order is not accepted yet; it waits until it is.",
    )
