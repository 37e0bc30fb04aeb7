"""Evidence files: only what they say they are, nothing of place and person, and never run by a browser."""

from __future__ import annotations

import contextlib
import hashlib
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kumihimo_web.assessments import queries, services
from kumihimo_web.assessments.models import Evidence
from kumihimo_web.assessments.photograph import MOST_BYTES, BadFile, clean
from kumihimo_web.project.environment import data_folder

from .assessed import png, published, written
from .conftest import People

GPS = b"GPS 35.6812N 139.7671E"


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int, order: str = "<") -> bytes:
    tiff = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, 1)
    return b"Exif\0\0" + tiff + struct.pack(order + "HHIHHI", 0x0112, 3, 1, orientation, 0, 0) + GPS


def jpeg(*segments: bytes, width: int = 16, height: int = 8, tail: bytes = b"") -> bytes:
    """Return the skeleton of a JPEG, with stuffed bytes and a restart marker in its scan."""
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + b"".join(segments) + frame + scan + b"\xff\xd9" + tail


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def lossy(width: int, height: int) -> bytes:
    return b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + b"\0" * 8


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_loses_its_place_and_keeps_its_picture(order: str) -> None:
    kept = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), segment(0xE2, b"ICC_PROFILE\0\1\1profile")
    lost = segment(0xE1, exif(6, order)), segment(0xFE, b"comment " + GPS), segment(0xE2, b"MPF\0" + GPS)
    data = jpeg(*kept, *lost, tail=b"\xff\xd8 second picture " + GPS)
    found = clean(data)
    assert (found.content_type, found.extension) == ("image/jpeg", "jpg")
    assert GPS not in found.content
    assert b"comment" not in found.content
    assert all(part in found.content for part in kept)
    assert found.content.endswith(b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9")
    # Upright again, or photographs of a telephone would lie on their side; cleaning once more changes nothing.
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in found.content
    assert clean(found.content).content == found.content


def test_a_png_loses_its_words() -> None:
    data = png(2, 2, (b"eXIf", GPS), (b"tEXt", b"Author\0" + GPS), (b"zTXt", b"x\0\0" + zlib.compress(GPS)))
    found = clean(data)
    assert found.content == png(2, 2)
    assert found.content_type == "image/png"


def test_a_webp_loses_exif_and_the_flag_for_it() -> None:
    big = bytes((0x0C, 0, 0, 0)) + (15).to_bytes(3, "little") + (7).to_bytes(3, "little")
    found = clean(webp((b"VP8X", big), (b"VP8 ", lossy(16, 8)), (b"EXIF", GPS), (b"XMP ", GPS)))
    assert GPS not in found.content
    assert found.content == webp((b"VP8X", b"\0" + big[1:]), (b"VP8 ", lossy(16, 8)))


def test_a_pdf_is_kept_as_it_is() -> None:
    data = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
    assert clean(data).content == data


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOSTILE = {
    "nothing": (b"", "empty"),
    "svg": (SVG, "kind"),
    "html": (b"<!doctype html><script>alert(1)</script>", "kind"),
    "html that calls itself png": (b"\x89PNG<html>", "kind"),
    "a gif": (b"GIF89a" + b"\0" * 40, "kind"),
    "a program": (b"MZ" + b"\0" * 100, "kind"),
    "a zip": (b"PK\3\4" + b"\0" * 100, "kind"),
    "an iphone's heic": (b"\0\0\0\x18ftypheic" + b"\0" * 40, "kind"),
    "a pdf behind html": (b"<html>%PDF-1.7 %%EOF", "kind"),
    "a pdf without an end": (b"%PDF-1.7\n" + b"x" * 3000, "broken"),
    "a png signature and html": (b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>", "broken"),
    "a png with a wrong checksum": (png()[:-1] + b"\0", "broken"),
    "a png cut off": (png()[:-20], "broken"),
    "a jpeg signature and html": (b"\xff\xd8\xff\xe0<html><script>alert(1)</script>", "broken"),
    "a jpeg cut off": (jpeg()[:-4], "broken"),
    "a jpeg without a picture": (b"\xff\xd8\xff\xd9", "broken"),
    "a webp cut off": (webp((b"VP8 ", lossy(16, 8)))[:-9], "broken"),
    "a webp without a picture": (webp((b"EXIF", GPS)), "broken"),
    "a png that unfolds to 30 gigabytes": (png(100_000, 100_000), "pixels"),
    "a png of no width": (png(0, 5), "broken"),
    "a jpeg that unfolds to 12 gigabytes": (jpeg(width=65_000, height=65_000), "pixels"),
    "a webp that unfolds": (webp((b"VP8 ", lossy(16_000, 16_000))), "pixels"),
    "too many bytes": (b"\x89PNG\r\n\x1a\n" + b"\0" * MOST_BYTES, "size"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_taken(name: str) -> None:
    data, why = HOSTILE[name]
    with pytest.raises(BadFile) as bad:
        clean(data)
    assert bad.value.why == why


@pytest.mark.parametrize("head", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBP", png()[:40]])
def test_random_bytes_are_refused(head: bytes) -> None:
    seed = b"kumihimo"
    for _ in range(500):
        seed = hashlib.sha256(seed).digest()
        with pytest.raises(BadFile):
            clean(head + seed * 3)


@pytest.mark.parametrize("data", [jpeg(segment(0xE1, exif(6))), png(), webp((b"VP8 ", lossy(16, 8)))])
def test_a_damaged_picture_never_crashes_and_never_grows(data: bytes) -> None:
    for at in range(len(data)):
        for value in (0, 0x7F, 0xFF):
            damaged = data[:at] + bytes((value,)) + data[at + 1 :]
            with contextlib.suppress(BadFile):
                assert len(clean(damaged).content) <= len(data)


# On the page


def upload(client: Any, ref: str, data: bytes, name: str, *, htmx: bool = False) -> Any:
    sent = SimpleUploadedFile(name, data, content_type="image/png")
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/assessments/{ref}/attach/drawings/", {"file": sent}, headers=headers)


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("name", "said"),
    [("svg", "この種類のファイルは使えません"), ("a png cut off", "壊れています"), ("too many bytes", "10 MB まで")],
)
def test_a_refusal_says_why_and_what_to_do(
    name: str, said: str, htmx: bool, people: People, browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    with as_user("assessor"):
        draft = services.begin("F0001", is_neutral=True, today=people.network.created_at.date())
    answer = upload(browser("assessor"), draft.ref, HOSTILE[name][0], "photo.png", htmx=htmx)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Evidence._base_manager.exists()
    assert not (data_folder() / "evidence").exists()


def test_a_file_is_sent_to_be_kept_and_never_opened(
    people: People, browser: Callable[[str], Any], as_user: Callable[[str], Any]
) -> None:
    draft = written(people)
    client = browser("assessor")
    assert upload(client, draft.ref, png(3, 3, (b"tEXt", GPS)), "../../現場<b>.html").status_code == 302
    with as_user("assessor"):
        (file,) = [one for one in queries.files(draft) if one.item == "drawings"]
    assert file.name == "現場b.png"
    answer = client.get(f"/assessments/{draft.ref}/evidence/{file.pk}/")
    assert answer.content == png(3, 3)
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("assessor", 200), ("factory", 200), ("coordinator", 200), ("rival", 404), ("buyer", 403), ("stranger", 404)],
)
def test_who_may_look_at_a_file(who: str, status: int, people: People, browser: Callable[[str], Any]) -> None:
    made = published(people)
    file = Evidence._base_manager.get(sheet=made)
    assert browser(who).get(f"/assessments/{made.ref}/evidence/{file.pk}/").status_code == status


def test_bytes_go_when_nothing_rests_on_them(
    people: People, as_user: Callable[[str], Any], django_capture_on_commit_callbacks: Any
) -> None:
    draft = written(people)
    with as_user("assessor"):
        file = queries.files(draft)[0]
        path = data_folder() / "evidence" / file.sha256[:2] / file.sha256
        second = services.attach(draft.ref, "drawings", "same.png", png())
        assert (second.sha256, path.exists()) == (file.sha256, True)
        for pk, stays in ((file.pk, True), (second.pk, False)):
            with django_capture_on_commit_callbacks(execute=True):
                services.detach(draft.ref, pk)
            assert path.exists() is stays


def test_a_criterion_takes_so_many_files_and_no_more(people: People, as_user: Callable[[str], Any]) -> None:
    draft = written(people)
    with as_user("assessor"):
        for number in range(services.MOST_FILES):
            services.attach(draft.ref, "drawings", "x.png", png(number + 1, 1))
        with pytest.raises(services.Refused, match="12 個まで"):
            services.attach(draft.ref, "drawings", "x.png", png(1, 99))
