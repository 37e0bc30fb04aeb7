"""What becomes of a command: a pure function of the order as it stands, the command and the limits of approval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kumihimo.trade.answering import is_only_spoken
from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, Decision, Evidence, EvidenceKind, Objection, Outcome, early, late, refused
from kumihimo.trade.events import BEGINNING, OrderEvent, seal
from kumihimo.trade.fields import FIELDS, check_data, is_sha256, is_text
from kumihimo.trade.fold import fold_one
from kumihimo.trade.guards import GUARDS
from kumihimo.trade.order import Call, OperationOrder
from kumihimo.trade.states import Role
from kumihimo.trade.transitions import KINDS, LIVE, MESSAGES, SPOKEN, is_behind, roles_of, transition_of

LONGEST_NAME = 200
"""Characters of a key, an id or a name of a person."""
_CALL_CONFIRMERS = frozenset({Role.CLERK, Role.SYSTEM})
_DEFAULT = ApprovalPolicy()


def decide(order: OperationOrder | None, command: Command, policy: ApprovalPolicy = _DEFAULT) -> Decision:
    """Return what becomes of a command.

    Parameters
    ----------
    order
        As it stands; None when there is none of this id.
    command
        What somebody wants, or tells.
    policy
        Limits of approval that hold today.

    Returns
    -------
    Decision
        ``applied`` with the event to store; ``repeated`` (this key was carried out); ``parked`` (a message ahead of
        its turn: keep it for `unpark`); ``stale`` (too late: an ``ignored`` event to store, or none where a person
        looked at an old version); ``refused``.
    """
    objection = _envelope(command) or check_data(command.kind, command.data)
    if objection is not None:
        return _answer(objection)
    if order is None:
        return _first(command, policy)
    if command.order != order.id:
        return _answer(_other_order(command, order))
    if command.key in order.keys:
        return Decision(
            outcome=Outcome.REPEATED,
            code="repeated",
            ja=f"受付番号「{command.key}」はもう処理しています。2回は行いません。",
            en=f"'{command.key}' has been carried out already; it is not done twice.",
        )
    seen = command.expected_version
    # Proof of transport and late messages come at any time, by themselves: they take no form out of anybody's hands.
    if seen is not None and not order.last_change <= seen <= order.version:
        return _answer(_changed_meanwhile(command, order))
    if command.kind == "confirm_call":
        return _confirmed_call(order, command, policy)
    if command.kind in SPOKEN and is_only_spoken(command):
        return _noted_call(order, command, policy)
    return _judged(order, command, policy, {})


def carry_out(
    order: OperationOrder | None, command: Command, policy: ApprovalPolicy = _DEFAULT
) -> tuple[OperationOrder | None, Decision]:
    """Return the order after a command, and what became of the command."""
    decision = decide(order, command, policy)
    for event in decision.events:
        order = fold_one(order, event)
    return order, decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparked:
    """What became of messages that waited.

    Attributes
    ----------
    decisions
        Those whose turn came, in the order in which they were carried out.
    waiting
        Those that still wait.
    """

    order: OperationOrder | None
    decisions: tuple[tuple[Command, Decision], ...]
    waiting: tuple[Command, ...]


def unpark(order: OperationOrder | None, parked: Iterable[Command], policy: ApprovalPolicy = _DEFAULT) -> Unparked:
    """Carry out the parked messages whose turn has come, the oldest first, until no more can be.

    The order in which `parked` is given does not matter.
    """
    waiting = sorted(parked, key=lambda command: (command.at, command.key))
    done: list[tuple[Command, Decision]] = []
    moved = True
    while moved:
        moved = False
        for at, command in enumerate(waiting):
            order, decision = carry_out(order, command, policy)
            if decision.outcome is Outcome.PARKED:
                continue
            done.append((command, decision))
            del waiting[at]
            # What was carried out may let an older one in before the next.
            moved = True
            break
    return Unparked(order=order, decisions=tuple(done), waiting=tuple(waiting))


def _first(command: Command, policy: ApprovalPolicy) -> Decision:
    if command.kind in MESSAGES:
        return _answer(
            early(
                "order_unknown",
                f"注文「{command.order}」はまだありません。注文が作られるまで待ちます。",
                f"there is no order '{command.order}' yet; it waits for that.",
            )
        )
    if command.kind != "draft":
        return _answer(
            refused(
                "order_unknown",
                f"注文「{command.order}」はありません。番号を確かめてください。",
                f"there is no order '{command.order}'; check the number.",
            )
        )
    return _judged(None, command, policy, {})


def _judged(
    order: OperationOrder | None, command: Command, policy: ApprovalPolicy, extra: Mapping[str, Any]
) -> Decision:
    objection = _objection(order, command, policy)
    if objection is None:
        return Decision(outcome=Outcome.APPLIED, events=(_event(order, command, command.kind, command.data, extra),))
    if objection.outcome is Outcome.STALE and order is not None:
        told = {"kind": command.kind, "code": objection.code, "data": command.data}
        return _recorded(objection, _event(order, command, "ignored", told, extra))
    return _answer(objection)


def _objection(order: OperationOrder | None, command: Command, policy: ApprovalPolicy) -> Objection | None:
    state = None if order is None else order.state
    row = transition_of(command.kind, state)
    if command.role not in (roles_of(command.kind) if row is None else row.who):
        return _wrong_role(command)
    if row is None:
        return _out_of_turn(order, command)
    for name in row.guards:
        # Of the guards, only `lines_numbered` is asked before there is an order, and it does not look at it.
        if (objection := GUARDS[name](order, command, policy)) is not None:  # type: ignore[arg-type]
            return objection
    return None


def _event(
    order: OperationOrder | None, command: Command, kind: str, data: Mapping[str, Any], extra: Mapping[str, Any]
) -> OrderEvent:
    full = {**data, **extra}
    if command.evidence:
        full["evidence"] = [_evidence_document(evidence) for evidence in command.evidence]
    return seal(
        order=command.order,
        seq=1 if order is None else order.version + 1,
        kind=kind,
        data=full,
        at=command.at,
        by=command.by,
        role=command.role,
        key=command.key,
        previous=BEGINNING if order is None else order.head,
    )


def _evidence_document(evidence: Evidence) -> dict[str, str]:
    return {"kind": evidence.kind.value, "sha256": evidence.sha256, "words": evidence.words}


def _noted_call(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Decision:
    """Keep what was said on the phone; it counts once the confirmation was sent.

    It is judged as it will be when it is confirmed: nobody confirms in writing what the order cannot take. What is
    only ahead of its turn is kept, and waits once it is confirmed.
    """
    confirmed = replace(command, evidence=(*command.evidence, Evidence(kind=EvidenceKind.MESSAGE)))
    objection = _objection(order, confirmed, policy)
    if objection is not None and objection.outcome is not Outcome.PARKED:
        return _answer(refused(objection.code, objection.ja, objection.en))
    told = {"of": command.kind, "data": command.data}
    return Decision(
        outcome=Outcome.APPLIED,
        events=(_event(order, command, "call_noted", told, {}),),
        code="call_noted",
        ja="電話の内容を記録しました。確認書を送ると、注文の状態に反映されます。",
        en="the call is noted; it takes effect once the confirmation of it was sent.",
    )


def _confirmed_call(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Decision:
    if command.role not in _CALL_CONFIRMERS:
        return _answer(_wrong_role(command))
    note = command.data["note"]
    call = next((call for call in order.calls if call.key == note), None)
    if call is None:
        if note not in order.keys:
            return _answer(
                early(
                    "call_unknown",
                    f"電話のメモ「{note}」がまだ記録されていません。メモを待ちます。",
                    f"the call note '{note}' is not recorded yet; it waits for that.",
                )
            )
        objection = late(
            "call_done",
            f"電話のメモ「{note}」はもう反映または取り下げ済みです。",
            f"the call note '{note}' was carried out or withdrawn already.",
        )
        told = {"kind": command.kind, "code": objection.code, "data": command.data}
        return _recorded(objection, _event(order, command, "ignored", told, {}))
    spoken = _spoken(call, command)
    against = _objection(order, spoken, policy)
    if against is not None and against.outcome is not Outcome.PARKED:
        return _not_carried_out(order, spoken, against, note)
    return _judged(order, spoken, policy, {"call": note, "channel": command.data["channel"]})


def _not_carried_out(order: OperationOrder, spoken: Command, objection: Objection, note: str) -> Decision:
    """Keep on the order why a confirmed call came to nothing: its note could be carried out when it was taken down.

    The order has changed since, and the firm has our confirmation in its hands: somebody has to talk to it.
    """
    told = {
        "kind": spoken.kind,
        "code": objection.code,
        "data": spoken.data,
        "refused_call": note,
        "refused_ja": objection.ja,
        "refused_en": objection.en,
    }
    return Decision(
        outcome=Outcome.STALE,
        events=(_event(order, spoken, "ignored", told, {}),),
        code="call_refused",
        ja=f"確認書は届きましたが、電話の内容を注文に反映できませんでした。{objection.ja}"
        "相手に確かめ、電話のメモを取り下げてから、正しい内容で書き取り直してください。",
        en=f"the confirmation arrived, and what was said on the phone could not be carried out: {objection.en} "
        "Ask the firm, withdraw the note, and take it down anew.",
    )


def _spoken(call: Call, confirmation: Command) -> Command:
    """Return what was said as the clerk's command, with the note and the confirmation as its evidence."""
    notes = tuple(
        Evidence(kind=EvidenceKind(row["kind"]), sha256=row["sha256"], words=row["words"]) for row in call.evidence
    )
    follow_up = Evidence(kind=EvidenceKind.MESSAGE, sha256=confirmation.data["follow_up"])
    return replace(
        confirmation,
        kind=call.kind,
        data=call.data,
        role=Role.CLERK,
        evidence=(*notes, follow_up),
        expected_version=None,
    )


