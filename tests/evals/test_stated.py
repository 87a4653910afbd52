from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from alongside.core.encoding import encode
from alongside.core.errors import UsageError
from alongside.core.value import Value
from alongside.evals.stated import check_stated


@dataclass(frozen=True)
class Bill:
    company: Value[str]
    total: Value[Decimal]
    day: Value[date]
    lines: list[dict[str, Decimal]]
    missing: Value[Decimal]


KEPT = encode(
    Bill(Value("A"), Value(Decimal("1.50")), Value(date(2026, 1, 2)), [{"net": Decimal(1)}], Value(None))
).data


@pytest.mark.parametrize(
    ("field", "stated"), [("total", "abc"), ("total", "2026-01-02"), ("day", "soon"), ("lines.0.net", "x")]
)
def test_a_number_or_a_date_is_corrected_by_one(field: str, stated: str) -> None:
    with pytest.raises(UsageError, match=field) as refused:
        check_stated(KEPT, field, stated)
    assert refused.value.code == "stated-value"


@pytest.mark.parametrize(
    ("field", "stated"),
    [
        ("total", "12.50"),
        ("total", 12.5),
        ("total", None),
        ("day", "3 May 2026"),
        ("company", "2 Brothers"),
        ("missing", "abc"),
        ("lines.7.net", "x"),
        ("", "x"),
    ],
)
def test_anything_else_may_be_stated(field: str, stated: object) -> None:
    check_stated(KEPT, field, stated)
