"""Pictures that strangers upload: what is kept, and what of them is not."""

import asyncio
import io
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from goldensix.adapters.pictures import Drawn, Pictures, Refused, draw
from goldensix.adapters.stores.folder import FolderStore
from goldensix.events.facts import Picture
from shop_builders import Counter, open_counter

ORIENTATION, CAMERA = 0x0112, 0x010F


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def drawn(uploaded: bytes) -> Drawn:
    answer = draw(uploaded)
    assert isinstance(answer, Drawn), answer
    return answer


@pytest.fixture
async def counter(database: str) -> AsyncIterator[Counter]:
    async with open_counter(database) as opened:
        yield opened


@pytest.fixture
def pictures(counter: Counter, tmp_path: Path) -> Pictures:
    return Pictures(counter.pool, FolderStore(tmp_path / "pictures"), counter.clock)


@pytest.mark.parametrize(
    ("kind", "kept_as"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/png")],
)
def test_four_formats_are_taken_by_content(kind: str, kept_as: str) -> None:
    picture = drawn(encoded(Image.new("RGB", (30, 20), "red"), kind))
    assert (picture.type, picture.width, picture.height) == (kept_as, 30, 20)


@pytest.mark.parametrize(
    "uploaded",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        encoded(Image.new("RGB", (3, 3)), "BMP"),
        encoded(Image.new("RGB", (3, 3)), "TIFF"),
    ],
    ids=["nothing", "svg", "html", "bmp", "tiff"],
)
def test_anything_else_is_refused(uploaded: bytes) -> None:
    assert draw(uploaded) is Refused.UNKNOWN_FORMAT