def _envelope(command: Command) -> Objection | None:
    """Check what every command has: names that can be stored, a moment with its zone, usable evidence."""
    if command.kind not in FIELDS:
        return refused(
            "kind",
            f"「{command.kind}」という指示はありません。ある指示: {', '.join(FIELDS)}。",
            f"there is no command '{command.kind}'; there are {', '.join(FIELDS)}.",
        )
    for name, value in (("key", command.key), ("order", command.order), ("by", command.by)):
        if not is_text(value, LONGEST_NAME):
            return refused(
                "name",
                f"{name} が空か、長すぎるか、使えない文字を含みます。{LONGEST_NAME}字以内で入れてください。",
                f"{name} is empty, too long or holds characters that cannot be stored; give up to {LONGEST_NAME}.",
            )
    if command.at.utcoffset() is None:
        return refused(
            "at",
            "時刻に時間帯（例 +09:00）がありません。時間帯付きで渡してください。",
            "the moment has no time zone (such as +09:00); give it with one.",
        )
    for evidence in command.evidence:
        by_hash = evidence.kind is not EvidenceKind.CALL_NOTE
        if (by_hash or evidence.sha256) and not is_sha256(evidence.sha256):
            return refused(
                "evidence",
                "証拠の画像・メールには SHA-256（小文字の16進64桁）が必要です。保存したファイルを付けてください。",
                "evidence by image or message needs its SHA-256 (64 hexadecimal digits); attach the stored file.",
            )
        if (not by_hash or evidence.words) and not is_text(evidence.words):
            return refused(
                "evidence",
                "電話のメモには、誰と何を話したかの文章が必要です。書いてください。",
                "a note of a call needs words: who said what; write them down.",
            )
    return None


