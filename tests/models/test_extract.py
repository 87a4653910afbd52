import asyncio
import json
from dataclasses import dataclass, make_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from typed_page import document, under

from alongside import learned
from alongside.core.chat import ChatReply, Usage
from alongside.core.errors import DataError, ModelError
from alongside.core.fields import fields_of
from alongside.core.value import Value
from alongside.models.extract import Extraction, extract_fields
from alongside.models.scripted import Answer, ScriptedChat


@dataclass(frozen=True)
class Receipt:
    company: Value[str]
    date: Value[date]
    total: Value[Decimal]
    items: Value[int]


FIELDS = fields_of(Receipt)
PAGE = document("BEAN & LEAF\nDate: 05/03/2018\nItems: 3\nSubtotal 12.50\nTOTAL 12.50")
GOOD = {
    "company": {"value": "Bean & Leaf", "quote": "BEAN & LEAF"},
    "date": {"value": "2018-03-05", "quote": "05/03/2018"},
    "total": {"value": "12.50", "quote": "12.50"},
    "items": {"value": "3", "quote": "Items: 3"},
}
NOTHING = {"value": None, "quote": None}


def extracted(*script: Answer) -> tuple[Extraction, ScriptedChat]:
    model = ScriptedChat(script)
    return asyncio.run(extract_fields(model, PAGE, FIELDS, instructions="The shop's name is on top.")), model


def with_fields(**changed: Any) -> dict[str, Any]:
    return {**GOOD, **changed}


def test_values_come_typed_and_placed():
    read, model = extracted(GOOD)
    assert {name: value.value for name, value in read.fields.items()} == {
        "company": "Bean & Leaf",
        "date": date(2018, 3, 5),
        "total": Decimal("12.50"),
        "items": 3,
    }
    assert {name: value.text for name, value in read.fields.items()} == {
        "company": "BEAN & LEAF",
        "date": "05/03/2018",
        "total": "12.50",
        "items": "3",
    }
    for value in read.fields.values():
        assert (value.source, value.document, value.confidence) == ("prompt", "receipt.txt", 0.9)
        assert " ".join(under(PAGE, box) for box in value.boxes) == value.text
    assert read.fields["total"].boxes[0].y0 == 48, "the total's own line, not the subtotal's"
    assert (model.calls, read.problems) == (1, {})


def test_the_request_holds_the_fields_the_instructions_and_the_document():
    _, model = extracted(GOOD)
    request = model.requests[0]
    system, user = (message.content for message in request.messages)
    assert "- `date`: a date, as YYYY-MM-DD" in system
    assert "The shop's name is on top." in system
    assert "$" not in system
    assert user.startswith("[page 1 of receipt.txt]\nBEAN & LEAF\n")
    assert request.schema is not None
    assert request.schema["required"] == ["company", "date", "total", "items"]


def test_a_document_may_hold_dollars_and_instructions_as_text():
    made = document("pay $fields $$ ${instructions}")
    model = ScriptedChat([dict.fromkeys(GOOD, NOTHING)])
    asyncio.run(extract_fields(model, made, FIELDS, instructions="$total ${x}"))
    assert "pay $fields $$ ${instructions}" in model.requests[0].messages[1].content
    assert "$total ${x}" in model.requests[0].messages[0].content


def test_attachments_are_read_too():
    child = document("TOTAL 9.99", name="bill.txt")
    model = ScriptedChat([with_fields(total={"value": "9.99", "quote": "9.99"}, items=NOTHING)])
    read = asyncio.run(extract_fields(model, document("BEAN & LEAF 05/03/2018 3", children=(child,)), FIELDS))
    assert "[page 1 of bill.txt]\nTOTAL 9.99" in model.requests[0].messages[1].content
    assert read.fields["total"].document == "bill.txt"


def test_what_is_not_stated_is_no_value_and_no_repair():
    read, model = extracted(with_fields(total=NOTHING, date={"value": "", "quote": ""}))
    assert read.fields["total"] == Value(None, source="prompt")
    assert read.fields["date"] == Value(None, source="prompt")
    assert model.calls == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": "05/03/2018", "quote": "05/03/2018"}, "is not a date, as YYYY-MM-DD"),
        ({"value": "2018-13-05", "quote": "05/03/2018"}, "is not a date"),
        ({"value": "2018-03-05", "quote": "5th of May"}, "the document doesn't say '5th of May'"),
        ({"value": {"year": 2018}, "quote": ""}, "value must be a string or null"),
        ({"value": True, "quote": ""}, "value must be a string or null"),
        ({"quote": "05/03/2018"}, "keys value and quote"),
        ("2018-03-05", "keys value and quote"),
    ],
)
def test_what_does_not_fit_is_sent_back_once(wrong: Any, said: str):
    read, model = extracted(with_fields(date=wrong), GOOD)
    assert read.fields["date"].value == date(2018, 3, 5)
    assert (model.calls, read.problems) == (2, {})
    assert model.requests[1].messages[:2] == model.requests[0].messages
    assert model.requests[1].messages[2].role == "assistant"
    repair = model.requests[1].messages[3].content
    assert said in repair
    assert "`date`" in repair
    assert "`total`" not in repair


