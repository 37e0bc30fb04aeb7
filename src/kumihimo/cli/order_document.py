"""`kumihimo order document`: the paper of an order, from the request for quotation to the payment notice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kumihimo import intake
from kumihimo.cli.console import Lang, LangOption, user_errors, warn
from kumihimo.cli.form_key import KeyOption, form_key
from kumihimo.errors import InputError

MAX_JSON_BYTES = 4 * 1024 * 1024
_KINDS = (
    "rfq quotation order acknowledgement delivery_note receipt inspection invoice payment_notice reminder order_change "
    "return_note supplied_material daily"
)


def document(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"文書の種類 / kind of document: {_KINDS}")],
    order: Annotated[
        Path, typer.Argument(metavar="ORDER", help="注文のJSON / order (examples/orders/document-*.json)")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="PDF", help="書き出すPDF / PDF to write")],
    number: Annotated[
        str | None,
        typer.Option(
            "--number", help="文書番号。なければファイルのもの、それもなければ注文番号から / number of the document"
        ),
    ] = None,
    revision: Annotated[int | None, typer.Option("--revision", min=1, max=999, help="版 / revision")] = None,
    key: KeyOption = None,
    lang: LangOption = Lang.JA,
) -> None:
    """注文書・請求書などのPDFを作る / write a document of an order as PDF."""
    from kumihimo.interop.strict_json import parse_json
    from kumihimo.paper.document_json import document_from_json
    from kumihimo.paper.kinds import DocumentKind
    from kumihimo.paper.rendering import render

    with user_errors(lang):
        if kind not in list(DocumentKind):
            raise InputError(
                f"文書の種類 {kind!r} はありません。{_KINDS} のどれかを指定してください。",
                f"there is no document {kind!r}; name one of {_KINDS}.",
            )
        content = parse_json(intake.read_bytes(order, max_bytes=MAX_JSON_BYTES), order.name)
        made = render(
            document_from_json(content, DocumentKind(kind), lang=lang, number=number, revision=revision),
            secret=None if key is None else form_key(key, make=False, lang=lang),
        )
        out.write_bytes(made.pdf)
        warn(f"{out}: sha256 {made.sha256}")
        for warning in made.warnings:
            warn(f"! {warning.en if lang == 'en' else warning.ja}")
