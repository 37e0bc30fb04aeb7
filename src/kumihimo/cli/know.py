"""`kumihimo know`: who can do what — make, bring in, hand out, check and show a network of firms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kumihimo.cli.console import (
    EXIT_BAD_INPUT,
    JsonOption,
    Lang,
    LangOption,
    print_json,
    progress,
    say,
    user_errors,
    warn,
)
from kumihimo.errors import InputError
from kumihimo.model import Visibility

if TYPE_CHECKING:
    from kumihimo.errors import Located
    from kumihimo.interop import ReadResult
    from kumihimo.model import Network

app = typer.Typer(
    help="知る: 企業と能力の台帳 / know: firms and what they can do",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

TodayOption = Annotated[
    datetime | None,
    typer.Option("--today", formats=["%Y-%m-%d"], metavar="DATE", help="基準日 / day of reference (default: today)"),
]
ViewerOption = Annotated[
    Visibility, typer.Option("--viewer", help="公開範囲 / what this viewer may see: public network coordinator own")
]
OutOption = Annotated[
    Path, typer.Option("--out", metavar="PATH", help="書き出し先 / target: .xlsx, .json or a folder (CSV)")
]
NetworkArgument = Annotated[
    Path, typer.Argument(metavar="NETWORK", help="ネットワーク / network: .xlsx, .json or a folder of CSV files")
]
ForceOption = Annotated[bool, typer.Option("--force", help="すでにあるファイルに上書きする / replace what exists")]

_SHOWN = 20


def _day(today: datetime | None) -> date:
    return today.date() if today else date.today()  # noqa: DTZ011 - the user's own calendar day is meant


def _words(lang: Lang, ja: str, en: str) -> str:
    return en if lang is Lang.EN else ja


def _read(path: Path) -> Network:
    from kumihimo.interop import read_network

    with progress("読み込み / reading"):
        return read_network(path).network


def _write(network: Network, out: Path, viewer: Visibility = Visibility.OWN) -> None:
    from kumihimo.interop import write_network

    with progress("書き出し / writing"):
        write_network(network, out, viewer=viewer)


def _refuse_overwriting(out: Path, *sources: Path, force: bool) -> None:
    """Refuse, before any work, to write over an input, or without `force` over anything that exists."""
    if any(source.exists() and out.exists() and out.resolve() == source.resolve() for source in sources):
        raise InputError(
            f"{out}: 入力と同じ名前には書き出せません。別の名前にしてください。",
            f"{out} is an input, too; choose another name.",
        )
    if not force and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise InputError(
            f"{out}: すでにあります。別の名前にするか、上書きしてよければ --force を付けてください。",
            f"{out} exists; choose another name, or add --force to replace it.",
        )


def _counts(network: Network) -> dict[str, int]:
    from kumihimo.model import TABLES

    return {table: len(getattr(network, table)) for table in TABLES}


def _problem_json(problem: Located) -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "expected_ja": problem.expected_ja,
        "expected_en": problem.expected_en,
    }


def _guarded(lang: Lang, as_json: bool, work: Callable[[], None]) -> None:
    """Run `work`; with ``--json`` a bad input is told as JSON as well, for whoever reads standard output."""
    from kumihimo.errors import LocatedErrors

    with user_errors(lang):
        try:
            work()
        except InputError as error:
            if as_json:
                problems = error.problems if isinstance(error, LocatedErrors) else ()
                print_json({"error": error.text(lang), "problems": [_problem_json(problem) for problem in problems]})
            raise


@app.command("generate")
def generate(
    firms: Annotated[int, typer.Option("--firms", min=1, help="企業数 / number of firms")],
    out: OutOption,
    seed: Annotated[int, typer.Option("--seed", help="乱数の種 / seed: same seed, same network")] = 7,
    today: TodayOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """合成ネットワークを作る / make a synthetic network; every firm is invented and says so."""

    def work() -> None:
        from kumihimo.interop.read_network import check_target
        from kumihimo.simulate import MOST_OBJECTS, generate_network, write_large

        day = _day(today)
        check_target(out)
        _refuse_overwriting(out, force=force)
        if firms > MOST_OBJECTS:
            if out.suffix:
                raise InputError(
                    f"{firms:,}社は Excel や JSON に入りません。--out にフォルダ名を指定してください（列形式）。",
                    f"{firms:,} firms are too many for Excel or JSON; name a folder (columnar format).",
                )
            with progress("生成 / generating", total=firms) as done:
                write_large(out, firms, seed, today=day, progress=lambda made, _: done(made))
            rows: dict[str, int] = {"firms": firms}
        else:
            with progress("生成 / generating", total=firms) as done:
                network = generate_network(firms, seed, today=day, progress=lambda made, _: done(made))
            _write(network, out)
            rows = _counts(network)
        if as_json:
            print_json({"out": str(out), "synthetic": True, "seed": seed, "rows": rows})
        else:
            count = rows.get("capabilities")
            tail = _words(lang, f"・能力 {count:,}行", f", {count:,} capability rows") if count else ""
            say(
                _words(
                    lang,
                    f"合成ネットワーク: {firms:,}社{tail} → {out}",
                    f"Synthetic network: {firms:,} firms{tail} → {out}",
                )
            )

    _guarded(lang, as_json, work)


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="取り込むファイル / file to bring in: .xlsx, .json or a folder of CSV"),
    ],
    out: OutOption,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="正しい行だけ取り込む / take the good rows")] = False,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE", help="誤りの行を書き出すブック / workbook for the bad rows (.xlsx)"),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="NETWORK", help="追加先のネットワーク / network that is added to (stays as it is)"
        ),
    ] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """取り込む / bring in firms; all or nothing, unless --keep-going."""

    def work() -> None:
        from kumihimo.interop import read_network, read_raw, write_rejects
        from kumihimo.interop.read_network import check_target

        check_target(out)
        sources = [path for path in (file, into) if path is not None]
        _refuse_overwriting(out, *sources, force=force)
        if rejects is not None:
            if not keep_going or rejects.suffix.lower() != ".xlsx":
                raise InputError(
                    "--rejects には .xlsx を指定し、--keep-going と一緒に使ってください。",
                    "--rejects names a .xlsx and needs --keep-going.",
                )
            if rejects.resolve() == out.resolve():
                raise InputError(
                    "--rejects と --out には別の名前を指定してください。", "Give --rejects and --out different names."
                )
            _refuse_overwriting(rejects, *sources, force=force)
        base = _read(into) if into else None
        with progress("読み込み / reading"):
            result = _read_for_import(lambda: read_network(file, keep_going=keep_going, base=base), file)
        _write(result.network, out)
        rejected = write_rejects(rejects, result.problems, read_raw(file)) if rejects and result.problems else 0
        if as_json:
            print_json(
                {
                    "out": str(out),
                    "rows": _counts(result.network),
                    "problems": [_problem_json(problem) for problem in result.problems],
                    "rejects": str(rejects) if rejected else None,
                    "rejected_rows": rejected,
                }
            )
        else:
            _say_import(result, out, lang)
            if rejected:
                say(_words(lang, f"直すための行 {rejected}件 → {rejects}", f"{rejected} rows to be mended → {rejects}"))
        if result.problems:
            # Good rows were written, but somebody has to mend the rest: a script must not take this for done.
            raise typer.Exit(EXIT_BAD_INPUT)

    _guarded(lang, as_json, work)


def _read_for_import(read: Callable[[], ReadResult], file: Path) -> ReadResult:
    """Read what is to be brought in; tell that nothing was, where that is so."""
    from kumihimo.errors import LocatedErrors

    try:
        result = read()
    except LocatedErrors as error:
        raise LocatedErrors(
            error.problems, outcome_ja="何も取り込みませんでした。", outcome_en="Nothing was imported."
        ) from None
    if result.network.firms:
        return result
    if result.problems:
        raise LocatedErrors(
            result.problems,
            outcome_ja="取り込める企業が1件もないため、何も取り込みませんでした。",
            outcome_en="No firm could be imported, so nothing was.",
        )
    raise InputError(
        f"{file}: 企業が1件もありません。シート「企業」の「記入例」の下の行に記入してから取り込んでください。",
        f"{file} holds no firm; fill in the sheet 企業 below the example row, then import it.",
    )


def _say_import(result: ReadResult, out: Path, lang: Lang) -> None:
    counts = _counts(result.network)
    firms, sites, rows = counts["firms"], counts["sites"], counts["capabilities"]
    say(
        _words(
            lang,
            f"取り込みました: 企業 {firms:,}社・拠点 {sites:,}・能力 {rows:,}行 → {out}",
            f"Imported {firms:,} firms, {sites:,} sites, {rows:,} capability rows → {out}",
        )
    )
    if result.problems:
        count = len(result.problems)
        warn(
            _words(
                lang,
                f"誤りのある行は取り込んでいません（指摘 {count:,}件、終了コード {EXIT_BAD_INPUT}）:",
                f"Rows with mistakes were left out ({count:,} problem(s), exit code {EXIT_BAD_INPUT}):",
            )
        )
    for problem in result.problems[:_SHOWN]:
        warn(f"  {problem.text(lang)}")
    rest = len(result.problems) - _SHOWN
    if rest > 0:
        warn(_words(lang, f"  … ほか {rest} 件", f"  … and {rest} more"))


@app.command("export")
def export(
    network: NetworkArgument,
    out: OutOption,
    viewer: ViewerOption = Visibility.OWN,
    force: ForceOption = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """書き出す / hand out a network in another format, with what a viewer may see."""

    def work() -> None:
        from kumihimo.interop.read_network import check_target

        check_target(out)
        _refuse_overwriting(out, network, force=force)
        held = _read(network)
        _write(held, out, viewer)
        if as_json:
            print_json({"out": str(out), "viewer": viewer.value, "rows": _counts(held)})
        else:
            say(
                _words(
                    lang,
                    f"{len(held.firms):,}社 → {out}（{viewer.value}）",
                    f"{len(held.firms):,} firms → {out} ({viewer.value})",
                )
            )

    _guarded(lang, as_json, work)


@app.command("check")
def check(
    network: NetworkArgument,
    today: TodayOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """点検する / check a network: mistakes, duplicates, old capacity, expiring certificates, single sources."""

    def work() -> None:
        from kumihimo.cli.know_report import check_lines
        from kumihimo.interop import read_network
        from kumihimo.interop.check import check_network, check_to_json

        with progress("点検 / checking"):
            result = read_network(network, keep_going=True)
            found = check_network(result, today=_day(today))
        if as_json:
            print_json(check_to_json(found))
        else:
            for line in check_lines(found, lang):
                say(line)
        if result.problems:
            raise typer.Exit(EXIT_BAD_INPUT)

    _guarded(lang, as_json, work)


@app.command("show")
def show(
    network: NetworkArgument,
    firm: Annotated[str, typer.Argument(metavar="FIRM", help="企業IDか企業名の一部 / id or (part of a) name")],
    viewer: ViewerOption = Visibility.OWN,
    today: TodayOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """1社を表示する / show one firm."""

    def work() -> None:
        from kumihimo.cli.know_report import firm_lines
        from kumihimo.interop.profile import profile

        held = _read(network)
        if as_json:
            print_json(profile(held, firm, viewer=viewer, today=_day(today)))
        else:
            for line in firm_lines(held, firm, viewer, lang):
                say(line)

    _guarded(lang, as_json, work)


@app.command("sheet")
def sheet(
    network: NetworkArgument,
    firm: Annotated[
        str | None, typer.Argument(metavar="[FIRM]", help="企業IDか企業名の一部 / id or (part of a) name (or --all)")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="PDF、--all ならフォルダ / PDF, with --all a folder")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="全社分 / one sheet for every firm")] = False,
    viewer: ViewerOption = Visibility.NETWORK,
    today: TodayOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """プロフィールシート「わが社のひとわざ」/ one-page profile sheet of a firm as PDF, or --json."""

    def work() -> None:
        from kumihimo.interop.profile import find_firm, profile
        from kumihimo.interop.sheet import sheet_pdf

        if (firm is None) == (not every):
            raise InputError("企業か --all のどちらかを指定してください。", "Name a firm or --all.")
        if out is None and not as_json:
            raise InputError(
                "--out にPDFの名前を指定してください（または --json）。", "Name the PDF with --out (or use --json)."
            )
        if out is not None:
            _refuse_overwriting(out, network, force=force)
        held = _read(network)
        day = _day(today)
        ids = [item.id for item in held.firms] if firm is None else [find_firm(held, firm)]
        if out is not None:
            if every:
                out.mkdir(parents=True, exist_ok=True)
            with progress("シート / sheets", total=len(ids)) as done:
                for number, identifier in enumerate(ids, 1):
                    target = out / _file_name(identifier) if every else out
                    target.write_bytes(sheet_pdf(held, identifier, viewer=viewer, today=day))
                    done(number)
        if as_json:
            documents = [profile(held, identifier, viewer=viewer, today=day) for identifier in ids]
            print_json(documents if every else documents[0])
        else:
            say(_words(lang, f"シート {len(ids)}枚 → {out}", f"{len(ids)} sheet(s) → {out}"))

    _guarded(lang, as_json, work)


def _file_name(identifier: str) -> str:
    # An id is text from outside: nothing of it may lead out of the folder.
    safe = "".join(char if char.isalnum() or char in "-_." else "_" for char in identifier).lstrip(".")
    return f"{safe[:80] or 'firm'}.pdf"


@app.command("template")
def template(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="ひな形の名前 / name of the workbook (.xlsx)")],
    force: ForceOption = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """記入用のひな形を作る / make the empty workbook that members fill in."""

    def work() -> None:
        from kumihimo.interop import write_template

        if out.suffix.lower() != ".xlsx":
            raise InputError(
                f"{out.name}: .xlsx の名前にしてください。", f"{out.name}: choose a name that ends in .xlsx."
            )
        _refuse_overwriting(out, force=force)
        write_template(out)
        if as_json:
            print_json({"out": str(out)})
        else:
            say(_words(lang, f"ひな形 → {out}", f"Template → {out}"))

    _guarded(lang, as_json, work)
