import struct
import zlib

import pytest
from made import encoded, receipt
from PIL import Image

from alongside.core.errors import DataError
from alongside.documents.parse import parse_bytes


def parse(data, name="scan.png", **options):
    return parse_bytes(data, name=name, media_type="", options=options)


def lines(document, page=1):
    return [line.text for line in document.pages[page - 1].lines()]


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("TIFF", "image/tiff")]
)
def test_an_image_is_a_page_of_as_many_points_as_pixels(kind, media_type):
    image, expected = receipt()
    document = parse(encoded(image, kind))
    page = document.pages[0]
    assert document.media_type == media_type
    assert (page.width, page.height, page.rotation, page.text_layer) == (420, 360, 0, "ocr")
    assert lines(document) == expected
    total = next(line for line in page.lines() if line.text.startswith("Total"))
    assert 290 < total.box.y0 < total.box.y1 < 325
    assert [word.text for word in total.words] == ["Total", "5.70"]


def test_a_resolution_sets_the_size_in_points():
    page = parse(encoded(receipt()[0], "PNG", dpi=(144, 144))).pages[0]
    assert (page.width, page.height) == pytest.approx((210, 180), abs=0.1)
    assert max(line.box.y1 for line in page.lines()) < 180


def test_a_tiff_has_many_pages():
    image, expected = receipt()
    document = parse(
        encoded(image, "TIFF", save_all=True, append_images=[Image.new("L", (50, 40), 255), image])
    )
    assert [(page.number, page.width, page.height) for page in document.pages] == [
        (1, 420, 360),
        (2, 50, 40),
        (3, 420, 360),
    ]
    assert lines(document, 3) == expected
    assert {word.box.page for line in document.pages[2].lines() for word in line.words} == {3}


def test_exif_turns_the_page_before_it_is_read():
    image, expected = receipt()
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn clockwise
    document = parse(encoded(image.rotate(90, expand=True), "JPEG", quality=95, exif=exif))
    assert (document.pages[0].width, document.pages[0].height, document.pages[0].rotation) == (420, 360, 90)
    assert lines(document) == expected


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_scan_that_lies_on_its_side_or_head_is_turned(degrees):
    image, expected = receipt()
    document = parse(encoded(image.rotate(degrees, expand=True), "PNG"))
    page = document.pages[0]
    assert (page.rotation, page.width, page.height) == (degrees, 420, 360)
    assert lines(document) == expected


def test_a_dark_rim_does_not_hide_the_page():
    image, expected = receipt()
    rimmed = Image.new("L", image.size, 0)
    rimmed.paste(image.crop((4, 4, 416, 356)), (4, 4))
    assert lines(parse(encoded(rimmed, "PNG"))) == expected


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
def test_every_common_pixel_format_is_read(mode):
    image, expected = receipt()
    kind = "TIFF" if mode in {"CMYK", "I;16"} else "PNG"
    if mode == "I;16":
        converted = image.convert("I").point(lambda value: value * 257).convert("I;16")
    elif mode in {"RGBA", "LA"}:  # black ink on nothing at all
        converted = Image.new(mode, image.size, 0)
        converted.putalpha(image.point(lambda value: 255 - value))
    else:
        converted = image.convert(mode)
    assert lines(parse(encoded(converted, kind))) == expected


def test_what_was_read_before_does_not_change_what_is_read():
    image, _ = receipt()
    first = parse(encoded(image, "PNG"))
    parse(encoded(image.rotate(3, fillcolor=255), "PNG"))
    assert parse(encoded(image, "PNG")) == first


def png_header(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@pytest.mark.parametrize("size", [(30_000, 30_000), (11_000, 10_000), (2_000_000, 60)])
def test_too_many_pixels_are_refused_before_they_are_decoded(size):
    with pytest.raises(DataError, match=r"huge\.png: .*pixels") as caught:
        parse(png_header(*size), name="huge.png")
    assert caught.value.code == "unreadable-document"


def test_a_damaged_image_is_named():
    whole = encoded(receipt()[0], "JPEG")
    for data in (whole[: len(whole) // 2], whole[:200], encoded(receipt()[0], "PNG")[:300]):
        with pytest.raises(DataError, match=r"cut\.jpg: the image is damaged"):
            parse(data, name="cut.jpg")
