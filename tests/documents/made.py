"""Documents that the tests write by hand: PDFs object by object (PDF 32000-1), images and mail."""

import hashlib
from email.message import EmailMessage
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def text(x, y, words, size=12, extra=""):
    """Return operators that show `words` at (x, y) from the bottom left."""
    safe = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT {extra} /F1 {size} Tf {x} {y} Td ({safe}) Tj ET\n"


def pdf(*pages, size=(612, 792), attributes="", encrypted=False):
    """Return a PDF of one content stream a page; `attributes` go into every page dictionary."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] {attributes} "
            f"/Contents {5 + 2 * n} 0 R /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(stream(page.encode("cp1252")))
    return assemble(objects, encrypted=encrypted)


def stream(data, attributes=""):
    return f"<< /Length {len(data)} {attributes} >>\nstream\n".encode() + data + b"\nendstream"


def form_pdf(value, words="Terms"):
    """Return a PDF whose only page says `words`, and has one field, filled in with `value`."""
    look = f"BT /F1 12 Tf 2 4 Td ({value}) Tj ET".encode()
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Annots [6 0 R] "
            b"/Resources << /Font << /F1 3 0 R >> >> >>",
            stream(text(72, 700, words).encode()),
            f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (terms) /V ({value}) /F 4 "
            "/Rect [172 696 372 716] /AP << /N 7 0 R >> >>".encode(),
            stream(look, "/Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 3 0 R >> >>"),
        ]
    )


def scanned_pdf(image, size=(612, 792), attributes="", stamp=""):
    """Return a PDF whose only page is a picture; `stamp` is drawn on it."""
    jpeg = BytesIO()
    image.convert("L").save(jpeg, "JPEG", quality=92)
    picture = (
        f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height} "
        "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"
    )
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] {attributes} /Contents 4 0 R "
            "/Resources << /XObject << /I 5 0 R >> /Font << /F1 6 0 R >> >> >>".encode(),
            stream(f"q {size[0]} 0 0 {size[1]} 0 0 cm /I Do Q {stamp}".encode()),
            stream(jpeg.getvalue(), picture),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ]
    )


def assemble(objects, encrypted=False):
    out = bytearray(b"%PDF-1.4\n")
    objects = list(objects)
    trailer = f"/Size {len(objects) + 1} /Root 1 0 R"
    if encrypted:
        objects.append(_encryption())
        trailer = f"/Size {len(objects) + 1} /Root 1 0 R /Encrypt {len(objects)} 0 R /ID [<{'00' * 16}> <{'00' * 16}>]"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return bytes(out + f"trailer\n<< {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())


def _encryption():
    """Return the standard security handler's dictionary, revision 2, with a user password (7.6.3)."""
    owner = _rc4(hashlib.md5(_PAD).digest()[:5], (b"secret" + _PAD)[:32])
    permissions = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5((b"secret" + _PAD)[:32] + owner + permissions + bytes(16)).digest()[:5]
    user = _rc4(key, _PAD)
    return f"<< /Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{user.hex()}> /P -4 >>".encode()


def _rc4(key, data):
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def table_pdf():
    """Return a page with a ruled table of four rows and three columns."""
    rows = [
        ("Item", "Count", "Price"),
        ("Bolts", "120", "14.40"),
        ("Nuts", "80", "6.25"),
        ("Washers", "15", "0.90"),
    ]
    edges = (72, 232, 332, 432)
    content = text(72, 700, "Parts that were delivered in March", 14)
    for index, row in enumerate(rows):
        top = 660 - 20 * index
        for left, words in zip(edges, row, strict=False):
            content += text(left + 4, top - 14, words, 11)
    for index in range(len(rows) + 1):
        content += f"72 {660 - 20 * index} m 432 {660 - 20 * index} l S\n"
    for edge in edges:
        content += f"{edge} 660 m {edge} {660 - 20 * len(rows)} l S\n"
    return pdf(content)


def receipt(scale=1.0):
    """Return the picture of a small receipt and its lines."""
    lines = ["CORNER BAKERY", "12 Mill Lane", "Date 14/03/2024", "Bread 2.50", "Coffee 3.20", "Total 5.70"]
    image = Image.new("L", (int(420 * scale), int(360 * scale)), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(28 * scale)
    for index, line in enumerate(lines):
        draw.text((30 * scale, (20 + 54 * index) * scale), line, fill=0, font=font)
    return image, lines


def encoded(image, kind, **options):
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def mail(body="Please find the invoice attached.\n\nRegards,\nAnn", *, html=None, attachments=()):
    """Return a message; `attachments` are (name, media type, data)."""
    message = EmailMessage()
    message["From"] = "Ann Miller <ann@supplier.example>"
    message["To"] = "desk@customer.example"
    message["Date"] = "Thu, 14 Mar 2024 09:30:00 +0000"
    message["Subject"] = "Invoice 4711"
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, kind, data in attachments:
        main, sub = kind.split("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()
