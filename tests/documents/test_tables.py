from collections import Counter
from types import SimpleNamespace as Made

from hypothesis import given, settings
from hypothesis import strategies as st
from made import pdf, text

from alongside.core.document import Block, Box, Cell, Word
from alongside.documents.joining import join_tables
from alongside.documents.layout import around, block_of, line_of
from alongside.documents.parse import parse_bytes
from alongside.documents.place import holds
from alongside.documents.tables import cells_of, grid_of, trimmed
from alongside.documents.widening import widen_tables


def word(text, x, y, wide=None):
    return Word(text, Box(1, x, y, x + (wide or 6 * len(text)), y + 10))


def liteparse(*rows):
    """Return a table block as LiteParse gives it: rows of (text, x0, y0, x1, y1)."""
    made = [
        [
            Made(text=text, bbox=Made(x=x0, y=y0, width=x1 - x0, height=y1 - y0))
            for text, x0, y0, x1, y1 in row
        ]
        for row in rows
    ]
    return Made(header=made[0], rows=made[1:])


def texts(grid):
    return [[" ".join(word.text for word in words) for words in row] for row in grid]


def test_words_decide_what_stands_in_a_cell():
    block = liteparse(
        [("Item Price", 0, 0, 100, 12), ("Item Price", 100, 0, 200, 12)],
        [("Bolts 14.40", 0, 20, 100, 32), ("", 100, 20, 200, 32)],
    )
    grid = grid_of(
        block, [word("Item", 4, 0), word("Price", 120, 0), word("Bolts", 4, 20), word("14.40", 120, 20)]
    )
    assert texts(grid) == [["Item", "Price"], ["Bolts", "14.40"]]
    cells = cells_of(grid)
    assert [cell.box for cell in cells if cell.text == "14.40"] == [Box(1, 120, 20, 150, 30)]


def test_a_word_outside_of_every_cell_goes_to_the_nearest():
    block = liteparse(
        [("A", 0, 0, 50, 12), ("B", 60, 0, 110, 12)], [("C", 0, 20, 50, 32), ("D", 60, 20, 110, 32)]
    )
    grid = grid_of(block, [word("far", 130, 24), word("low", 2, 50)])
    assert texts(grid) == [["", ""], ["low", "far"]]


def test_a_ruled_row_of_several_records_is_split_but_wrapped_text_is_not():
    block = liteparse([("", 0, 0, 90, 60), ("", 100, 0, 190, 60), ("", 200, 0, 290, 60)])
    records = [
        word(label, x, y)
        for y, row in (
            (0, ("North", "12", "80%")),
            (20, ("South", "7", "20%")),
            (40, ("Total", "19", "100%")),
        )
        for x, label in zip((2, 110, 210), row, strict=True)
    ]
    assert texts(grid_of(block, records)) == [
        ["North", "12", "80%"],
        ["South", "7", "20%"],
        ["Total", "19", "100%"],
    ]
    wrapped = [word(label, x, y) for y in (0, 20) for x, label in ((2, "some"), (110, "more"), (210, "text"))]
    assert texts(grid_of(block, wrapped)) == [["some some", "more more", "text text"]]


def test_sums_below_the_last_item_are_rows_and_a_wrapped_description_is_none():
    shown = [
        ("Item", "Qty", "Since", "Amount"),
        ("Hex bolts M8", "10", "2025-01-01", "12.00"),
        ("zinc plated", "", "2025-03-31", ""),
        ("Wood screws", "4", "2025-02-01", "10.00"),
        ("Washers", "100", "2025-01-01", "5.00"),
        ("Subtotal", "", "", "27.00"),
        ("VAT 20 %", "", "", "EUR 5.40"),
        ("Total due", "", "", "EUR 32.40"),
    ]
    for pitch in (13, 16):  # so close that LiteParse takes them for one row
        drawn = [
            text(x, 590 - pitch * n, words, 11)
            for n, row in enumerate(shown)
            for x, words in zip((60, 240, 330, 430), row, strict=True)
            if words
        ]
        document = parse_bytes(pdf("".join(drawn)), name="invoice.pdf")
        (table,) = (block for block in document.pages[0].blocks if block.kind == "table")
        rows = [tuple(row.values()) for row in grid(table)]
        folded = ("Hex bolts M8 zinc plated", "10", "2025-01-01 2025-03-31", "12.00")
        assert rows == [shown[0], folded, *shown[3:]]


def test_sentences_around_a_table_are_no_rows_and_sentences_alone_no_table():
    caption = [[word("Table", 0, 0), word("of", 33, 0)], [word("all", 48, 0)], [word("parts", 69, 0)]]
    body = [[[word("Bolts", 0, y)], [word("12", 60, y)], [word("3.20", 110, y)]] for y in (20, 40)]
    note = [[word("As", 0, 60)], [word("of", 15, 60)], [word("March", 30, 60)]]
    assert trimmed([caption, *body, note]) == body
    assert trimmed([caption, note]) == []
    assert trimmed([]) == []


def table(top, rows, left=0):
    cells = tuple(
        Cell(
            row,
            column,
            text,
            Box(1, left + 100 * column, top + 20 * row, left + 100 * column + 50, top + 20 * row + 10),
        )
        for row, columns in enumerate(rows)
        for column, text in enumerate(columns)
    )
    lines = tuple(
        line_of([Word(cell.text, cell.box) for cell in cells if cell.row == row]) for row in range(len(rows))
    )
    return Block("table", "", around([cell.box for cell in cells]), lines, 1.0, cells)


