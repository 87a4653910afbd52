"""Values put into a TOML document: they are what was meant, and what is beside them keeps its comments."""

import tomli
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from alongside.store.toml_edit import put, put_whole
from alongside.store.toml_literal import toml_literal

_SOURCE = """\
[params]
tags = [
    "x", # why x
    # before y
    "y",
]
inline = { k = 1, m = "t" } # kept

[params.nested] # a header
# about p
p = 1 # one

[params.nested.deep]
# about d
d = "x"

[limits]
# the end
"""

_SCALARS = st.one_of(st.booleans(), st.integers(-9, 9), st.text("ab#\n", max_size=3))
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("pqkd"), inner, max_size=3)
    ),
    max_leaves=6,
)


def _edited(name: str, value: object) -> str:
    document = tomlkit.parse(_SOURCE)
    put(document["params"], name, value, lambda new: tomlkit.value(toml_literal(new)))  # type: ignore[arg-type]
    return tomlkit.dumps(document)


def test_an_item_of_a_list_changes_alone() -> None:
    assert _edited("tags", ["x", "z"]) == _SOURCE.replace('"y"', '"z"')
    assert '    "x", # why x\n    # before y\n    "y",\n    "z",\n]' in _edited("tags", ["x", "y", "z"])


def test_a_key_of_a_table_changes_alone() -> None:
    assert _edited("nested", {"p": 2, "deep": {"d": "x"}}) == _SOURCE.replace("p = 1 #", "p = 2 #")
    assert _edited("inline", {"k": 7, "m": "t"}) == _SOURCE.replace("k = 1", "k = 7")


@given(name=st.sampled_from(["tags", "inline", "nested", "new"]), value=_VALUES)
def test_a_document_states_what_was_put_into_it_or_is_written_whole(name: str, value: object) -> None:
    text = _edited(name, value)
    if tomli.loads(text)["params"][name] != value:  # `set_values` and `edited_text` look, and then do this
        document = tomlkit.parse(_SOURCE)
        put_whole(document["params"], name, value, lambda new: tomlkit.value(toml_literal(new)))  # type: ignore[arg-type]
        text = tomlkit.dumps(document)
    found = tomli.loads(text)
    assert found["params"][name] == value
    assert found["limits"] == {}
