"""The forecast is an upper bound on what the replay then executes, and names what the edit touches."""

from collections.abc import Iterator

import pytest
from battery_engagement import EDITS, FILES, PARAMS, edited, grouped
from driving import Driver

from alongside.core.case import Case
from alongside.engine.forecast import Forecast, ahead, forecast
from alongside.engine.order import Outcome

CASES = [Case(f"c{number}", "", "main", {"x": "abc" + "d" * number}, {}) for number in range(2)]
ALL_STEPS = 32 * len(CASES)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    made = Driver(tmp_path_factory.mktemp("forecast"), FILES, **PARAMS)
    with made.bench:
        replay(made)
        yield made


def replay(driver: Driver) -> list[Outcome]:
    pending = [driver.submit("main", dict(c.inputs), mode="replay", case=c.id, tape="none") for c in CASES]
    return [one.result(60) for one in pending]


def told(driver: Driver, cases: list[Case] = CASES, draws: int = 1) -> Forecast:
    runner = driver.bench.runner(driver.bench.snapshot())
    return forecast(
        driver.bench.database,
        cases,
        salt=driver.bench.salt,
        ask=lambda question: runner.call("standing", {"question": question}),
        draws=lambda _case: draws,
    )


def test_nothing_changed(driver: Driver) -> None:
    found = told(driver)
    assert (found.steps_at_most, found.steps, found.model_calls_at_most, found.model_calls) == (
        0,
        ALL_STEPS,
        0,
        2,
    )
    assert (found.changed, found.cost_at_most, found.unbounded, found.cases_never_run) == ((), 0, False, ())
    assert found.text == f"This edit re-runs at most 0 of 2 model calls (0 of {ALL_STEPS} steps), about $0."


def test_a_case_that_never_ran_is_named(driver: Driver) -> None:
    found = told(driver, [*CASES, Case("new", "", "main", {"x": "n"}, {})], draws=3)
    assert (found.cases_never_run, found.steps) == (("new",), 3 * ALL_STEPS)
    assert "1 case runs to the end for the first time, at an unknown price" in found.text


def test_a_forgotten_result_counts(driver: Driver) -> None:
    driver.bench.database.write(lambda c: c.execute("DELETE FROM ledger WHERE step LIKE '%s_template'"))
    found = told(driver)
    ran = sum(outcome.executed for outcome in replay(driver))
    assert ran == 2 <= found.steps_at_most <= 4


@pytest.mark.parametrize("group", grouped()[:4], ids=lambda group: f"{len(group)} edits")
def test_it_is_an_upper_bound(driver: Driver, group: list[tuple[str, str, str, str, set[str]]]) -> None:
    for name, text in edited(group).items():
        driver.write(name, text)
    try:
        found = told(driver)
        outcomes = replay(driver)
    finally:
        for name, text in FILES.items():
            driver.write(name, text)
        replay(driver)
    assert {outcome.status for outcome in outcomes} == {"done"}
    executed = sum(outcome.executed for outcome in outcomes)
    assert executed <= found.steps_at_most or found.unbounded
    assert sum(outcome.model_executed for outcome in outcomes) <= found.model_calls_at_most or found.unbounded
    named = {step.rpartition(".")[2] for step, _ in found.changed}
    victims = set[str]().union(*(edit[4] for edit in group)) - {"s_yml"}
    assert victims <= named | {"s_yaml"}


def test_an_edit_at_the_end_is_cheap_and_one_of_the_workflow_has_no_bound(driver: Driver) -> None:
    driver.edit("workflows/main.py", 'x + "m"', 'x + "M"')
    try:
        late = told(driver)
        driver.edit("workflows/main.py", '"plain": s_plain(x),', '"simple": s_plain(x),')
        body = told(driver)
    finally:
        driver.write("workflows/main.py", FILES["workflows/main.py"])
    assert (late.model_calls_at_most, late.unbounded) == (2, False)
    assert dict(late.changed)["workflows.main.s_model"] == "its code changed"
    assert (body.unbounded, body.steps_at_most) == (True, ALL_STEPS)
    assert "what makes them changed" in body.text


def test_a_run_that_failed_bounds_only_what_fails_again(driver: Driver) -> None:
    driver.edit("workflows/main.py", 'Template("$x!")', 'Template("$y!")')
    try:
        failed = replay(driver)
        again = told(driver)
    finally:
        driver.write("workflows/main.py", FILES["workflows/main.py"])
    assert {outcome.status for outcome in failed} == {"failed"}
    assert (again.steps_at_most, again.model_calls, again.cases_never_run) == (0, 0, ())
    mended = told(driver)
    assert (mended.steps_at_most, mended.steps, mended.changed) == (0, ALL_STEPS, ())
    driver.bench.database.write(lambda c: c.execute("DELETE FROM run WHERE status = 'done'"))
    assert told(driver).cases_never_run == ("c0", "c1")
    replay(driver)


def test_the_battery_has_edits_for_it() -> None:
    assert len(EDITS) > len(grouped()) > 4


def cost_of_each(driver: Driver, *runs: tuple[Case, int, bool]) -> dict[tuple[str, int], int | None]:
    runner = driver.bench.runner(driver.bench.snapshot())
    return ahead(
        driver.bench.database,
        runs,
        salt=driver.bench.salt,
        ask=lambda question: runner.call("standing", {"question": question}),
    )


def test_what_each_draw_costs(driver: Driver) -> None:
    kept, _ = CASES
    driver.bench.database.write(lambda c: c.execute("UPDATE span SET cost = 5 WHERE effect = 'model'"))
    asked = [(kept, 0, False), (kept, 0, True), (kept, 1, False), (Case("new", "", "main", {}, {}), 0, False)]
    assert cost_of_each(driver, asked[0]) == {("c0", 0): 0}
    assert cost_of_each(driver, asked[1]) == {("c0", 0): 5}
    assert cost_of_each(driver, *asked[2:]) == {("c0", 1): 5}
    drawn = driver.submit("main", dict(kept.inputs), mode="replay", case=kept.id, tape="none", draw=1)
    assert drawn.result(60).model_executed == 1
    assert cost_of_each(driver, asked[0], asked[2]) == {("c0", 0): 0, ("c0", 1): 0}