ROWS = [("Bolts", "12", "3.20"), ("Nuts", "7", "0.80")]


def grid(block):
    rows = {}
    for cell in block.cells:
        rows.setdefault(cell.row, {})[cell.column] = cell.text
    return [rows[row] for row in sorted(rows)]


def test_a_table_broken_at_a_section_heading_is_one():
    section = block_of([line_of([word("Electrical", 0, 40), word("parts", 64, 40)])])
    (whole,) = join_tables(
        [table(0, ROWS), section, table(60, [("Fuses", "90", "1.10"), ("Wires", "8", "9.00")])]
    )
    assert grid(whole) == [
        {0: "Bolts", 1: "12", 2: "3.20"},
        {0: "Nuts", 1: "7", 2: "0.80"},
        {0: "Electrical parts"},
        {0: "Fuses", 1: "90", 2: "1.10"},
        {0: "Wires", 1: "8", 2: "9.00"},
    ]
    assert [line.text for line in whole.lines][2] == "Electrical parts"
    assert whole.box == Box(1, 0, 0, 250, 90)


def test_lines_left_below_join_where_they_stand_in_the_columns():
    stray = block_of([line_of([word("Fuses", 0, 40), word("90", 100, 40), word("1.10", 200, 40)])])
    (whole,) = join_tables([table(0, ROWS), stray])
    assert grid(whole)[2] == {0: "Fuses", 1: "90", 2: "1.10"}


def test_what_follows_but_does_not_belong_stays():
    sentence = block_of([line_of([word(f"word{n}", 37 * n, 40) for n in range(7)])])
    far = table(200, ROWS)
    shifted = table(40, ROWS, left=60)
    heading = block_of([line_of([word("Next", 0, 40), word("chapter", 30, 40)])])
    for other in (sentence, far, shifted, heading):
        blocks = (table(0, ROWS), other)
        assert join_tables(blocks) == blocks


NUMBERS = st.lists(st.integers(0, 99_999).map(lambda n: f"{n:,}"), min_size=3, max_size=3)


@settings(max_examples=15, deadline=None)
@given(rows=st.lists(NUMBERS, min_size=2, max_size=8))
def test_every_word_of_a_drawn_table_is_in_one_cell_whose_box_holds_it(rows):
    content = text(72, 740, "Figures by region and year", 14)
    for index, row in enumerate([["2021", "2022", "2023"], *rows]):
        for left, value in zip((200, 300, 400), row, strict=True):
            content += text(left, 700 - 18 * index, value, 10)
        content += text(72, 700 - 18 * index, f"Region {index}", 10)
    document = parse_bytes(pdf(content), name="figures.pdf")
    blocks = [block for block in document.pages[0].blocks if block.kind == "table"]
    for block in blocks:
        filled = [cell for cell in block.cells if cell.text]
        assert all(cell.box and holds(document, cell.box, cell.text) for cell in filled)
        held = Counter(word for cell in filled for word in cell.text.split())
        assert not held - Counter(block.text.split())
    assert document.parse_run.audit.passed


def test_a_column_of_figures_that_was_cut_off_goes_back_to_its_table():
    rows = [("Qty", "Description", "Price", "Amount"), *[("2", "Service, lift", "385.00", "546.00")] * 3]
    lines = [
        *(text(34, 440 - 13 * n, "14 Harbour Terrace, Wenmouth 4021", 9.6) for n in range(6)),
        *(
            text(x, 333 - 16 * n, words, 9.6)
            for n, row in enumerate(rows)
            for x, words in zip((34, 69, 286, 357), row, strict=True)
        ),
        *(text(210, y, "Sub-total", 9.6) + text(357, y, "157.41", 9.6) for y in (267, 253)),
        text(34, 209, "Terms: 30 days from invoice date.", 9.6),
    ]
    document = parse_bytes(pdf("".join(lines), size=(420, 595)), name="cut.pdf")  # cut before the amounts
    assert document.text.split("\n")[6:] == [
        "Qty Description Price Amount",
        *["2 Service, lift 385.00 546.00"] * 3,
        "Sub-total 157.41",
        "Sub-total 157.41",
        "Terms: 30 days from invoice date.",
    ]
    (table,) = (block for block in document.pages[0].blocks if block.kind == "table")
    last = [cell for cell in table.cells if cell.column == 3]
    assert [cell.text for cell in last] == ["Amount", "546.00", "546.00", "546.00"]
    assert all(cell.box and holds(document, cell.box, cell.text) for cell in last)


def test_text_beside_a_table_stays_beside_it():
    cells = [line_of([word(label, x, y)]) for y in (0, 20, 40) for x, label in ((0, "Bolts"), (60, f"{y}.5"))]
    table = Block(
        "table",
        "",
        Box(1, 0, 0, 90, 50),
        tuple(cells),
        1.0,
        cells_of([[[*a.words], [*b.words]] for a, b in zip(cells[::2], cells[1::2], strict=True)]),
    )
    for beside in (("Some", "other", "words"), ("12.5", "13.5"), ("12.5", "see", "14.5")):
        blocks = (table, block_of([line_of([word(label, 120, 20 * n)]) for n, label in enumerate(beside)]))
        assert widen_tables(blocks) == blocks
