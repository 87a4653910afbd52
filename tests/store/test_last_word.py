"""The last word of a version on each case: what stays of it when answers are asked anew, and which draws count."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from alongside.store import verdicts
from alongside.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "store.db")
    yield database
    database.close()


def _say(database: Database, key: str, *, at: float, case: str = "c1", stands_in: bool = True) -> None:
    database.write(
        lambda c: verdicts.save(
            c, "v1", key=key, case=case, run=f"run at {at}", result='{"status": "done", "verdicts": []}', at=at,
            may_stand_in=stands_in,
        )
    )  # fmt: skip


def test_the_newest_is_the_last_word_whatever_judged_it(database: Database) -> None:
    _say(database, "before", at=1.0)
    _say(database, "now", at=2.0)
    last = verdicts.latest(database, "v1")["c1"]
    assert (last.key, last.at, last.is_old, len(last.draws)) == ("now", 2.0, False, 1)
    assert verdicts.latest(database, "v2") == {}


def test_what_was_judged_as_the_case_stands_goes_first_and_all_else_is_old(database: Database) -> None:
    _say(database, "first", at=1.0)
    _say(database, "edited", at=2.0)
    assert not verdicts.latest(database, "v1", {"c1": "first"})["c1"].is_old
    assert verdicts.latest(database, "v1", {"c1": "first"})["c1"].key == "first"
    assert verdicts.latest(database, "v1", {"c1": "edited again"})["c1"].is_old


def test_answers_asked_anew_make_what_was_said_old_and_lose_none_of_it(database: Database) -> None:
    _say(database, "k", at=1.0)
    _say(database, "other", case="c2", at=1.0)
    database.write(lambda c: verdicts.forget_case(c, "c1", before=2.0))
    assert verdicts.latest(database, "v1")["c1"].is_old
    assert list(verdicts.of_version(database, "v1")) == ["other"]
    _say(database, "k", at=3.0, stands_in=False)
    database.write(lambda c: verdicts.forget_case(c, "c1", before=2.0))  # of the same replay, by a later draw
    assert not verdicts.latest(database, "v1")["c1"].is_old
    assert "k" not in verdicts.of_version(database, "v1", to_stand_in=True)


def test_a_verdict_that_may_stand_in_is_not_replaced_by_one_that_may_not(database: Database) -> None:
    _say(database, "k", at=1.0)
    _say(database, "k", at=2.0, stands_in=False)
    assert verdicts.latest(database, "v1")["c1"].at == 1.0


def test_draws_that_are_old_are_not_counted_beside_new_ones(database: Database) -> None:
    for draw in ("k", "k/1", "k/2"):
        _say(database, draw, at=1.0)
    assert len(verdicts.told_by(database, "v1")["c1"].draws) == 3
    assert database.write(verdicts.forget_all) == 3
    _say(database, "k", at=2.0)
    assert len(verdicts.told_by(database, "v1")["c1"].draws) == 1


def test_a_store_of_the_second_format_says_whose_its_verdicts_are(tmp_path: Path) -> None:
    older = Database(tmp_path / "older.db")
    for line in (
        "DROP TABLE proof",
        "DROP TABLE asked",
        "DROP INDEX feedback_word",
        "DROP INDEX run_listed",
        "ALTER TABLE verdict DROP COLUMN case_id",
        "ALTER TABLE verdict DROP COLUMN standing",
        "INSERT INTO run SELECT 'run_1', 'w', 'v1', 'replay', 'c7', '{}', 'done', '', '', 0, 0, 0, 0, 0, ''",
        """INSERT INTO verdict VALUES ('v1', 'k', 'run_1', '{"status": "done", "verdicts": []}', 1.0)""",
        "ALTER TABLE feedback DROP COLUMN undone_by",
        "ALTER TABLE feedback DROP COLUMN undone_at",
        "PRAGMA user_version=2",
    ):
        older.read().execute(line)
    older.close()
    database = Database(tmp_path / "older.db")
    assert list(verdicts.latest(database, "v1")) == ["c7"]
    assert list(verdicts.of_version(database, "v1", to_stand_in=True)) == ["k"]
    database.close()


def test_draws_of_before_an_answer_was_asked_anew_count_no_more(database: Database) -> None:
    for at, key in enumerate(("case.judge", "case.judge/1", "case.judge/2")):
        _say(database, key, at=float(at))
    database.write(lambda c: verdicts.forget_case(c, "c1", before=9.0))
    assert len(verdicts.last_of_version(database, "v1")["case"]) == 3
    _say(database, "case.judge", at=10.0)
    assert len(verdicts.last_of_version(database, "v1")["case"]) == 1
