from learn_papers import paper

from alongside.core.document import Box, Line, Word
from alongside.learn.candidates import candidates
from alongside.learn.layout import lay_out
from alongside.learn.vocabulary import concept_of, label_concepts, similarity


def test_columns_are_the_same_whether_the_parser_cut_the_row_or_not():
    cut = lay_out(paper("cut", (40, "Total", 400, "12.50"), (40, "Cash", 400, "20.00")))
    words = [[("Total", 40), ("12.50", 400)], [("Cash", 40), ("20.00", 400)]]
    whole = paper("whole", *((40, "x") for _ in words))
    blocks = [_joined(block, row) for block, row in zip(whole.pages[0].blocks, words, strict=True)]
    joined = lay_out(_with_blocks(whole, blocks))
    assert [[s.text for s in row] for row in joined.rows] == [[s.text for s in row] for row in cut.rows]


def _joined(block, row):
    y0, y1 = block.box.y0, block.box.y1
    words = tuple(Word(text, Box(1, x, y0, x + 6 * len(text), y1)) for text, x in row)
    line = Line(" ".join(w.text for w in words), words[0].box.union(words[-1].box), words)
    return type(block)("text", line.text, line.box, (line,))


def _with_blocks(document, blocks):
    import dataclasses

    page = dataclasses.replace(document.pages[0], blocks=tuple(blocks))
    return dataclasses.replace(document, pages=(page,))


def test_a_paragraph_in_a_column_is_one_candidate():
    layout = lay_out(
        paper("two", (40, "Seller Ltd", 340, "Buyer GmbH"), (40, "1 Elm Road", 340, "2 Oak Way"))
    )
    texts = {c.text for c in candidates(layout, "text")}
    assert {"Seller Ltd 1 Elm Road", "Buyer GmbH 2 Oak Way"} <= texts
    assert not any("Elm" in text and "Oak" in text for text in texts)


def test_the_part_behind_a_label_and_without_a_registration_is_a_candidate():
    layout = lay_out(paper("one", (40, "Served by: Ines"), (40, "Alder Books Ltd (123456-X)")))
    texts = {c.text for c in candidates(layout, "text")}
    assert {"Ines", "Alder Books Ltd"} <= texts


def test_names_and_labels_mean_the_same_things():
    assert concept_of("due_date", "date") == "due"
    assert concept_of("invoiceNumber", "text") == "number"
    assert concept_of("supplier", "text") == "company"
    assert concept_of("grand_total", "amount") == "total"
    assert concept_of("zorp", "text") == ""
    assert label_concepts("Total incl. GST:").keys() == {"total", "inclusive"}
    assert label_concepts("total gst").keys() == {"tax"}
    assert similarity("invoice_number", "Invoice No.") == 1.0
    assert similarity("invoice_number", "Cashier") == 0.0
