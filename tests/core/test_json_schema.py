from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.errors import DataError
from alongside.core.json_schema import violations

TREE = {
    "$ref": "#/$defs/node",
    "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
}


@pytest.mark.parametrize(
    ("schema", "fits", "breaks"),
    [
        ({"type": "integer"}, [1, 1.0, -3], [1.5, "1", True, None]),
        ({"type": ["string", "null"]}, ["", None], [1, []]),
        ({"type": "number"}, [1, 1.5], ["1", False]),
        ({"enum": [1, "a", None]}, [1, 1.0, "a", None], [True, "b"]),
        ({"const": {"a": [1]}}, [{"a": [1]}], [{"a": [True]}, {"a": []}, 1]),
        ({"required": ["a", "b"]}, [{"a": 1, "b": 2}, 3], [{"a": 1}]),
        ({"properties": {"a": {"type": "string"}}}, [{"a": "x"}, {"b": 1}, 7], [{"a": 1}]),
        ({"properties": {"a": {}}, "additionalProperties": False}, [{"a": 1}, {}], [{"b": 1}]),
        ({"additionalProperties": {"type": "integer"}}, [{"a": 1}], [{"a": "x"}]),
        ({"minProperties": 1, "maxProperties": 1}, [{"a": 1}, 1], [{}, {"a": 1, "b": 2}]),
        ({"items": {"type": "integer"}}, [[1], [], "x"], [["x"]]),
        ({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, [["a", 1]], [[1], ["a", "b"]]),
        ({"items": False}, [[]], [[1]]),
        ({"minItems": 1, "maxItems": 2, "uniqueItems": True}, [[1], [1, True]], [[], [1, 1], [1, 2, 3]]),
        ({"minLength": 1, "maxLength": 2, "pattern": "^a"}, ["a", "ab", 3], ["", "abc", "b"]),
        ({"minimum": 1, "exclusiveMaximum": 2}, [1, 1.5, "x"], [0, 2]),
        ({"exclusiveMinimum": 1, "maximum": 2}, [2, 1.1], [1, 2.1]),
        ({"multipleOf": 0.01}, [12.05, 3], [12.055]),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, [1], [0, 3]),
        ({"anyOf": [{"type": "string"}, {"minimum": 3}]}, ["a", 3], [2]),
        ({"oneOf": [{"minimum": 1}, {"minimum": 3}]}, [2], [0, 4]),
        ({"not": {"type": "null"}}, [1], [None]),
        (TREE, [{"next": {"next": {}}}], [{"next": {"next": 1}}]),
        ({"title": "t", "format": "date", "$comment": "c"}, ["not a date"], []),
    ],
)
def test_what_fits_and_what_breaks(schema: dict[str, Any], fits: list[Any], breaks: list[Any]) -> None:
    assert [value for value in fits if violations(value, schema)] == []
    assert [value for value in breaks if not violations(value, schema)] == []


def test_the_place_is_named() -> None:
    schema = {
        "properties": {
            "lines": {"items": {"properties": {"amount": {"type": "number"}}, "required": ["text"]}}
        }
    }
    assert violations({"lines": [{"text": "a"}, {"amount": "x"}]}, schema) == [
        "$.lines[1].amount: 'x' is not number",
        "$.lines[1]: text missing",
    ]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"maxLengthy": 3}, "keyword 'maxLengthy' is not known"),
        ({"type": "stringy"}, "type 'stringy' is not known"),
        ({"$ref": "#/$defs/gone"}, "leads nowhere"),
        ({"$ref": "https://host/schema"}, "leads nowhere"),
        ({"$ref": "#"}, "nests deeper"),
        ({"pattern": "("}, "can't be checked"),
        ({"required": 3}, "can't be checked"),
    ],
)
def test_a_schema_that_cannot_be_checked_is_an_error(schema: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        violations({"a": 1} if "required" in schema else "x", schema)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    )
)
def test_everything_is_itself_and_fits_nothing_else(value: Any) -> None:
    assert violations(value, {"const": value}) == []
    assert violations(value, {"not": {"const": value}}) != []
    assert violations([value, value], {"uniqueItems": True}) != []
