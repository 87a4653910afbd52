from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.case import Case
from alongside.core.document import Box
from alongside.core.errors import UsageError
from alongside.core.expected import above, is_below, stated_at
from alongside.core.feedback import Feedback
from alongside.core.value import Value
from alongside.evals.checks import checks_for, run_check
from alongside.evals.feedback import called_wrong, check_place, current, expectations, judge, overtaken


@dataclass(frozen=True)
class Line:
    text: str
    amount: Decimal


@dataclass(frozen=True)
class Receipt:
    company: Value[str]
    day: Value[date]
    total: Value[Decimal]
    lines: tuple[Line, ...] = (Line("tea", Decimal("3.50")), Line("cake", Decimal("8.55")))


ANSWER = Receipt(Value("Acme"), Value(date(2018, 12, 25)), Value(Decimal("12.05")))


def word(judgement: Any, where: str = "", *, at: float = 1.0, identity: str = "", **values: Any) -> Feedback:
    return judge(
        "run", judgement, identity=identity or f"{where}{at}", by="Kim", at=at, field=where, **values
    )


def test_a_word_keeps_its_place() -> None:
    box = Box(1, 0, 0, 1, 1)
    made = word("wrong", "total", expected=Decimal("12.50"), span="s1", box=box, note="glare")
    assert (made.expected, made.has_expected, made.span, made.box, made.note) == (
        "12.50",
        True,
        "s1",
        box,
        "glare",
    )
    assert not word("unsure", "total").has_expected
    assert word("wrong", "total", expected=None).has_expected
    with pytest.raises(UsageError, match="can't be right and have another value"):
        word("right", "total", expected=1)


def test_the_latest_word_that_was_not_taken_back_stands() -> None:
    first, second = word("wrong", "total", at=1, expected="1"), word("right", "total", at=2)
    assert current([second, first]) == (second,)
    assert current([second, first, replace(second, undone=True, at=3)]) == (first,)
    assert current([first, replace(first, undone=True)]) == ()
    other = replace(second, run="other")
    assert set(current([first, second, other])) == {second, other}


def test_corrections_and_right_fields_are_expected_and_others_stay_unjudged() -> None:
    words = [word("wrong", "total", expected="12.50"), word("right", "day"), word("wrong", "company")]
    assert expectations(words, ANSWER) == {"total": "12.50", "day": "2018-12-25"}
    assert expectations([], ANSWER) == {}
    assert expectations([word("unsure", "total")], ANSWER) == {}


def test_the_rest_is_right() -> None:
    lines = [{"text": "tea", "amount": "3.50"}, {"text": "cake", "amount": "8.55"}]
    whole = word("right")
    assert expectations([whole, word("wrong", "total", expected="12.50")], ANSWER) == {
        "company": "Acme",
        "day": "2018-12-25",
        "total": "12.50",
        "lines": lines,
    }
    assert expectations([whole, word("unsure", "total"), word("wrong", "day")], ANSWER) == {
        "company": "Acme",
        "lines": lines,
    }


@pytest.mark.parametrize("at", [0.0, 2.0])
def test_a_list_that_is_right_but_for_what_is_corrected_in_it_is_expected_whole(at: float) -> None:
    inside = word("wrong", "lines.1.amount", at=1, expected="8.50")
    lines = [{"text": "tea", "amount": "3.50"}, {"text": "cake", "amount": "8.50"}]
    assert expectations([inside, word("right", "lines", at=at)], ANSWER) == {"lines": lines}
    assert expectations([inside, word("right", at=at)], ANSWER)["lines"] == lines


@pytest.mark.parametrize("doubt", ["unsure", "wrong"])
def test_a_doubt_inside_a_list_leaves_the_rest_of_it(doubt: Any) -> None:
    words = [word(doubt, "lines.1.amount"), word("wrong", "lines.0.text", expected="chai"), word("right")]
    rest = expectations(words, ANSWER)
    assert {place: value for place, value in rest.items() if place.startswith("lines")} == {
        "lines.0.text": "chai",
        "lines.0.amount": "3.50",
        "lines.1.text": "cake",
    }


def test_the_whole_answer() -> None:
    assert expectations([word("right")], "spam") == {"": "spam"}
    assert expectations([word("wrong", expected="ham")], "spam") == {"": "ham"}
    assert expectations([word("wrong", expected={"total": "1"})], ANSWER) == {"total": "1"}
    assert expectations([word("wrong")], ANSWER) == {}
    assert expectations([word("right")], Value("spam")) == {"": "spam"}


@pytest.mark.parametrize(("at", "total"), [(1.0, "2"), (2.0, "1"), (3.0, "1")])
def test_what_was_said_last_of_a_field_holds(at: float, total: str) -> None:
    whole = word("wrong", at=2.0, expected={"total": "2", "lines": []})
    before = [word("right", "company"), word("wrong", "lines.0.text", expected="te")]
    words = [*before, whole, word("wrong", "total", at=at, expected="1")]
    assert expectations(words, ANSWER) == {"company": "Acme", "total": total, "lines": []}


def test_a_whole_replaces_what_was_said_of_its_parts_and_takes_in_what_is_said_of_them_since() -> None:
    tea, cake = {"text": "tea", "amount": "3.50"}, {"text": "cake", "amount": "8.00"}
    early = word("wrong", "lines.0.amount", at=1, expected="9.99"), word("wrong", "lines.1.amount", at=1)
    whole = word("wrong", "lines", at=2, expected=[tea, cake])
    assert overtaken(early, whole) == (early, None)
    assert expectations([*early, whole], ANSWER) == {"lines": [tea, cake]}
    assert called_wrong([*early, whole], ANSWER) == ()
    assert expectations([*early, whole, replace(whole, undone=True, at=3)], ANSWER) == {
        "lines.0.amount": "9.99"
    }
    since = word("wrong", "lines.1.amount", at=3, expected="8.50")
    assert overtaken([*early, whole], since) == ((), whole)
    merged = [tea, {**cake, "amount": "8.50"}]
    assert expectations([*early, whole, since], ANSWER) == {"lines": merged}
    right = word("right", "lines.1.amount", at=4)
    assert expectations([whole, since, right], ANSWER) == {"lines": [tea, {**cake, "amount": "8.55"}]}
    doubted = word("unsure", "lines.1.amount", at=4)
    assert expectations([whole, doubted], ANSWER) == {"lines.0": tea, "lines.1.text": "cake"}
    for field, newest in (("lines", "lines.2.text"), ("total", "total.net")):
        stated = word("wrong", field, at=2, expected=None if field == "total" else [tea, cake])
        with pytest.raises(UsageError, match=f"{newest} has no place in what was said of {field}"):
            check_place([stated], word("wrong", newest, at=3, expected="x"), ANSWER)


paths = st.sampled_from(["company", "day", "total", "lines", "lines.0", "lines.0.amount", "lines.1.text"])


@given(st.lists(paths, unique=True), st.booleans())
def test_what_is_right_holds_and_what_is_corrected_does_not(wrong: list[str], rest: bool) -> None:
    wrong = [path for path in wrong if not any(is_below(path, other) for other in wrong)]
    words = [word("wrong", path, expected="no such value") for path in wrong] + [word("right")] * rest
    expected = expectations(words, ANSWER)
    assert [stated_at(expected, path) for path in wrong] == ["no such value"] * len(wrong)
    case = Case("", "n", "w", {}, expected)
    verdicts = [run_check(spec, ANSWER, expected) for spec in checks_for(case, {})]
    corrected = {path if path in expected else above(expected, path) for path in wrong}
    assert {verdict.field for verdict in verdicts if not verdict.passed} == corrected
