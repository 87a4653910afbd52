"""Made-up papers of a made-up world, laid out by hand."""

from datetime import date
from decimal import Decimal

from alongside.core.document import Audit, Block, Box, Document, Line, Page, ParseRun, Word
from alongside.core.fields import Field
from alongside.learn.examples import Example

WIDE, HIGH = 6.0, 10.0

FIELDS = (
    Field("company", "text", str),
    Field("date", "date", date),
    Field("total", "amount", Decimal),
    Field("cashier", "text", str),
)


def paper(name: str, *rows: tuple[float, str] | tuple[float, str, float, str]) -> Document:
    """One page; each row is (x, text) or (x, text, x, text), rows stand 16 points apart."""
    blocks = []
    for number, row in enumerate(rows):
        for x, text in zip(row[::2], row[1::2], strict=True):
            line = _line(float(x), 20.0 + 16 * number, str(text))
            blocks.append(Block("text", line.text, line.box, (line,)))
    page = Page(1, 612, 792, 0, "native", 1.0, tuple(blocks))
    return Document(name, f"{name}.pdf", "application/pdf", (page,), ParseRun("test", "1", (), Audit(0, 0)))


def _line(x: float, y: float, text: str) -> Line:
    words = []
    at = 0
    for part in text.split():
        at = text.index(part, at)
        words.append(Word(part, Box(1, x + at * WIDE, y, x + (at + len(part)) * WIDE, y + HIGH)))
        at += len(part)
    return Line(text, Box(1, x, y, x + len(text) * WIDE, y + HIGH), tuple(words))


def invoice() -> Document:
    """An invoice of a kind that nothing was written for."""
    return paper(
        "invoice",
        (40, "Northwind Traders Ltd", 420, "INVOICE"),
        (40, "12 Harbour Street", 340, "Invoice No:", 460, "NW-2024-0117"),
        (40, "Bristol BS1 4RN", 340, "Invoice Date:", 460, "17 March 2024"),
        (40, "United Kingdom", 340, "Due Date:", 460, "16 April 2024"),
        (40, " ",),
        (40, "Bill to: Fabrikam GmbH"),
        (40, "Description", 300, "Qty", 380, "Price", 480, "Amount"),
        (40, "Oak table", 300, "2", 380, "450.00", 480, "900.00"),
        (40, "Beech chair", 300, "4", 380, "75.50", 480, "302.00"),
        (340, "Subtotal", 480, "1,202.00"),
        (340, "VAT 20%", 480, "240.40"),
        (340, "Total due", 480, "£1,442.40"),
        (40, "Thank you for your business"),
    )  # fmt: skip


_SHOPS = ("Alder Books Ltd", "Birch Garden Centre", "Cedar Hardware Ltd", "Dogwood Cafe", "Elm Pharmacy Inc")
_PEOPLE = ("Ines", "Jonas", "Katya", "Liam", "Mona", "Nils", "Oda", "Pavel")


def till_slip(number: int) -> Example:
    """A till slip: its cashier's name stands under a word that no vocabulary knows."""
    shop = _SHOPS[number % len(_SHOPS)]
    person = _PEOPLE[(number * 3) % len(_PEOPLE)]
    day = date(2024, 1 + number % 12, 13 + number % 15)
    one, two = Decimal(f"{3 + number}.25"), Decimal(f"{1 + number % 7}.50")
    document = paper(
        f"slip{number}",
        (200, shop),
        (200, f"{10 + number} Forest Road, Springfield"),
        (40, "Printed", 140, day.strftime("%d/%m/%Y")),
        (40, "Zorp:", 140, person),
        (40, "Pencil", 300, str(one)),
        (40, "Paper", 300, str(two)),
        (40, "Total", 300, str(one + two)),
        (40, "Cash", 300, "100.00"),
        (40, "Change", 300, str(100 - one - two)),
        (40, "See you soon"),
    )
    return Example(document, {"company": shop, "date": day, "total": one + two, "cashier": person}, shop)
