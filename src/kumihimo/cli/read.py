"""`kumihimo read`: inquiries in, requirements with source words and questions out."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kumihimo.cli.console import (
    EXIT_BAD_INPUT,
    JsonOption,
    Lang,
    LangOption,
    print_json,
    say,
    show_error,
    user_errors,
)
from kumihimo.errors import InputError, Unavailable

if TYPE_CHECKING:
    from kumihimo.inquiry.llm import LlmSettings
    from kumihimo.model import Inquiry

TodayOption = Annotated[
    datetime | None,
    typer.Option("--today", metavar="DATE", formats=["%Y-%m-%d"], help="基準日 / day that relative dates count from"),
]


def day_or_today(today: datetime | None) -> date:
    """Return the given day, or else the day on this machine's clock."""
    return today.date() if today else date.today()  # noqa: DTZ011 - the user's own calendar day is meant


def llm_from_environment() -> LlmSettings | None:
    """Return the language model's settings from KUMIHIMO_LLM_URL, _MODEL and _KEY; None (off) when no URL is set."""
    url = os.environ.get("KUMIHIMO_LLM_URL")
    if not url:
        return None
    from kumihimo.inquiry.llm import LlmSettings

    return LlmSettings(
        base_url=url,
        model=os.environ.get("KUMIHIMO_LLM_MODEL", ""),
        api_key=os.environ.get("KUMIHIMO_LLM_KEY", ""),
    )


def read_inquiry(path: Path, today: date) -> Inquiry:
    """Read one inquiry file by rule, then let the language model add to it where one is configured."""
    from kumihimo.inquiry.open_file import read_file

    inquiry = read_file(path, today=today)
    settings = llm_from_environment()
    if settings is None:
        return inquiry
    from kumihimo.inquiry.llm import read_with_llm

    return read_with_llm(inquiry, settings)


def read(
    inquiries: Annotated[
        list[Path],
        typer.Argument(metavar="INQUIRY...", help="引合ファイル / inquiry files (txt eml xlsx csv dxf step)"),
    ],
    today: TodayOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """引合を読む / read inquiries: requirements, their source words, and what must be asked."""
    from kumihimo.inquiry.to_json import inquiry_to_json

    failed = False
    for path in inquiries:
        try:
            inquiry = read_inquiry(path, day_or_today(today))
        except (InputError, Unavailable) as error:
            # The other files are still read; the exit code tells that one was not.
            failed = True
            show_error(error, lang, name=path.name)
            continue
        with user_errors(lang):
            if as_json:
                print_json({**inquiry_to_json(inquiry), "file": str(path)}, line=True)
            else:
                show_inquiry(inquiry, lang)
    if failed:
        raise typer.Exit(EXIT_BAD_INPUT)


def show_inquiry(inquiry: Inquiry, lang: str) -> None:
    """Print what was understood and what must be asked."""
    from kumihimo.proposal.missing import missing
    from kumihimo.proposal.understood import understood

    english = lang == "en"
    say(f"■ {inquiry.file or inquiry.id}")
    for row in understood(inquiry):
        label, value = (row.en, row.value_en) if english else (row.ja, row.value_ja)
        say(f"  {label}: {value}" + (f"  [{row.part}]" if row.part else ""))
    unsaid = missing(inquiry)
    if inquiry.questions or unsaid:
        say(f"  {'To ask' if english else '確認すること'} ({len(inquiry.questions) + len(unsaid)})")
        asked = [(item.ja, item.en) for item in inquiry.questions] + [(item.ja, item.en) for item in unsaid]
        for ja, en in asked:
            say(f"    ? {en if english else ja}")
    say("")
