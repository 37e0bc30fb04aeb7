"""Attaching a drawing: number, revision, and a file that is chosen or lies with the inquiry already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.errors import FileRefused
from kumihimo.trade.order import OperationOrder
from kumihimo_web.design.language import language
from kumihimo_web.inquiries import queries as inquiries
from kumihimo_web.inquiries.incoming import safe_name
from kumihimo_web.orders.drawing_file import ACCEPT, MOST_BYTES, kind_of
from kumihimo_web.orders.drawing_services import File
from kumihimo_web.orders.forms.entering import NameField, clean_key, new_key

_LONGEST_REVISION = 40


class DrawingForm(forms.Form):
    """The file of a drawing, or the one of the inquiry, with its number and revision.

    Parameters
    ----------
    inquiry
        Number of the inquiry of the work order; empty where there is none.
    """

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("図面のファイル"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("PDF・DXF・STEP・TIFF・PNG・JPEG、10 MBまで。FAX で送る企業には PDF が向きます。"),
    )
    source = forms.TypedChoiceField(
        label=gettext_lazy("または引合のファイル"), required=False, coerce=int, empty_value=None
    )
    number = NameField(label=gettext_lazy("図番"))
    revision = NameField(
        label=gettext_lazy("改訂"),
        longest=_LONGEST_REVISION,
        help_text=gettext_lazy("図面の改訂欄の記号です（例: A、1）。書かれていない図面は 0 にします。"),
    )
    lines = forms.TypedMultipleChoiceField(
        label=gettext_lazy("この図面で作る品"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, order: OperationOrder, inquiry: str, sent: Any = None, files: Any = None) -> None:
        super().__init__(sent, files, auto_id="drawing-%s")
        self.order = order
        self.fields["key"].initial = new_key()
        self.found: File | None = None
        self.offered = inquiries.drawings(inquiry) if inquiry else []
        if self.offered:
            choices = [("", _("使わない")), *((row.pk, f"{inquiry} {row.name}") for row in self.offered)]
            self.fields["source"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["source"]
        first = order.lines[0]
        self.fields["number"].initial = first.drawing or (inquiries.drawing_number(inquiry) if inquiry else "")
        self.fields["lines"].choices = [(line.no, line.item) for line in order.lines]  # type: ignore[attr-defined]
        self.fields["lines"].initial = [line.no for line in order.lines]
        if len(order.lines) == 1:
            del self.fields["lines"]

    clean_key = clean_key

    def clean_number(self) -> str:
        """Return the number with single blanks."""
        return " ".join(self.cleaned_data["number"].split())

    def clean_revision(self) -> str:
        """Return the revision with single blanks."""
        return " ".join(self.cleaned_data["revision"].split())

    def clean(self) -> dict[str, Any]:
        """Look at the one file that is meant."""
        cleaned = super().clean() or {}
        sent, source = cleaned.get("file"), cleaned.get("source")
        if "file" in self.errors:
            return cleaned
        if sent is not None and source is not None:
            self.add_error("file", _("ファイルと引合のファイルは、どちらか一つにしてください。"))
        elif sent is not None:
            self._take(sent)
        elif source is not None:
            row = inquiries.source(source)
            if row is not None:
                self._look(row.name, bytes(row.data), "source")
        else:
            self.add_error("file", _("ファイルを選んでください。"))
        return cleaned

    def chosen_lines(self) -> list[int]:
        """Return the numbers of the lines that are made after it."""
        if "lines" not in self.fields:
            return [line.no for line in self.order.lines]
        return list(self.cleaned_data["lines"])

    def _take(self, sent: UploadedFile[Any]) -> None:
        # What is too large is not read into memory to be told so.
        data = b"\0" * (MOST_BYTES + 1) if (sent.size or 0) > MOST_BYTES else sent.read()
        self._look(safe_name(sent.name or "file"), data, "file")

    def _look(self, name: str, data: bytes, field: str) -> None:
        try:
            self.found = File(name=name, kind=kind_of(name, data), content=data)
        except FileRefused as why:
            self.add_error(field, why.full_text(language()))
