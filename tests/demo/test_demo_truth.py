"""What kind of values a truth file states: only what is written back the same is a number or a date."""

import json

import pytest

from alongside.cli.demo.truth import read_truth


@pytest.mark.parametrize(
    ("told", "kind", "read"),
    [
        (["12.50", "RM 3.1", "1,234.00 EUR"], "Decimal", ["12.50", "3.1", "1234.00"]),
        ([12.5, ".5", "(3)"], "Decimal", ["12.5", "0.5", "-3"]),
        (["25/12/2018", "1 Jan 2019"], "date", ["2018-12-25", "2019-01-01"]),
        (["INV-2000", "INV-2001"], "str", None),
        (["01067", "80331"], "str", None),
        (["DE89370400440532013000"], "str", None),
        (["+49 301 234 567", "089 123 456", "555 123 456"], "str", None),
        (["20180112", "20180199"], "Decimal", None),
        (["12.50", "twelve"], "str", None),
        (["19 %"], "str", None),
    ],
)
def test_a_field_has_the_type_that_every_value_of_it_can_be_written_back_as(tmp_path, told, kind, read):
    path = tmp_path / "truth.json"
    path.write_text(json.dumps({str(at): {"field": value} for at, value in enumerate(told)}))
    truth = read_truth(path)
    assert truth.types == {"field": kind}
    assert [row["field"] for row in truth.values.values()] == (read or told)


@pytest.mark.parametrize(
    ("told", "kind", "unread"),
    [
        ([*["9.50"] * 4, "illegible"], "Decimal", ["illegible"]),
        ([*["RM 9.00"] * 8, "9.00 CR", "9.00 (incl. GST)"], "Decimal", ["9.00 CR", "9.00 (incl. GST)"]),
        ([*["17"] * 9, "n/a"], "Decimal", ["n/a"]),
        ([*["25/12/2018"] * 7, "Christmas"], "date", ["Christmas"]),
        ([*["9.50"] * 3, "illegible"], "str", []),
        ([*["10115"] * 9, "01067"], "str", []),
        ([*["1001"] * 9, "A-1002"], "str", []),
    ],
)
def test_a_slip_among_many_values_is_named_and_leaves_the_fields_type(tmp_path, told, kind, unread):
    path = tmp_path / "truth.json"
    path.write_text(json.dumps({str(at): {"field": value} for at, value in enumerate(told)}))
    truth = read_truth(path)
    assert truth.types == {"field": kind}
    assert [(one.stem, one.field, one.stated) for one in truth.unread] == [
        (str(at), "field", value) for at, value in enumerate(told) if value in unread
    ]
    assert sum("field" in row for row in truth.values.values()) == len(told) - len(unread)


@pytest.mark.parametrize(
    ("told", "doubt"),
    [
        ([*["9.50"] * 3, "illegible", "n/a"], ("Decimal", 3, 5, "illegible")),
        ([*["25/12/2018"] * 2, "Christmas"], ("date", 2, 3, "Christmas")),
        ([*["RM1.234"] * 2, "RM 5"], ("Decimal", 1, 3, "RM1.234")),
        (["12 May 2026", *["ACME"] * 9], None),
        (["ACME", "12 Ltd"], None),
    ],
)
def test_a_field_that_is_text_though_much_of_it_reads_otherwise_is_named(tmp_path, told, doubt):
    path = tmp_path / "truth.json"
    path.write_text(json.dumps({str(at): {"field": value} for at, value in enumerate(told)}))
    truth = read_truth(path)
    assert truth.types == {"field": "str"}
    assert [(one.kind, one.read, one.stated, one.example.stated) for one in truth.doubtful] == (
        [doubt] if doubt else []
    )


def test_what_is_neither_text_nor_a_number_is_named_and_the_rest_is_kept(tmp_path):
    path = tmp_path / "truth.json"
    rows = {"a": {"sum": "9.50", "paid": False}, "b": {"sum": ["9"], "paid": True}, "c": {"sum": 3}}
    path.write_text(json.dumps(rows))
    truth = read_truth(path)
    assert truth.types == {"sum": "Decimal"}
    assert truth.values == {"a": {"sum": "9.50"}, "b": {}, "c": {"sum": "3"}}
    assert [tuple(one) for one in truth.odd] == [
        *(("a", "paid", "false"), ("b", "sum", '["9"]'), ("b", "paid", "true"))
    ]
