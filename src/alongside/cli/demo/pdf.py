"""A minimal PDF writer: pages of text in the standard fonts, or one scanned picture. After ISO 32000-1."""

from collections.abc import Sequence
from math import cos, radians, sin

from alongside.cli.demo.sheet import Rule, Sheet, Text

__all__ = ["picture_pdf", "text_pdf"]


def text_pdf(sheet: Sheet) -> bytes:
    """Return a PDF of one page with a native text layer."""
    fonts = sorted({text.font for text in sheet.texts})
    names = {font: f"F{n}" for n, font in enumerate(fonts, 1)}
    content = [_rule(rule, sheet.height) for rule in sheet.rules]
    content += [_text(text, names[text.font], sheet.height) for text in sheet.texts]
    used = " ".join(f"/{names[font]} {5 + n} 0 R" for n, font in enumerate(fonts))
    return _file(
        [
            *_page(sheet.width, sheet.height, f"/Font << {used} >>"),
            _stream(b"", "\n".join(content).encode("cp1252")),
            *(
                f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>".encode()
                for font in fonts
            ),
        ]
    )


def picture_pdf(jpeg: bytes, pixels: tuple[int, int], *, dpi: int) -> bytes:
    """Return a PDF of one page that is a grey JPEG of `pixels` (width, height), as a scanner makes it."""
    width, height = (side * 72 / dpi for side in pixels)
    head = (
        f"/Type /XObject /Subtype /Image /Width {pixels[0]} /Height {pixels[1]} "
        "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"
    )
    draw = f"{width:.2f} 0 0 {height:.2f} 0 0 cm /Scan Do".encode()
    return _file(
        [
            *_page(width, height, "/XObject << /Scan 5 0 R >>"),
            _stream(b"", draw),
            _stream(head.encode(), jpeg),
        ]
    )


def _page(width: float, height: float, resources: str) -> list[bytes]:
    """Return catalogue, page tree and page (objects 1 to 3); the content is object 4."""
    box = f"[0 0 {width:.2f} {height:.2f}]"
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Resources << {resources} >> /Contents 4 0 R >>".encode(),
    ]


def _text(text: Text, font: str, height: float) -> str:
    shown = text.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    across, up = cos(radians(text.turn)), sin(radians(text.turn))
    matrix = f"{across:.4f} {up:.4f} {-up:.4f} {across:.4f} {text.x:.2f} {height - text.y:.2f}"
    return f"{text.ink:.2f} g BT /{font} {text.size:.2f} Tf {matrix} Tm ({shown}) Tj ET"


def _rule(rule: Rule, height: float) -> str:
    path = f"{rule.x0:.2f} {height - rule.y0:.2f} m {rule.x1:.2f} {height - rule.y1:.2f} l"
    return f"{rule.width:.2f} w {path} S"


def _stream(head: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(data), data)


def _file(objects: Sequence[bytes]) -> bytes:
    whole = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []
    for number, body in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start, size = len(whole), len(objects) + 1
    whole += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
    return bytes(whole + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
