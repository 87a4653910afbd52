"""The table of effects by mode, tapes, the outbox, resuming, draws, errors that are kept and those that aren't."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import Driver, lines

from alongside.store import runs, tapes

FILES = {
    "workflows/effects.py": """
from alongside import gather, param, step, workflow


def note(path, line):
    with open(path, "a") as file:
        file.write(line + "\\n")


@step(effect="external")
def send(path: str, text: str) -> str:
    note(path, "send " + text)
    return "sent " + text


@step(effect="external")
def send_in_parts(path: str) -> str:
    return send(path, "part") + clean(" whole ")


@step(effect="external")
def break_off(path: str) -> str:
    note(path, "break_off")
    raise ConnectionError("nobody answers")


@step(effect="external")
def decline(path: str) -> str:
    note(path, "decline")
    raise ValueError("no such customer", 7)


@step(effect="read")
def look(path: str) -> str:
    note(path, "look")
    with open(path + ".source") as file:
        return file.read()


@step(effect="read")
def search(path: str) -> str:
    note(path, "search")
    raise LookupError("nothing found")


@step(effect="model")
def guess(path: str, x: str) -> int:
    note(path, "guess")
    with open(path) as file:
        return sum(line.startswith("guess") for line in file)


@step(effect="model", reuse=True)
def embed(path: str, x: str) -> int:
    note(path, "embed")
    return len(x)


@step
def clean(x: str) -> str:
    return x.strip()


@workflow
def sending(path: str) -> list:
    return [clean(" x "), send(path, "a"), send(path, "a"), send(path, "b")]


@workflow
def sending_in_branches(path: str) -> list:
    return gather(lambda: send(path, "a"), lambda: send(path, "a"), lambda: [send(path, "a"), send(path, "a")])


@workflow
def sending_in_parts(path: str) -> str:
    return send_in_parts(path)


@workflow
def looking(path: str) -> list:
    return [look(path), look(path), clean(look(path))]


@workflow
def searching(path: str) -> str:
    try:
        return search(path)
    except LookupError as error:
        return type(error).__name__ + str(error)


@workflow
def guessing(path: str) -> list:
    return [guess(path, "x"), guess(path, "x"), guess(path, "y")]


@workflow
def embedding(path: str) -> list:
    return [embed(path, "x"), embed(path, "x")]


@workflow
def guessing_in_branches(path: str) -> list:
    return gather(*[lambda: [guess(path, "x"), guess(path, "x")] for _ in range(4)])


@step
async def guess_twice(path: str, n: int) -> list:
    import asyncio
    first = guess(path, "x")
    await asyncio.sleep(0.01 * (3 - n))
    return [n, first, guess(path, "x")]


@workflow
async def guessing_in_nested_branches(path: str) -> list:
    return await gather(*[guess_twice(path, n) for n in range(3)])


@step
def clean_both(x: str) -> list:
    return gather(lambda: clean(x), lambda: clean(x + "y "))


@workflow
async def guessing_in_called_branches(path: str) -> list:
    return await gather(
        lambda: guess(path, "x"), lambda: guess_twice(path, 1), guess_twice(path, 1), lambda: clean_both(" x ")
    ) + clean_both(" z ")


@workflow
def long_way(path: str, stop: bool) -> list:
    got = [clean(" a "), guess(path, "x"), send(path, "1"), look(path), embed(path, "abc")]
    note_in(path)
    got.append(send(path, "2"))
    return got


@step(effect="external")
async def send_later(path: str, n: int) -> str:
    note(path, f"send {n}")
    if n == 2 and path.endswith("down"):
        raise ConnectionError("nobody answers")
    return f"sent {n}"


@workflow
async def sending_in_tasks(path: str, times: int) -> list:
    import asyncio
    async with asyncio.TaskGroup() as outer:
        async with asyncio.TaskGroup() as inner:
            tasks = [inner.create_task(send_later(path, n)) for n in range(times)]
    return [task.result() for task in tasks]


@workflow
async def cancelling_itself(path: str) -> str:
    import asyncio
    raise asyncio.CancelledError("enough")


@step
async def slow(x: int) -> int:
    import asyncio
    await asyncio.sleep(0.1)
    return x + 1


@workflow
async def giving_up_waiting(x: int) -> int:
    import asyncio
    making = asyncio.create_task(slow(x))
    await asyncio.sleep(0.02)
    waiting = asyncio.create_task(slow(x))
    await asyncio.sleep(0.02)
    waiting.cancel()
    return await making


@step(effect="external")
def note_in(path: str) -> None:
    note(path, "note_in")
    import os
    if os.path.exists(path + ".die"):
        os._exit(3)


@workflow
def breaking_off(path: str) -> str:
    return break_off(path)


