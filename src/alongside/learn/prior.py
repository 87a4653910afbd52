"""What is known before the first correction: hand-written weights over the dense features, by kind and by concept.

The scores are log-odds against the document's other candidates; `learn/train.py` takes them as one more feature.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import mul

from alongside.core.fields import Field, FieldKind
from alongside.learn.features import feature_names
from alongside.learn.vocabulary import concept_of

__all__ = ["prior_scores", "prior_weights"]

_Weights = Mapping[str, float]

_LABELLED: _Weights = {
    "left_name": 5.0, "above_name": 2.5, "left_match": 2.5, "above_match": 1.0, "left_other": -2.5, "above_other": -0.5,
    "left_rival": -1.0, "own_label": -5.0, "label_edge": 0.5,
}  # fmt: skip

_OF_KIND: dict[FieldKind, _Weights] = {
    "date": {
        "against_order": -4.0, "compact": -2.0, "alone": 0.3, "first": 0.5, "order": -1.0, "in_sentence": -0.5, "ambiguous": -0.1,
        "with_time": 0.3,
    },
    "amount": {
        "two_decimals": 1.0, "no_decimals": -1.2, "percent": -3.0, "currency": 0.5, "row_last": 0.7, "alone": 0.5,
    },
    "integer": {"row_last": 0.3, "alone": 0.5},
    "text": {
        "lines": -4.0, "value_form": 0.7, "words": -0.4, "whole": 0.2, "junk": -0.4, "code_form": -1.0, "gap_above": 0.1,
        "trimmed_form": -0.3, "comma_end": -0.5, "fill": 0.3, "colon": -1.0,
    },
}  # fmt: skip

_OF_CONCEPT: dict[str, _Weights] = {
    "date": {"with_time": 0.8, "share_same": 1.0, "latest": 0.2},
    "due": {"latest": 1.0, "order": 1.5, "first": -0.5, "left_other": -1.0},
    "total": {
        "left_match": 1.8, "left_inclusive": 0.5, "of_largest": 1.0, "largest_decimal": 0.6, "largest": 0.3, "difference": 0.6, "sum": 0.2,
        "same": 2.0, "row": 1.0, "not_positive": -4.0, "left_other": -1.2, "left_rival": -1.5, "two_decimals": 1.0, "rank": -1.5,
        "has_left": 0.3, "y": 0.5, "later_same": -0.2, "row_count": -2.0, "above_other": 0.0, "rounded": 1.0, "unrounded": -0.5,
    },
    "subtotal": {"of_largest": 0.6, "left_match": 1.0},
    "tax": {"left_match": 1.0, "of_largest": -0.8, "percent": -2.0},
    "company": {
        "row": -5.0, "y": -2.0, "lines": -2.5, "company_first": 1.9, "address_mean": -1.7, "junk_most": -2.2, "tallest": 0.6, "height": 0.5,
        "digits": -4.0, "next_address": 0.5, "next_junk": 0.3, "first_text": 1.3, "value_form": -1.0, "trimmed_form": 0.7, "bracket": -0.2,
        "alpha": 1.0, "code_form": -3.0, "fill": 1.0, "off_centre": -1.0, "before_company": -0.5, "starts_address": -1.0,
        "before_address": -1.2, "generic": -2.5, "goes_on": -2.0, "legal_last": 0.7, "next_generic": -2.5, "next_goes_on": -0.7,
        "before_open": -2.0, "open_end": -2.0,
    },
    "customer": {"company_first": 0.7, "junk_most": -1.5, "digits": -2.0, "address_mean": -0.7, "row": -1.0, "value_form": 0.7},
    "address": {
        "lines": 4.0, "address_sum": 1.8, "address_mean": 1.0, "address_least": 0.5, "junk_most": -5.0, "starts_address": 2.0,
        "ends_address": 1.5, "next_address": -2.8, "before_address": -3.0, "row": -4.0, "before_company": 0.8, "company_first": -1.2,
        "next_junk": 1.0, "height": -0.3, "comma_end": -1.5, "comma_before": -2.0, "code_form": -4.0, "gap_below": 0.3,
        "trimmed_form": 0.9, "colon": -0.5, "height_jump_below": 0.5, "words": 0.4, "value_form": -2.2, "open_end": -1.0,
    },
    "number": {"code_form": 2.2, "value_form": 0.8, "digits": 2.5, "lines": -4.0, "words": -1.0, "left_match": 0.6, "whole": 0.3},
    "registration": {"code_form": 1.5, "value_form": 0.8, "digits": 2.0},
    "phone": {"digits": 3.0, "value_form": 0.8, "lines": -4.0},
    "currency": {"chars": -1.0, "upper": 0.8},
    "cashier": {"value_form": 0.8, "digits": -0.8},
}  # fmt: skip


@lru_cache(maxsize=512)
def prior_weights(field: Field) -> tuple[float, ...]:
    """Return the prior's weight of each dense feature for a field, in the order of `feature_names`."""
    total: dict[str, float] = dict(_LABELLED)
    for part in (_OF_KIND[field.kind], _OF_CONCEPT.get(concept_of(field.name, field.kind), {})):
        for name, weight in part.items():
            total[name] = total.get(name, 0.0) + weight
    return tuple(total.get(name, 0.0) for name in feature_names(field.kind))


def prior_scores(field: Field, rows: Sequence[Sequence[float]]) -> list[float]:
    """Return one score a row of dense features."""
    weights = prior_weights(field)
    return [sum(map(mul, row, weights)) for row in rows]
