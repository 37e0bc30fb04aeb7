"""`kumihimo team`: who could do an inquiry together, on the screen, without writing files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kumihimo.cli.console import EXIT_NO_TEAM, JsonOption, Lang, LangOption, print_json, say, user_errors
from kumihimo.cli.read import TodayOption, day_or_today, read_inquiry

if TYPE_CHECKING:
    from kumihimo.proposal.proposal import Proposal, Sentence, StepAnswer, TeamAnswer

NEAR_MISSES_SHOWN = 2
CANDIDATES_SHOWN = 3


def team(
    inquiry: Annotated[Path, typer.Argument(metavar="INQUIRY", help="引合ファイル / inquiry file")],
    network: Annotated[
        Path, typer.Option("--network", metavar="NETWORK", help="ネットワーク / network (xlsx, json, folder)")
    ],
    today: TodayOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """工程ごとの候補とチームを見る / show candidates per step and teams."""
    from kumihimo.interop.read_network import read_network
    from kumihimo.proposal.propose import Proposer
    from kumihimo.proposal.to_json import proposal_to_json

    day = day_or_today(today)
    with user_errors(lang):
        read = read_inquiry(inquiry, day)
        proposed = Proposer(read_network(network).network, day).propose(read, stem=inquiry.stem)
        if as_json:
            print_json(proposal_to_json(proposed.proposal))
        else:
            show_proposal(proposed.proposal, lang)
    if proposed.proposal.reason is not None:
        raise typer.Exit(EXIT_NO_TEAM)


def show_proposal(proposal: Proposal, lang: str) -> None:
    """Print a proposal: what was understood, what to ask, candidates, near-misses and teams."""
    english = lang == "en"
    say(f"━━ {proposal.inquiry['title']}  ({proposal.inquiry['file']})")
    for row in proposal.understood:
        label, value = (row.en, row.value_en) if english else (row.ja, row.value_ja)
        say(f"  {label}: {value}" + (f"  [{row.part}]" if row.part else ""))
    for question in proposal.inquiry["questions"]:
        say(f"  ? {question['en'] if english else question['ja']}")
    for sentence in proposal.missing:
        say(f"  ? {_pick(sentence, english)}")
    for step in proposal.steps:
        _show_step(step, english)
    for sentence in proposal.guesses:
        say(f"  ! {_pick(sentence, english)}")
    for item in proposal.teams:
        _show_team(item, english)
    if proposal.reason is not None:
        say(f"  ✕ {_pick(proposal.reason, english)}")
    say("")


def _show_step(step: StepAnswer, english: bool) -> None:
    say(f"  ● {step.label_en if english else step.label} — {step.need_en if english else step.need_ja}")
    for number, item in enumerate(step.candidates[:CANDIDATES_SHOWN], start=1):
        ask = (
            (f" / {len(item.unknown)} to ask" if english else f" / 要確認 {len(item.unknown)}件")
            if item.unknown
            else ""
        )
        unit = "d" if english else "日"
        price = _yen(item.price_jpy, english)
        who = _at(item.name, item.place_en if english else item.place, english)
        say(f"     {number}. {who} {item.score:.1f} / {price} / {item.days}{unit}{ask}")
    if not step.candidates:
        say(f"     ✕ {step.none_en if english else step.none_ja}")
    for miss in step.near_misses[:NEAR_MISSES_SHOWN]:
        why = (
            "; ".join(found.en for found in miss.violations)
            if english
            else "".join(found.ja for found in miss.violations)
        )
        say(f"     △ {_at(miss.name, miss.place_en if english else miss.place, english)}: {why}")


def _show_team(item: TeamAnswer, english: bool) -> None:
    labels = ", ".join(label.en for label in item.labels) if english else "・".join(label.ja for label in item.labels)
    finish = item.finish.isoformat() if item.finish else "—"
    late = (f" ({item.late_days} d late)" if english else f"（{item.late_days}日遅れ）") if item.late_days else ""
    defects = "defects" if english else "推定不良率"
    price = _yen(item.price.total_jpy, english)
    say(f"  ◆ {_name(item, english)} [{labels}] {price}  → {finish}{late}  {defects} {item.defect_pct:.2f}%")
    firms = (_at(firm.name, firm.place_en if english else firm.place, english) for firm in item.firms)
    say("     " + (", " if english else "、").join(firms))
    for reason in item.reasons:
        say(f"     - {_pick(reason, english)}")


def _at(name: str, place: str, english: bool) -> str:
    if not place:
        return name
    return f"{name} ({place})" if english else f"{name}（{place}）"


def _name(item: TeamAnswer, english: bool) -> str:
    return f"Team {item.name}" if english else f"{item.name}案"


def _pick(sentence: Sentence, english: bool) -> str:
    return sentence.en if english else sentence.ja


def _yen(amount: int, english: bool) -> str:
    return f"JPY {amount:,}" if english else f"{amount:,}円"
