"""`kumihimo order`: forms out to workshops, and what they marked back in."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kumihimo import intake
from kumihimo.cli.console import (
    EXIT_BAD_INPUT,
    JsonOption,
    Lang,
    LangOption,
    print_json,
    say,
    show_error,
    user_errors,
    warn,
)
from kumihimo.cli.form_key import KeyOption, form_key
from kumihimo.cli.order_check import check
from kumihimo.cli.order_document import document
from kumihimo.cli.order_edi import edi
from kumihimo.errors import InputError

if TYPE_CHECKING:
    from kumihimo.paper.layout import FormLayout
    from kumihimo.paper.reading.read import Crop, ReadForm

app = typer.Typer(
    help="頼む: 注文の用紙を作り、返ってきた紙を読む / order: forms out, and read back",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command("check")(check)
app.command("document")(document)
app.command("edi")(edi)

MAX_JSON_BYTES = 2 * 1024 * 1024
_KINDS = "acknowledgement quotation reminder daily"


@app.command("form")
def form(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"用紙の種類 / kind of form: {_KINDS}")],
    order: Annotated[Path, typer.Argument(metavar="ORDER", help="注文のJSON / order (examples/orders)")],
    out: Annotated[Path, typer.Option("--out", metavar="PDF", help="書き出すPDF / PDF to write")],
    layout: Annotated[
        Path | None, typer.Option("--layout", metavar="JSON", help="枠・印・コードの位置(mm) / where everything lies")
    ] = None,
    key: KeyOption = None,
    lang: LangOption = Lang.JA,
) -> None:
    """回答用紙を作る / write a form that a workshop marks and sends back."""
    from kumihimo.paper.form import write_form
    from kumihimo.paper.layout import FormKind, issued_to_json
    from kumihimo.paper.order_brief import order_brief_from_json

    with user_errors(lang):
        if kind not in list(FormKind):
            raise InputError(
                f"用紙の種類 {kind!r} はありません。{_KINDS} のどれかを指定してください。",
                f"there is no form {kind!r}; name one of {_KINDS}.",
            )
        brief = order_brief_from_json(_json_file(order))
        made = write_form(FormKind(kind), brief, secret=form_key(key, make=True, lang=lang), lang=lang)
        out.write_bytes(made.pdf)
        if layout is not None:
            layout.write_text(json.dumps(issued_to_json(made.layout), ensure_ascii=False, indent=1), encoding="utf-8")
        warn(f"{out}: {made.layout.token}")


@app.command("read")
def read(
    images: Annotated[
        list[Path], typer.Argument(metavar="IMAGE...", help="FAX・スキャン・写真 / TIFF, PNG, JPEG or PDF")
    ],
    layouts: Annotated[
        list[Path] | None,
        typer.Option("--layout", metavar="JSON", help="form が書いたレイアウト / what `form` wrote for current orders"),
    ] = None,
    orders: Annotated[
        list[Path] | None,
        typer.Option("--order", metavar="ORDER", help="いまの注文のJSON / orders as they are now, for their revision"),
    ] = None,
    crops: Annotated[
        Path | None, typer.Option("--crops", metavar="FOLDER", help="人が見る画像の書き出し先 / pictures for people")
    ] = None,
    key: KeyOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """返ってきた用紙を読む / read forms back: answers, or why a person must look."""
    from kumihimo.paper.layout import IssuedLayout, issued_from_json
    from kumihimo.paper.order_brief import order_brief_from_json
    from kumihimo.paper.reading.read import printed_layout, read_pages, with_day_judged
    from kumihimo.paper.reading.to_json import read_form_to_json

    with user_errors(lang):
        secret = form_key(key, make=False, lang=lang)
        given: dict[str, FormLayout] = {}
        revisions: dict[str, int] = {}
        issued_on: dict[str, date] = {}
        for path in layouts or []:
            one = issued_from_json(_json_file(path))
            given[(one.layout if isinstance(one, IssuedLayout) else one).code] = (
                one.layout if isinstance(one, IssuedLayout) else one
            )
            if isinstance(one, IssuedLayout):
                revisions[one.order] = max(one.revision, revisions.get(one.order, 0))
        for path in orders or []:
            brief = order_brief_from_json(_json_file(path))
            revisions[brief.number] = brief.revision
            issued_on[brief.number] = brief.issued_on
        if crops is not None:
            crops.mkdir(parents=True, exist_ok=True)
    failed = False
    for path in images:
        try:
            pages = read_pages(
                intake.read_bytes(path),
                secret=secret,
                current_revision=revisions.get,
                layout_of=lambda code: given.get(code) or printed_layout(code),
                name=path.name,
            )
        except InputError as error:
            # The other files are still read; the exit code tells that one was not.
            failed = True
            show_error(error, lang, name=path.name)
            continue
        with user_errors(lang):
            for page in (with_day_judged(one, issued_on) for one in pages):
                if crops is not None:
                    _write_crops(crops, f"{path.stem}-{page.page}", (*page.notes, *page.crops))
                if as_json:
                    print_json({"file": str(path), **read_form_to_json(page)}, line=True)
                else:
                    _show(path, page, lang)
    if failed:
        raise typer.Exit(EXIT_BAD_INPUT)


def _show(path: Path, page: ReadForm, lang: str) -> None:
    english = lang == "en"
    told = {
        "automatic": ("自動で読めました", "read"),
        "review": ("人が確認してください", "a person must look"),
    }[page.outcome.value]
    token = page.token
    order = (
        "―"
        if token is None
        else (f"{token.order} revision {token.revision}" if english else f"{token.order} 第{token.revision}版")
    )
    say(f"■ {path.name} p{page.page}: {told[1] if english else told[0]}  {order}")
    for name, answer in page.answers.items():
        value = answer.value
        text = "/".join(map(str, value)) if isinstance(value, tuple) else str(value)
        say(f"  {name}: {text}  ({answer.confidence:.2f})")
    for one in page.reviews:
        say(f"  ! {one.en if english else one.ja}")
    for note in page.notes:
        say(f"  * {'handwriting' if english else '手書き'}: {note.name}")


def _write_crops(folder: Path, stem: str, pictures: tuple[Crop, ...]) -> None:
    for one in pictures:
        (folder / f"{stem}-{one.name}.png").write_bytes(one.png)


def _json_file(path: Path) -> Any:
    data = intake.read_bytes(path, max_bytes=MAX_JSON_BYTES)
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError(
            f"{path.name}: JSON(UTF-8)として読めません。ファイルを確かめてください。",
            f"{path.name} is not JSON in UTF-8; check the file.",
        ) from None
