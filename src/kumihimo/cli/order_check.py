"""`kumihimo order check`: what the legal rules say of an order, with wording, source, and how far it was verified."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kumihimo import intake
from kumihimo.cli.console import JsonOption, Lang, LangOption, print_json, say, user_errors
from kumihimo.errors import InputError

if TYPE_CHECKING:
    from kumihimo.trade.law import Verdict

MAX_JSON_BYTES = 2 * 1024 * 1024


def check(
    order: Annotated[Path, typer.Argument(metavar="ORDER", help="注文のJSON / order (examples/orders/check)")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="判定する日 / day to judge by, e.g. 2026-12-04")],
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """法令に合うか調べる / judge an order by the legal rules of a day."""
    from kumihimo.interop.order_check_json import order_facts_from_json, verdicts_to_json
    from kumihimo.interop.strict_json import parse_json
    from kumihimo.trade.law import check_order, worst

    with user_errors(lang):
        day = _day(on)
        facts = order_facts_from_json(
            parse_json(intake.read_bytes(order, max_bytes=MAX_JSON_BYTES), order.name), order.name
        )
        verdicts = check_order(facts, on=day)
        if as_json:
            print_json(verdicts_to_json(facts.number, day, verdicts))
            return
        for verdict in verdicts:
            _show(verdict, lang)
        colour, total = worst(verdicts), len(verdicts)
        signed = sum(verdict.needs_signature for verdict in verdicts)
        if lang == "en":
            say(
                f"{facts.number} on {day}: {colour.en}; {signed} of {total} need a signature. This is not legal advice."
            )
        else:
            say(
                f"{facts.number}（{day}）: {colour.ja}。{total}件中、署名が要るもの{signed}件。"
                "法律相談の代わりではありません。"
            )


def _show(verdict: Verdict, lang: str) -> None:
    english = lang == "en"
    label = verdict.colour.en if english else verdict.colour.ja
    title = verdict.title_en if english else verdict.title_ja
    say(f"■ [{label}] {title} ({verdict.rule})")
    say(f"  {verdict.en if english else verdict.ja}")
    if verdict.quote:
        say(f"  「{verdict.quote}」")
    verified = verdict.verified.en if english else verdict.verified.ja
    since = f"in force from {verdict.in_force_from}" if english else f"{verdict.in_force_from} 施行"
    source = verdict.source or ("no source" if english else "出典なし")
    say(f"  {since} / {verified} / {source}")
    note = verdict.note_en if english else verdict.note_ja
    if note:
        say(f"  ※ {note}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"--on「{text[:40]}」は日付ではありません。2026-12-04 のように書いてください。",
            f"--on {text[:40]!r} is not a day; write it as 2026-12-04.",
        ) from None
