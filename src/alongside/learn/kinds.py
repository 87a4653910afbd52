"""Features that only one kind of value has: how a date is written, where an amount stands among the amounts, what a text looks like."""

from collections import Counter
from decimal import Decimal
from itertools import pairwise

from alongside.core.fields import FieldKind
from alongside.learn.amounts import Number
from alongside.learn.candidates import Candidate
from alongside.learn.cues import Look, look
from alongside.learn.dates import Found
from alongside.learn.layout import Layout, Segment
from alongside.learn.spans import Span

__all__ = ["KIND_FEATURES", "kind_features"]

_DATE = (
    "named", "iso", "compact", "short_year", "ambiguous", "against_order", "with_time", "first", "order", "latest", "earliest",
    "share_same", "in_sentence", "alone",
)  # fmt: skip
_AMOUNT = (
    "log", "of_largest", "largest", "rank", "two_decimals", "no_decimals", "currency", "percent", "same", "difference", "sum",
    "not_positive", "row_last", "row_count", "from_end", "later_same", "after_words", "largest_decimal", "alone", "rounded", "unrounded",
)  # fmt: skip
_INTEGER = ("digits_count", "row_last", "row_count", "order", "share_same", "alone")
_TEXT = (
    "lines", "address_sum", "address_mean", "address_least", "address_first", "address_last", "company_first", "junk", "junk_most", "starts_address",
    "ends_address", "next_address", "next_junk", "next_starts", "before_address", "before_junk", "before_company", "gap_above", "gap_below",
    "comma_end", "comma_before", "value_form", "trimmed_form", "code_form", "height_jump_above", "height_jump_below", "more_above",
    "more_below", "has_postcode_tail", "first_text", "after_company", "bracket", "colon",
    "generic", "goes_on", "legal", "legal_last", "next_generic", "next_goes_on", "next_legal", "before_generic", "before_open", "open_end",
)  # fmt: skip

_COIN = Decimal("0.05")

KIND_FEATURES: dict[FieldKind, tuple[str, ...]] = {
    "date": _DATE,
    "amount": _AMOUNT,
    "integer": _INTEGER,
    "text": _TEXT,
}


def kind_features(layout: Layout, kind: FieldKind, made: list[Candidate]) -> list[list[float]]:
    """Return the features named in `KIND_FEATURES[kind]` for each candidate."""
    if kind == "date":
        return _dates(made)
    if kind == "amount":
        return _amounts(made)
    if kind == "integer":
        return _integers(made)
    first = next((c.first.row for c in made if look(c.first.text).words), 0)
    return [_text(layout, c, first) for c in made]


def _dates(made: list[Candidate]) -> list[list[float]]:
    hits = [c.detail for c in made if isinstance(c.detail, Found)]
    sure = [hit.month_first for hit in hits if hit.form == "numeric" and not hit.ambiguous]
    month_first = bool(sure) and sum(sure) > len(sure) / 2
    values = [hit.value for hit in hits if not hit.ambiguous or hit.month_first == month_first]
    same = Counter(hit.value for hit in hits)
    rows: list[list[float]] = []
    for order, (c, hit) in enumerate(zip(made, hits, strict=True)):
        text = c.first.text
        rows.append(
            [
                float(hit.form == "named"),
                float(hit.form == "iso"),
                float(hit.form == "compact"),
                float(hit.short_year),
                float(hit.ambiguous),
                float(hit.ambiguous and hit.month_first != month_first),
                float(":" in text[hit.end : hit.end + 12] or _timed(c.first.right)),
                float(order == 0 or (hits[0].start == hit.start and c.first is made[0].first)),
                order / len(made),
                float(hit.value == max(values, default=hit.value)),
                float(hit.value == min(values, default=hit.value)),
                same[hit.value] / len(made),
                float(len(text) > 60),
                float(hit.end - hit.start >= len(text) - 1),
            ]
        )
    return rows


def _timed(segment: Segment | None) -> bool:
    return segment is not None and ":" in segment.text[:6] and segment.text[:1].isdigit()


def _amounts(made: list[Candidate]) -> list[list[float]]:
    hits = [c.detail for c in made if isinstance(c.detail, Number)]
    money = [h.value for h in hits if h.decimals == 2 and not h.percent and h.value > 0]
    pool = money or [h.value for h in hits if h.value > 0]
    distinct = sorted(set(pool), reverse=True)
    largest = distinct[0] if distinct else Decimal(1)
    ranks = {value: rank for rank, value in enumerate(distinct)}
    same = Counter(h.value for h in hits)
    differences, sums = _relations(distinct[:24])
    rounded, unrounded = _roundings(distinct)
    in_row = Counter(c.first.row for c in made)
    last_of_row = {c.first.row: i for i, c in enumerate(made)}
    last_same = {h.value: i for i, h in enumerate(hits)}
    rows: list[list[float]] = []
    for i, (c, h) in enumerate(zip(made, hits, strict=True)):
        text = c.first.text
        rows.append(
            [
                min(12.0, float(abs(h.value) + 1).__pow__(0.25)),
                min(3.0, float(abs(h.value) / largest)),
                float(h.value == largest),
                min(ranks.get(h.value, 12), 12) / 12,
                float(h.decimals == 2),
                float(h.decimals == 0),
                float(h.currency),
                float(h.percent),
                min(same[h.value], 5) / 5,
                float(h.value in differences),
                float(h.value in sums),
                float(h.value <= 0),
                float(last_of_row[c.first.row] == i),
                min(in_row[c.first.row], 6) / 6,
                min(len(made) - 1 - i, 15) / 15,
                float(last_same[h.value] != i),
                float(any(ch.isalpha() for ch in text[: h.start])),
                float(h.value == largest and h.decimals == 2),
                float(h.end - h.start >= len(text) - 1),
                float(h.value in rounded),
                float(h.value in unrounded),
            ]
        )
    return rows