def _out_of_turn(order: OperationOrder | None, command: Command) -> Objection:
    ja, en = KINDS[command.kind]
    if order is None:
        raise ValueError(command.kind)
    state = order.state
    if command.kind not in MESSAGES:
        return refused(
            "state",
            f"今の状態は「{state.ja}」なので、{ja}はできません。注文の今の内容を見直してください。",
            f"{en} is not possible while the order is '{state.en}'; look at the order as it is now.",
        )
    is_of_a_later_revision = state in LIVE and command.data.get("revision", 0) > order.revision
    if is_behind(command.kind, state) and not is_of_a_later_revision:
        return late(
            "too_late",
            f"注文はもう「{state.ja}」なので、{ja}では何も変わりません。必要なら相手に確かめてください。",
            f"{en} changes nothing, for the order is '{state.en}' already; ask the sender if in doubt.",
        )
    return early(
        "too_early",
        f"今の状態は「{state.ja}」です。{ja}は、順番が来るまで待ちます。",
        f"the order is '{state.en}'; {en} waits until its turn comes.",
    )


def _wrong_role(command: Command) -> Objection:
    ja, en = KINDS[command.kind]
    able = _CALL_CONFIRMERS if command.kind == "confirm_call" else roles_of(command.kind)
    names_ja = "・".join(role.ja for role in Role if role in able)
    names_en = ", ".join(role.en for role in Role if role in able)
    return refused(
        "role",
        f"{ja}は「{command.role.ja}」ではできません。できる役割: {names_ja}。担当者に依頼してください。",
        f"{en} cannot be given by the {command.role.en}, only by: {names_en}; ask one of them.",
    )


def _other_order(command: Command, order: OperationOrder) -> Objection:
    return refused(
        "order",
        f"注文「{command.order}」あての指示が、注文「{order.id}」に渡されました。番号を確かめてください。",
        f"a command for order '{command.order}' was given to order '{order.id}'; check the number.",
    )


def _changed_meanwhile(command: Command, order: OperationOrder) -> Objection:
    return late(
        "version",
        "見ている間に、ほかの人または受信した連絡がこの注文を変えました。今の内容を見て、もう一度行ってください。",
        f"the order changed from version {command.expected_version} to {order.version} while you looked at it; "
        "look at it again and repeat.",
    )


def _answer(objection: Objection) -> Decision:
    return Decision(outcome=objection.outcome, code=objection.code, ja=objection.ja, en=objection.en)


def _recorded(objection: Objection, event: OrderEvent) -> Decision:
    """Return that something came too late, with the event that keeps it all the same."""
    return Decision(
        outcome=objection.outcome,
        events=(event,),
        code=objection.code,
        ja=f"{objection.ja}届いた内容は記録だけしました。",
        en=f"{objection.en} What came was recorded only.",
    )
