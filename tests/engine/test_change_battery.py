"""Every kind of change, against the steps that it must and must not re-run: 0 stale, 0 false invalidations."""

from pathlib import Path

import pytest
from battery_engagement import EDITS, FILES, OPAQUE, PARAMS, edited, grouped

from alongside.core.engagement import Engagement
from alongside.engine.order import Order, Outcome
from alongside.store import runs
from alongside.workbench import Workbench, new_id


def write(root: Path) -> None:
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def replay(root: Path, params: dict[str, object]) -> tuple[Outcome, set[str], set[str]]:
    """Return the outcome, the leaves that ran and the leaves that were kept."""
    with Workbench(Engagement(root, "acme", params=params)) as bench:
        outcome = (
            bench.runner(bench.snapshot())
            .submit(Order(new_id("run"), "main", "replay", {"x": "abc"}))
            .result()
        )
        leaves = [span for span in runs.spans(bench.database, outcome.run) if span.kind == "leaf"]
    ran = {span.step.rpartition(".")[2] for span in leaves if span.status == "executed"}
    return outcome, ran, {span.step.rpartition(".")[2] for span in leaves} - ran


def begin(root: Path) -> Path:
    write(root)
    outcome, ran, kept = replay(root, PARAMS)
    assert outcome.status == "done", outcome.error
    assert not kept
    assert len(ran) == 32
    assert set(outcome.opaque) == {"workflows.main.s_opaque"}
    return root


@pytest.fixture(scope="module")
def engagement(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return begin(tmp_path_factory.mktemp("battery"))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One more, since what an edit made in a group has run is kept and doesn't run when it is made alone."""
    return begin(tmp_path_factory.mktemp("battery-alone"))


def test_unchanged_runs_nothing(engagement: Path) -> None:
    outcome, ran, _ = replay(engagement, PARAMS)
    assert (outcome.executed, ran) == (0, set())


def check(root: Path, group: list[tuple[str, str, str, str, set[str]]]) -> None:
    victims = set[str]().union(*(edit[4] for edit in group))
    files = edited(group)
    for name, text in files.items():
        (root / name).write_text(text)
    try:
        outcome, ran, _ = replay(root, PARAMS)
    finally:
        write(root)
    assert outcome.status == "done", outcome.error
    assert ran - OPAQUE == victims - OPAQUE
    assert (ran & OPAQUE) == OPAQUE


def test_the_battery_is_large_enough() -> None:
    assert len(EDITS) >= 40
    assert sum(len(group) for group in grouped()) == len(EDITS)


@pytest.mark.parametrize("group", grouped(), ids=lambda group: f"{len(group)} at once")
def test_edits_that_touch_different_steps(
    engagement: Path, group: list[tuple[str, str, str, str, set[str]]]
) -> None:
    check(engagement, group)


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS, ids=[edit[0] for edit in EDITS])
def test_each_edit_alone(untouched: Path, edit: tuple[str, str, str, str, set[str]]) -> None:
    check(untouched, [edit])


@pytest.mark.parametrize(
    ("params", "victims"), [({"times": 3, "other": 1}, {"s_param"}), ({"times": 2, "other": 9}, set())]
)
def test_parameter(engagement: Path, params: dict[str, object], victims: set[str]) -> None:
    _, ran, _ = replay(engagement, params)
    assert ran == victims


def test_file_added_to_a_listed_folder(engagement: Path) -> None:
    added = engagement / "data" / "more.csv"
    added.write_text("")
    try:
        _, ran, _ = replay(engagement, PARAMS)
    finally:
        added.unlink()
    assert ran - OPAQUE == {"s_listing"}


def test_going_back_runs_nothing(engagement: Path) -> None:
    path = engagement / "prompts/ask.md"
    path.write_text("A third wording.\n")
    replay(engagement, PARAMS)
    path.write_text(FILES["prompts/ask.md"])
    _, ran, _ = replay(engagement, PARAMS)
    assert ran == set()