@workflow
def declining(path: str) -> list:
    try:
        return [decline(path)]
    except ValueError as error:
        return [type(error).__name__, *error.args, clean(" c ")]
""",
}


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    made = Driver(tmp_path_factory.mktemp("effects"), FILES)
    with made.bench:
        yield made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out.source").write_text("as it was")
    return tmp_path / "out"


def test_external_fires_once_per_run_and_occurrence(driver: Driver, out: Path) -> None:
    first = driver.run("sending", path=str(out))
    assert driver.value(first) == ["x", "sent a", "sent a", "sent b"]
    assert lines(out) == ["send a", "send a", "send b"]
    again = driver.run("sending", run=first.run, path=str(out))
    assert driver.value(again) == driver.value(first)
    assert (again.executed, driver.statuses(again, "send")) == (0, ["tape"] * 3)
    assert len(lines(out)) == 3
    driver.run("sending", path=str(out))
    assert len(lines(out)) == 6


def test_what_stops_a_run_stops_it_at_once_also_inside_a_task_group(driver: Driver, out: Path) -> None:
    live = driver.run("sending_in_tasks", path=str(out), times=1)
    assert driver.value(live) == ["sent 0"]
    more = driver.replay("sending_in_tasks", live, path=str(out), times=2)
    assert (more.status, more.code) == ("not-run", "not-on-tape")
    assert "send_later(" in more.error
    assert lines(out) == ["send 0"]
    down = driver.run("sending_in_tasks", path=f"{out}.down", times=3)
    assert down.error.startswith(
        "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception): "
        "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception): ConnectionError: nobody answers"
    )
    again = driver.resume(down.run)
    assert (again.status, again.code) == ("interrupted", "unknown-effect")
    itself = driver.run("cancelling_itself", path="")
    assert (itself.status, itself.error[:22]) == ("failed", "CancelledError: enough")


def test_who_gives_up_waiting_for_an_answer_leaves_it_to_who_makes_it(driver: Driver) -> None:
    assert driver.done("giving_up_waiting", x=1) == 2


def test_external_in_branches_of_gather(driver: Driver, out: Path) -> None:
    first = driver.run("sending_in_branches", path=str(out))
    assert driver.value(first) == ["sent a", "sent a", ["sent a", "sent a"]]
    assert len(lines(out)) == 4
    replayed = driver.replay("sending_in_branches", first, path=str(out))
    assert replayed.status == "done"
    assert driver.statuses(replayed) == ["tape"] * 4
    assert len(lines(out)) == 4


def test_external_that_calls_steps_is_answered_as_a_whole(driver: Driver, out: Path) -> None:
    first = driver.run("sending_in_parts", path=str(out))
    assert driver.value(first) == "sent partwhole"
    replayed = driver.replay("sending_in_parts", first, path=str(out))
    assert (replayed.status, replayed.executed) == ("done", 0)
    assert driver.value(replayed) == "sent partwhole"
    assert driver.run("sending_in_parts", run=first.run, path=str(out)).executed == 0
    assert lines(out) == ["send part"]


def test_read_is_answered_from_the_tape_until_refresh(driver: Driver, out: Path) -> None:
    first = driver.run("looking", path=str(out))
    Path(f"{out}.source").write_text("as it is")
    replayed = driver.replay("looking", first, path=str(out))
    assert driver.value(replayed) == ["as it was"] * 3
    assert driver.statuses(replayed, "look") == ["tape"] * 3
    anew = driver.replay("looking", first, path=str(out), options={"refresh": True})
    assert driver.value(anew) == ["as it is"] * 3
    assert driver.done("looking", path=str(out)) == ["as it is"] * 3
    assert lines(out) == ["look"] * 9


def test_exception_of_a_read_is_on_the_tape(driver: Driver, out: Path) -> None:
    first = driver.run("searching", path=str(out))
    replayed = driver.replay("searching", first, path=str(out))
    assert driver.value(replayed) == driver.value(first) == "LookupErrornothing found"
    assert lines(out) == ["search"]


def test_what_is_not_on_the_tape_is_not_run(driver: Driver, out: Path) -> None:
    first = driver.run("looking", path=str(out))
    for workflow, wanted in [("sending", 'send(path="'), ("breaking_off", "break_off(")]:
        outcome = driver.replay(workflow, first, path=str(out))
        assert (outcome.status, outcome.code) == ("not-run", "not-on-tape")
        assert f"not run: would have called {wanted}" in outcome.error
    outcome = driver.replay("looking", first, path=f"{out}.other")
    assert outcome.code == "not-on-tape"
    assert lines(out) == ["look"] * 3


def test_a_live_call_on_a_replay_uses_up_an_approval(driver: Driver, out: Path) -> None:
    first = driver.run("looking", path=str(out))
    allow = {"allow": ("send",), "by": "Ada"}
    refused = driver.replay("sending", first, path=str(out), options=allow)
    assert (refused.status, refused.code) == ("not-run", "not-approved")
    step, args, shown = refused.wanted
    assert shown.startswith("send(path=")

    def approve(number: int) -> None:
        driver.bench.database.write(
            lambda c: tapes.approve(c, f"{out}{number}", step=step, args=args, shown=shown, by="Ada", at=1.0)
        )

    approve(1)
    partly = driver.replay("sending", first, path=str(out), options=allow)
    assert partly.code == "not-approved"
    assert lines(out)[3:] == ["send a"]
    approve(2)
    approve(3)
    other = driver.replay("sending", first, path=str(out), options=allow)
    assert other.code == "not-approved"
    assert 'text="b"' in other.wanted[2]
    assert lines(out)[3:] == ["send a"] * 3


def test_model_draws_are_told_apart_and_kept_on_replay(driver: Driver, out: Path) -> None:
    first = driver.run("guessing", path=str(out))
    assert driver.value(first) == [1, 2, 3]
    replayed = driver.replay("guessing", first, path=str(out))
    assert (driver.value(replayed), replayed.model_executed, replayed.model_kept) == ([1, 2, 3], 0, 3)
    assert driver.done("guessing", path=str(out)) == [4, 5, 6]
    assert driver.value(driver.replay("guessing", first, path=str(out))) == [1, 2, 3]  # no other run's
    refreshed = driver.replay("guessing", first, path=str(out), options={"refresh": True})
    assert driver.value(refreshed) == [7, 8, 9]
    assert driver.value(driver.replay("guessing", first, path=str(out))) == [7, 8, 9]
    drawn = driver.replay("guessing", first, path=str(out), options={"draw": 1})
    assert driver.value(drawn) == [10, 11, 12]


def test_a_case_is_answered_what_its_own_run_was_told(driver: Driver, out: Path) -> None:
    driver.run("guessing", path=str(out))
    second = driver.run("guessing", path=str(out))
    assert driver.value(second) == [4, 5, 6]
    driver.run("guessing", path=str(out))
    replayed = driver.replay("guessing", second, path=str(out))
    assert (driver.value(replayed), replayed.model_executed) == ([4, 5, 6], 0)
    from_elsewhere = driver.run("guessing", mode="replay", options={"case": "other"}, path=str(out))
    assert driver.value(from_elsewhere) == [1, 2, 3]  # no run of its own here: what was kept first


def test_a_case_without_its_run_is_answered_by_its_refreshed_replay(driver: Driver, out: Path) -> None:
    moved = {"tape": "run_elsewhere", "case": "moved"}
    stopped = driver.run("looking", mode="replay", options=moved, path=str(out))
    assert stopped.code == "not-on-tape"
    assert "fix: `alongside replay --refresh`" in stopped.error
    assert "`alongside engagement export`" in stopped.error
    driver.run("looking", mode="replay", options={**moved, "refresh": True}, path=str(out))
    Path(f"{out}.source").write_text("as it is")
    answered = driver.run("looking", mode="replay", options=moved, path=str(out))
    assert (driver.value(answered), driver.statuses(answered, "look")) == (["as it was"] * 3, ["tape"] * 3)
    driver.run("looking", mode="replay", options={**moved, "refresh": True}, path=str(out))
    assert (
        driver.value(driver.run("looking", mode="replay", options=moved, path=str(out))) == ["as it is"] * 3
    )
    kept = {**moved, "verdict_key": "k"}
    driver.run("looking", mode="replay", options=kept, path=str(out))
    assert [row[-1] for row in driver.rows("verdict")] == ["kept"]
    driver.run("looking", mode="replay", options={**moved, "refresh": True}, path=str(out))
    assert [row[-1] for row in driver.rows("verdict")] == [
        "old"
    ]  # what was remembered came from what was read before
    unknown = driver.run("looking", mode="replay", options={**moved, "case": "another"}, path=str(out))
    assert unknown.code == "not-on-tape"
    assert lines(out) == ["look"] * 9


def test_model_with_reuse_is_kept_by_new_runs(driver: Driver, out: Path) -> None:
    driver.run("embedding", path=str(out))
    again = driver.run("embedding", path=str(out))
    assert (again.executed, again.kept, lines(out)) == (0, 2, ["embed", "embed"])


@pytest.mark.parametrize("workflow", ["guessing_in_branches", "guessing_in_nested_branches"])
def test_draws_count_in_their_branch(driver: Driver, out: Path, workflow: str) -> None:
    first = driver.run(workflow, path=str(out))
    parts = [dict(span.parts)["draw"] for span in driver.spans(first) if span.kind == "leaf"]
    assert sorted(parts) == sorted(["0", "1"] * (len(parts) // 2))


@pytest.mark.parametrize("workflow", ["guessing_in_nested_branches", "guessing_in_called_branches"])
def test_same_draws_in_every_branch_are_the_same_call_on_replay(
    driver: Driver, out: Path, workflow: str
) -> None:
    first = driver.run(workflow, path=str(out))
    replayed = driver.replay(workflow, first, path=str(out))
    again = driver.replay(workflow, first, path=str(out))
    assert replayed.model_executed == 0
    assert driver.value(replayed) == driver.value(again) == driver.value(first)
    assert workflow == "guessing_in_nested_branches" or driver.value(first)[3:] == [["x", "x y"], "z", "z y"]


def test_resuming_repeats_nothing_and_stops_at_an_unknown_effect(driver: Driver, out: Path) -> None:
    Path(f"{out}.die").touch()
    lost = driver.run("long_way", path=str(out), stop=True)
    assert (lost.status, lost.code) == ("failed", "worker-died")
    before = lines(out)
    assert before == ["guess", "send 1", "look", "embed", "note_in"]
    stopped = driver.resume(lost.run)
    assert (stopped.status, stopped.code) == ("interrupted", "unknown-effect")
    assert "note_in(" in stopped.error
    assert stopped.executed == 0
    assert lines(out) == before
    assert driver.record(lost.run).status == "interrupted"
    row = next(row for row in tapes.of_run(driver.bench.database, lost.run) if row.state == "called")
    assert row.step.endswith("note_in")


def test_resuming_goes_on_where_it_stopped(driver: Driver, out: Path) -> None:
    Path(f"{out}.die").touch()
    lost = driver.run("long_way", path=str(out), stop=True)
    Path(f"{out}.die").unlink()
    driver.bench.database.write(
        lambda c: c.execute("DELETE FROM tape WHERE run = ? AND state = 'called'", (lost.run,))
    )
    done = driver.resume(lost.run)
    assert (done.status, done.executed, done.kept) == ("done", 2, 5)
    assert driver.value(done) == ["a", 1, "sent 1", "as it was", 3, "sent 2"]
    assert lines(out) == ["guess", "send 1", "look", "embed", "note_in", "note_in", "send 2"]
    assert [run.id for run in runs.latest(driver.bench.database, limit=1)] == [lost.run]


def test_an_attempt_at_an_effect_stays_unknown(driver: Driver, out: Path) -> None:
    first = driver.run("breaking_off", path=str(out))
    assert (first.status, first.code) == ("failed", "workflow-raised")
    assert "ConnectionError: nobody answers" in first.error
    assert driver.run("breaking_off", run=first.run, path=str(out)).code == "unknown-effect"
    assert lines(out) == ["break_off"]


def test_a_refused_effect_is_settled_with_its_exception(driver: Driver, out: Path) -> None:
    first = driver.run("declining", path=str(out))
    assert driver.value(first) == ["ValueError", "no such customer", 7, "c"]
    assert driver.value(driver.run("declining", run=first.run, path=str(out))) == driver.value(first)
    assert driver.value(driver.replay("declining", first, path=str(out))) == driver.value(first)
    assert lines(out) == ["decline"]


def test_code_changed_since_the_tape(driver: Driver, out: Path) -> None:
    looked, sent = driver.run("looking", path=str(out)), driver.run("sending", path=str(out))
    driver.edit("workflows/effects.py", 'note(path, "look")', 'note(path, "LOOK")')
    driver.edit("workflows/effects.py", 'note(path, "send " + text)', 'note(path, "SEND " + text)')
    try:
        before = lines(out)
        for workflow, of in [("looking", looked), ("sending", sent)]:
            outcome = driver.replay(workflow, of, path=str(out))
            assert (outcome.status, outcome.code) == ("not-run", "changed-since-tape")
        assert "not run: send changed since its tape" in outcome.error
        refused = driver.replay("looking", looked, path=str(out), options={"accept": ("look",), "by": "Ada"})
        assert refused.code == "changed-since-tape"  # a read is read anew, not accepted
        accepted = driver.replay("sending", sent, path=str(out), options={"accept": ("send",), "by": "Ada"})
        assert accepted.status == "done"
        assert driver.replay("sending", sent, path=str(out)).status == "done"
        assert [row[3] for row in driver.rows("acceptance")] == ["Ada"]
        assert lines(out) == before
        assert driver.replay("looking", looked, path=str(out), options={"refresh": True}).status == "done"
        again = driver.replay("looking", looked, path=str(out))
        assert (again.status, driver.statuses(again, "look")) == ("done", ["tape"] * 3)
        assert lines(out) == [*before, "LOOK", "LOOK", "LOOK"]
    finally:
        driver.write("workflows/effects.py", FILES["workflows/effects.py"])
