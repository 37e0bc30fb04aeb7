"""`kumihimo order edi`: an order as data for another system."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kumihimo import intake
from kumihimo.cli.console import Lang, LangOption, user_errors, warn
from kumihimo.cli.order_document import MAX_JSON_BYTES
from kumihimo.errors import InputError, system_reason_ja

_KINDS = (
    "rfq quotation order acknowledgement delivery_note receipt inspection invoice payment_notice order_change "
    "return_note"
)


class Format(StrEnum):
    """What other systems read."""

    JSON = "json"
    CSV = "csv"
    JP_PINT = "jp-pint"


def edi(
    order: Annotated[
        Path, typer.Argument(metavar="ORDER", help="注文のJSON / order (examples/orders/document-*.json)")
    ],
    written_as: Annotated[
        Format, typer.Option("--format", help="json: 中立の形式 / csv: 表 / jp-pint: 請求書のXML")
    ] = Format.JSON,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help=f"文書の種類。なければ注文（jp-pint は請求書） / kind of document: {_KINDS}",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="書き出すファイル。なければ標準出力 / file to write")
    ] = None,
    number: Annotated[str | None, typer.Option("--number", help="文書番号 / number of the document")] = None,
    lang: LangOption = Lang.JA,
) -> None:
    """注文をほかのシステムのためのデータにする / write an order as data for another system."""
    from kumihimo.interop.jp_pint import jp_pint_xml
    from kumihimo.interop.order_edi import edi_csv, edi_json, edi_kinds
    from kumihimo.interop.strict_json import parse_json
    from kumihimo.paper.document_json import document_from_json
    from kumihimo.paper.kinds import DocumentKind

    with user_errors(lang):
        kind = kind or ("invoice" if written_as is Format.JP_PINT else "order")
        if kind not in edi_kinds():
            raise InputError(
                f"文書の種類 {kind!r} はデータにできません。{_KINDS} のどれかを指定してください。",
                f"there is no message for {kind!r}; name one of {_KINDS}.",
            )
        content = parse_json(intake.read_bytes(order, max_bytes=MAX_JSON_BYTES), order.name)
        document = document_from_json(content, DocumentKind(kind), lang=lang, number=number)
        made = {Format.JSON: edi_json, Format.CSV: edi_csv, Format.JP_PINT: jp_pint_xml}[written_as](document)
        if out is None:
            typer.get_binary_stream("stdout").write(made)
        else:
            _write(out, made)
        if written_as is Format.JP_PINT:
            warn(
                "JP PINT: written by the draft rules at hand; conformance with the final schemas is not claimed."
                if lang == "en"
                else "JP PINT: 手元の規則案に沿って書きました。確定版のスキーマへの適合は確認していません。"
            )


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(
            f"{path}: 書き込めません（{system_reason_ja(error)}）。場所と権限を確かめてください。",
            f"{path} cannot be written ({error.strerror}); check place and permission.",
        ) from None