def test_a_damaged_picture_is_refused() -> None:
    whole = encoded(Image.effect_noise((400, 400), 90), "JPEG")
    assert draw(whole[: len(whole) // 2]) is Refused.BROKEN


def test_a_small_file_that_would_unfold_to_gigabytes_is_refused() -> None:
    assert draw(encoded(Image.new("L", (9000, 5000)), "PNG")) is Refused.TOO_MANY_PIXELS
    assert draw(encoded(Image.new("1", (30000, 30000)), "PNG")) is Refused.TOO_MANY_PIXELS


def test_place_and_camera_are_dropped_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = 6, "a very private camera"
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    picture = drawn(encoded(Image.new("RGB", (300, 200)), "JPEG", exif=exif, comment=b"secret words"))
    assert (picture.width, picture.height) == (200, 300)
    with Image.open(io.BytesIO(picture.data)) as kept:
        assert dict(kept.getexif()) == {}
    assert b"private" not in picture.data
    assert b"secret" not in picture.data


def sideways(*tags: tuple[int, int, int, bytes]) -> bytes:
    """A JPEG whose EXIF says so, among tags (number, type, count, four bytes) as careless cameras write them."""
    entries = sorted([(ORIENTATION, 3, 1, b"\x06\x00\x00\x00"), *tags])
    directory = b"".join(struct.pack("<HHI4s", *entry) for entry in entries)
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + directory + bytes(4)
    return encoded(Image.new("RGB", (30, 20)), "JPEG", exif=exif)


@pytest.mark.parametrize("tag", [0x0100, 0x011A, 0x0128], ids=["width", "resolution", "unit"])
@pytest.mark.parametrize("kind", [2, 7, 11], ids=["ascii", "undefined", "float"])
def test_careless_tags_beside_it_do_not_keep_a_photograph_from_standing_upright(tag: int, kind: int) -> None:
    picture = drawn(sideways((tag, kind, 1 if kind == 11 else 4, b"72\x00\x00")))
    assert (picture.width, picture.height) == (20, 30)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_upright_however_the_camera_was_held(orientation: int) -> None:
    exif, seen = Image.Exif(), Image.new("RGB", (30, 20))
    exif[ORIENTATION] = orientation
    seen.paste("red", (0, 0, 10, 5))
    uploaded = encoded(seen, "PNG", exif=exif)
    with Image.open(io.BytesIO(uploaded)) as sent, Image.open(io.BytesIO(drawn(uploaded).data)) as kept:
        assert kept.tobytes() == ImageOps.exif_transpose(sent).tobytes()


def test_a_palette_without_colours_is_a_damaged_picture() -> None:
    whole = encoded(Image.new("P", (30, 20)), "PNG")
    began = whole.index(b"PLTE") - 4
    ended = began + 12 + int.from_bytes(whole[began : began + 4], "big")
    assert draw(whole[:began] + whole[ended:]) is Refused.BROKEN


def test_what_hides_behind_the_pixels_is_dropped() -> None:
    payload = b"<script>alert(document.cookie)</script>"
    assert payload not in drawn(encoded(Image.new("RGB", (9, 9)), "PNG") + payload).data


def test_of_an_animation_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    uploaded = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(drawn(uploaded).data)) as kept:
        assert getattr(kept, "n_frames", 1) == 1
        assert kept.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_a_photograph_is_shrunk_to_what_a_screen_shows() -> None:
    picture = drawn(encoded(Image.new("RGB", (6000, 4000)), "JPEG"))
    assert max(picture.width, picture.height) == 2560
    assert abs(picture.width / picture.height - 1.5) < 0.01


def test_sixteen_bit_grey_is_not_clipped_to_white() -> None:
    with Image.open(io.BytesIO(drawn(encoded(Image.new("I;16", (5, 5), 30_000), "PNG")).data)) as kept:
        assert kept.convert("L").getpixel((2, 2)) == 117


async def test_a_kept_picture_is_found_by_whoever_sent_it_only(counter: Counter, pictures: Pictures) -> None:
    uploaded = encoded(Image.new("RGB", (30, 20)), "PNG")
    picture = await pictures.keep(counter.merchant.id, "bme", uploaded, hourly=5)
    assert isinstance(picture, Picture)
    assert await pictures.find(counter.merchant.id, "bme", picture.id) == picture
    assert await pictures.find(counter.merchant.id, "bother", picture.id) is None
    opened = await pictures.open(picture.id)
    assert opened is not None
    content, kind = opened
    assert kind == "image/png"
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.size == (30, 20)
    assert await pictures.open("0" * 32) is None


async def test_too_large_an_upload_is_refused_unread(counter: Counter, pictures: Pictures) -> None:
    refused = await pictures.keep(counter.merchant.id, "bme", bytes(5 * 1024 * 1024 + 1), hourly=5)
    assert refused is Refused.TOO_LARGE


async def test_who_sent_many_within_the_hour_must_wait(counter: Counter, pictures: Pictures) -> None:
    uploaded = encoded(Image.new("RGB", (3, 2)), "PNG")
    of_merchant = counter.merchant.id
    for _ in range(2):
        assert isinstance(await pictures.keep(of_merchant, "bme", uploaded, hourly=2), Picture)
    assert await pictures.keep(of_merchant, "bme", uploaded, hourly=2) is Refused.TOO_MANY
    assert isinstance(await pictures.keep(of_merchant, "bother", uploaded, hourly=2), Picture)
    counter.clock.forward(minutes=61)
    assert isinstance(await pictures.keep(of_merchant, "bme", uploaded, hourly=2), Picture)


async def test_nor_do_many_at_once_pass_the_hours_number(counter: Counter, pictures: Pictures, tmp_path: Path) -> None:
    uploaded = encoded(Image.new("RGB", (3, 2)), "PNG")
    kept = await asyncio.gather(*(pictures.keep(counter.merchant.id, "bme", uploaded, hourly=3) for _ in range(12)))
    assert [each is Refused.TOO_MANY for each in kept].count(False) == 3
    assert len([each async for each in FolderStore(tmp_path / "pictures").names()]) == 3