def test_only_what_was_wrong_is_taken_from_the_repair():
    repaired = with_fields(company={"value": "Somebody else", "quote": "TOTAL"})
    read, _ = extracted(with_fields(date="?"), repaired)
    assert read.fields["company"].value == "Bean & Leaf"


@pytest.mark.parametrize("garbage", ["", "I can't", "[]", "null", '{"company": ', "[" * 100_000])
def test_garbage_twice_is_no_values_and_says_so(garbage: str):
    read, model = extracted(garbage, garbage)
    assert model.calls == 2
    source = "prompt: invalid-answer: the answer is not one whole JSON object"
    assert all(value == Value(None, source=source) for value in read.fields.values())
    assert set(read.problems) == set(GOOD)


def test_an_invented_quote_that_stays_has_little_confidence_and_no_place():
    invented = with_fields(total={"value": "99.00", "quote": "99.00"})
    read, _ = extracted(invented, invented)
    total = read.fields["total"]
    assert (total.value, total.boxes, total.confidence) == (Decimal("99.00"), (), 0.2)
    assert "doesn't say '99.00'" in read.problems["total"]
    taken_back, _ = extracted(invented, with_fields(total=NOTHING))
    assert taken_back.fields["total"].value is None
    worse, _ = extracted(invented, "oops")
    assert worse.fields["total"].value == Decimal("99.00")


def test_a_quote_that_says_something_else_has_middling_confidence():
    read, _ = extracted(with_fields(total={"value": "13.00", "quote": "TOTAL 12.50"}))
    assert (read.fields["total"].confidence, read.fields["total"].text) == (0.6, "TOTAL 12.50")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1,250", "12,50", "RM12.50", "1e999999999"])
def test_amounts_that_are_none(value: str):
    read, model = extracted(*[with_fields(total={"value": value, "quote": "12.50"})] * 2)
    assert model.calls == 2
    assert read.fields["total"].value is None


def test_numbers_and_fences_are_taken_as_meant():
    said = with_fields(total={"value": 12.5, "quote": "12.50"}, items={"value": 3, "quote": "Items: 3"})
    read, model = extracted(f"```json\n{json.dumps(said)}\n```")
    assert (read.fields["total"].value, read.fields["items"].value, model.calls) == (Decimal("12.5"), 3, 1)


def test_types_of_the_users_own():
    @dataclass(frozen=True)
    class Other:
        at: Value[datetime]
        share: Value[float]

    answer = {
        "at": {"value": "2018-03-05T10:30", "quote": "05/03/2018"},
        "share": {"value": "12.5", "quote": "12.50"},
    }
    read = asyncio.run(extract_fields(ScriptedChat([answer]), PAGE, fields_of(Other)))
    assert (read.fields["at"].value, read.fields["share"].value) == (
        datetime.fromisoformat("2018-03-05T10:30"),
        12.5,
    )


@dataclass(frozen=True)
class Item:
    amount: Decimal


@pytest.mark.parametrize(
    ("hint", "told"),
    [(Value[date] | None, "Value[date] | None"), (list[Item], "list[Item]"), (Any, "Any")],
)
def test_a_field_that_is_no_value_is_named_as_it_is_written(hint: Any, told: str):
    with pytest.raises(DataError) as refused:
        learned("bill", make_dataclass("Bill", [("due", hint)]))
    assert refused.value.message == f"Bill.due is {told}"
    assert "in a step" in refused.value.fix


def test_what_it_used_is_the_sum_of_its_calls():
    def reply(text: Any, used: Usage, cost: int | None) -> ChatReply:
        return ChatReply(json.dumps(text), usage=used, cost=cost)

    bad = with_fields(date="?")
    read, _ = extracted(reply(bad, Usage(100, 10, 5), 7), reply(GOOD, Usage(200, 20, None), 8))
    assert (read.usage, read.cost, len(read.replies)) == (Usage(300, 30, None), 15, 2)
    read, _ = extracted(reply(bad, Usage(100, 10), 7), reply(GOOD, Usage(), None))
    assert (read.usage, read.cost) == (Usage(), None)


def test_the_models_errors_come_through():
    with pytest.raises(ModelError, match="model-timeout"):
        extracted(ModelError("model-timeout", "late", fix="wait"))
