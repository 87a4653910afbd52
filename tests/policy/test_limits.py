from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.chat import ModelConfig
from alongside.core.engagement import DATA_CLASSES, Engagement, Limits
from alongside.core.errors import PolicyError
from alongside.policy.limits import (
    check_model,
    check_replay_cost,
    check_run_cost,
    check_seconds,
    deadline,
    documents_stay,
)

FREE = ModelConfig("small", "http://127.0.0.1:1/v1", "m")
PRICED = ModelConfig("big", "https://host/v1", "m", region="EU", input_price=1.0, output_price=2.0)


def code_of(call: Callable[[], Any]) -> str:
    try:
        call()
    except PolicyError as error:
        return error.code
    return ""


def test_nothing_declared_allows_everything() -> None:
    for model in (FREE, PRICED):
        check_model(Limits(), model)
    check_run_cost(Limits(), None)
    check_replay_cost(Limits(), 10**18)
    check_seconds(Limits(), 1e9)
    assert deadline(Limits(), 5.0) is None


@pytest.mark.parametrize(
    ("regions", "region", "refused"),
    [(("eu",), "EU", False), (("eu",), "us", True), (("eu",), "", True), ((), "eu", True), (None, "", False)],
)
def test_a_region_is_allowed_by_name(regions: tuple[str, ...] | None, region: str, refused: bool) -> None:
    model = ModelConfig("m", "http://host/v1", "m", region=region)
    assert code_of(lambda: check_model(Limits(regions=regions), model)) == (
        "region-refused" if refused else ""
    )


@pytest.mark.parametrize("limits", [Limits(cost_per_run=1.0), Limits(cost_per_replay=0.0)])
def test_a_cost_limit_wants_prices(limits: Limits) -> None:
    assert code_of(lambda: check_model(limits, FREE)) == "unpriced-model"
    check_model(limits, PRICED)


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 1000))
def test_cost_is_held_to_the_cent(spent: int, ahead: int, dollars: int) -> None:
    over = spent + ahead > dollars * 10**9
    for check, limits in (
        (check_run_cost, Limits(cost_per_run=dollars)),
        (check_replay_cost, Limits(cost_per_replay=dollars)),
    ):
        assert code_of(lambda: check(limits, spent, ahead=ahead)) == ("cost-limit" if over else "")  # noqa: B023


def test_each_limit_holds_its_own_thing() -> None:
    check_run_cost(Limits(cost_per_replay=0), 10**9)
    check_replay_cost(Limits(cost_per_run=0), 10**9)


def test_an_unknown_cost_is_not_nothing() -> None:
    with pytest.raises(PolicyError, match="told no token counts") as untold:
        check_run_cost(Limits(cost_per_run=1), None)
    assert (untold.value.code, "price" in untold.value.fix) == ("unpriced", False)
    assert code_of(lambda: check_replay_cost(Limits(cost_per_replay=1), 0, ahead=None)) == "unpriced"


def test_the_error_says_what_and_how_much() -> None:
    with pytest.raises(PolicyError) as caught:
        check_replay_cost(Limits(cost_per_replay=0.5), 410_000_000, ahead=100_000_000)
    assert (
        caught.value.message
        == "a replay has cost $0.41, and $0.10 more may follow; limits.cost_per_replay is $0.50"
    )


def test_seconds() -> None:
    limits = Limits(seconds_per_run=2.5)
    check_seconds(limits, 2.5)
    assert code_of(lambda: check_seconds(limits, 2.6)) == "time-limit"
    assert deadline(limits, 100.0) == 102.5


def test_documents_stay_out_of_git_unless_their_class_allows() -> None:
    kept = [c for c in DATA_CLASSES if not documents_stay(Engagement(Path(), "acme", {"documents": c}))]
    assert kept == ["public", "internal"]
    assert documents_stay(Engagement(Path(), "acme"))