def _roundings(values: list[Decimal]) -> tuple[set[Decimal], set[Decimal]]:
    """Values that are another one rounded to what coins can pay (0.05, 0.10 or more), and those others."""
    rounded: set[Decimal] = set()
    unrounded: set[Decimal] = set()
    for one, other in pairwise(values):
        if one - other <= Decimal("0.05"):
            a, b = (one, other) if one % _COIN == 0 else (other, one)
            if a % _COIN == 0 and b % _COIN:
                rounded.add(a)
                unrounded.add(b)
    return rounded, unrounded


def _relations(values: list[Decimal]) -> tuple[set[Decimal], set[Decimal]]:
    """Values that are a difference of two others (paid - change = total) and that are a sum (net + tax = total)."""
    known = set(values)
    differences: set[Decimal] = set()
    sums: set[Decimal] = set()
    for i, a in enumerate(values):
        for b in values[i + 1 :]:
            rest = a - b
            if rest in known and rest != b:
                differences.update((rest, b))
                sums.add(a)
    return differences, sums


def _integers(made: list[Candidate]) -> list[list[float]]:
    in_row = Counter(c.first.row for c in made)
    last_of_row = {c.first.row: i for i, c in enumerate(made)}
    same = Counter(c.key for c in made)
    return [
        [
            len(c.text) / 9,
            float(last_of_row[c.first.row] == i),
            min(in_row[c.first.row], 6) / 6,
            i / len(made),
            same[c.key] / len(made),
            float(len(c.text) >= len(c.first.text) - 1),
        ]
        for i, c in enumerate(made)
    ]


_NOTHING = Look(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0, 0.0, 0.0)


def _text(layout: Layout, c: Candidate, first_row: int) -> list[float]:
    first, last = c.first, c.last
    looks = [look(piece.text) for piece in c.pieces]
    above, below = first.above, last.below
    before = look(above.text) if above is not None else _NOTHING
    after = look(below.text) if below is not None else _NOTHING
    form = c.detail.form if isinstance(c.detail, Span) else ""
    rest = last.text[c.pieces[-1].end :]
    close = below is not None and layout.stacked(last) is below
    return [
        len(looks) / 6,
        sum(max(-1.0, min(1.2, 1.8 * seen.address - 0.9)) for seen in looks),
        sum(seen.address for seen in looks) / len(looks),
        min(seen.address for seen in looks),
        looks[0].address,
        looks[-1].address,
        looks[0].company,
        sum(seen.junk for seen in looks) / len(looks),
        max(seen.junk for seen in looks),
        looks[0].starts_address,
        looks[-1].ends_address,
        after.address,
        after.junk,
        after.starts_address,
        before.address,
        before.junk,
        before.company,
        _gap(above, first, layout.height),
        _gap(last, below, layout.height),
        float(rest.startswith(",") or c.text.endswith((",", "&", "-"))),
        float(above is not None and above.text.rstrip().endswith(",")),
        float(form == "value"),
        float(form == "trimmed"),
        float(form == "code"),
        _jump(above, first),
        _jump(last, below),
        float(above is not None and layout.stacked(above) is first),
        float(close),
        float(looks[-1].ends_address > 0.35),
        float(first.row == first_row),
        float(before.company > 0.9),
        float("(" in c.text),
        float(":" in c.text),
        looks[0].generic,
        looks[0].goes_on,
        max(seen.legal for seen in looks),
        looks[-1].legal,
        after.generic if close else 0.0,
        after.goes_on if close else 0.0,
        after.legal if close else 0.0,
        before.generic,
        before.open_end,
        looks[-1].open_end,
    ]


def _gap(upper: Segment | None, lower: Segment | None, height: float) -> float:
    if upper is None or lower is None:
        return 3.0
    return max(-1.0, min(3.0, (lower.y0 - upper.y1) / height))


def _jump(upper: Segment | None, lower: Segment | None) -> float:
    if upper is None or lower is None:
        return 0.0
    return abs(upper.height - lower.height) / max(upper.height, lower.height, 1.0)
