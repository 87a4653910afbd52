"""Verdicts of versions on cases: the last word of each, and whether it may stand in for a run.

A verdict is kept under what it depends on (see `evals.verdict_keys`). Where a case's outside answers are asked
anew, or kept results are forgotten, it stays as the last word and is not taken from memory any more.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from alongside.store.database import Database
from alongside.store.surroundings import still

__all__ = [
    "Judge",
    "Last",
    "Told",
    "any_of",
    "are_replayed",
    "called_wrong",
    "failed",
    "forget_all",
    "forget_case",
    "judged_keys",
    "judged_versions",
    "last_of_version",
    "latest",
    "of_case",
    "of_version",
    "save",
    "told_by",
]

D = TypeVar("D")

_WRONG = """instr(result, '"passed": false') > 0"""
_STANDS = "standing <> 'old'"


@dataclass(frozen=True, slots=True)
class Told:
    """What is remembered of one draw: the run's status, whether every check held; where one didn't, the result as JSON text."""

    run: str
    status: str
    right: bool
    result: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields whose checks didn't hold."""
        verdicts: list[dict[str, Any]] = json.loads(self.result)["verdicts"] if self.result else []
        return tuple(dict.fromkeys(one["field"] for one in verdicts if not one["passed"]))


@dataclass(frozen=True, slots=True)
class Last(Generic[D]):
    """The last word of a version on a case: its draws, when, and under which key.

    `is_old`: the case, what judges it or what answers it from outside has changed since.
    """

    key: str
    at: float
    is_old: bool
    draws: tuple[D, ...]


@dataclass(frozen=True, slots=True)
class Judge:
    """A version that judged cases, `at` then for the last time; `stamp` differs once its verdicts do."""

    version: str
    at: float
    stamp: str


def save(
    connection: sqlite3.Connection,
    version: str,
    *,
    key: str,
    case: str,
    run: str,
    result: str,
    at: float,
    may_stand_in: bool,
) -> None:
    """Keep a verdict as the last word; `may_stand_in`: a replay may take it instead of a run.

    One that may not doesn't replace one that may: that is still as good.
    """
    connection.execute(
        "INSERT INTO verdict (version, key, run, result, at, case_id, standing) VALUES (?,?,?,?,?,?,?) "
        "ON CONFLICT (version, key) DO UPDATE SET run = excluded.run, result = excluded.result, at = excluded.at, "
        "case_id = excluded.case_id, standing = excluded.standing "
        "WHERE excluded.standing = 'kept' OR verdict.standing <> 'kept'",
        (version, key, run, result, at, case, "kept" if may_stand_in else "told"),
    )


def judged_versions(database: Database) -> list[Judge]:
    """Return the versions that judged cases, the oldest first."""
    rows = database.read().execute(
        "SELECT version, last, n || ' ' || last || ' ' || old FROM "
        "(SELECT version, max(at) AS last, count(*) AS n, total(standing = 'old') AS old FROM verdict GROUP BY version) "
        "JOIN version ON version.id = version ORDER BY created"
    )
    return [Judge(*row) for row in rows]


def latest(database: Database, version: str, keys: Mapping[str, str] | None = None) -> dict[str, Last[Any]]:
    """Return a version's last word on each case it ever judged, by case id; each draw is an outcome as JSON.

    `keys` are what the cases' verdicts depend on now: a verdict under that goes before a later one under another, and
    whatever isn't under it is old. Without, the newest is the last word, whatever judged it.
    """
    rows = database.read().execute(
        "SELECT case_id, key, at, standing, result FROM verdict WHERE version = ?", (version,)
    )
    told = ((case, key, at, standing, json.loads(result)) for case, key, at, standing, result in rows)
    stands = _still(database)
    return _last(
        (
            (case, key, at, standing if stands(one.get("surroundings", {})) else "old", one)
            for case, key, at, standing, one in told
        ),
        keys,
    )


def told_by(database: Database, version: str, keys: Mapping[str, str] | None = None) -> dict[str, Last[Told]]:
    """Return what `latest` does, with no more of each draw than a matrix shows."""
    rows = database.read().execute(
        f"SELECT case_id, key, at, standing, run, json_extract(result, '$.status'), {_WRONG}, "
        f"CASE WHEN {_WRONG} THEN result END, json_extract(result, '$.surroundings') FROM verdict WHERE version = ?",
        (version,),
    )
    stands = _still(database)
    told = (
        (
            case,
            key,
            at,
            standing if stands(json.loads(leaned or "{}")) else "old",
            Told(run, status, status == "done" and not wrong, result or ""),
        )
        for case, key, at, standing, run, status, wrong, result, leaned in rows
    )
    return _last(told, keys)


def of_version(database: Database, version: str, *, to_stand_in: bool = False) -> dict[str, dict[str, Any]]:
    """Return every outcome of a version that still stands as JSON, by verdict key; `to_stand_in`: those that may for a run."""
    which = "standing = 'kept'" if to_stand_in else _STANDS
    rows = database.read().execute(
        f"SELECT key, result FROM verdict WHERE version = ? AND {which}", (version,)
    )
    return _standing(database, rows)


def last_of_version(database: Database, version: str) -> dict[str, list[dict[str, Any]]]:
    """Return what a version said last, one outcome a draw as JSON, by what the case was: whatever judged and read it.

    The part of a key before its dot says what the case was, the part after it what judged (see `evals.verdict_keys`).
    """
    rows = database.read().execute(
        "SELECT key, result, at, standing = 'old' FROM verdict WHERE version = ? ORDER BY key", (version,)
    )
    told = rows.fetchall()
    fresh = {key.partition("/")[0] for key, _, _, is_old in told if not is_old}
    found: dict[str, dict[str, tuple[float, list[dict[str, Any]]]]] = {}
    for key, result, at, is_old in told:
        if is_old and key.partition("/")[0] in fresh:
            continue  # draws of before what they rest on was asked anew
        whole = key.partition("/")[0]
        judges = found.setdefault(whole.partition(".")[0], {})
        newest, draws = judges.get(whole, (at, []))
        judges[whole] = max(newest, at), [*draws, json.loads(result)]
    return {case: max(judges.values(), key=lambda one: one[0])[1] for case, judges in found.items()}


def any_of(database: Database, version: str) -> bool:
    """Whether any verdict of a version still stands."""
    return bool(
        database.read()
        .execute(f"SELECT 1 FROM verdict WHERE version = ? AND {_STANDS} LIMIT 1", (version,))
        .fetchone()
    )


def are_replayed(database: Database, version: str) -> bool:
    """Whether a verdict of a version that still stands comes from a replay, and not from what a run answered before."""
    rows = database.read().execute(
        f"SELECT 1 FROM verdict LEFT JOIN run ON run.id = verdict.run WHERE verdict.version = ? AND {_STANDS} "
        "AND coalesce(run.mode, 'replay') = 'replay' LIMIT 1",
        (version,),
    )
    return bool(rows.fetchone())


def judged_keys(database: Database, version: str) -> set[str]:
    """Return the keys of the verdicts of a version that still stand."""
    rows = database.read().execute(f"SELECT key FROM verdict WHERE version = ? AND {_STANDS}", (version,))
    return {key for (key,) in rows}


def failed(database: Database, version: str) -> dict[str, dict[str, Any]]:
    """Return the outcomes of a version that still stand and didn't end well or have a check that says no, by verdict key."""
    rows = database.read().execute(
        f"SELECT key, result FROM verdict WHERE version = ? AND {_STANDS} AND (json_extract(result, '$.status') <> 'done' "
        "OR EXISTS (SELECT 1 FROM json_each(result, '$.verdicts') said WHERE json_extract(said.value, '$.passed') = 0))",
        (version,),
    )
    return _standing(database, rows)


def called_wrong(database: Database, cases: Iterable[str]) -> set[tuple[str, str]]:
    """Return the (case, field) of these cases of which a check of any version ever said no."""
    rows = database.read().execute(
        "SELECT DISTINCT case_id, json_extract(said.value, '$.field') FROM verdict, json_each(result, '$.verdicts') said "
        f"WHERE {_WRONG} AND json_extract(said.value, '$.passed') = 0 AND case_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(cases)),),
    )
    return set(rows)


def of_case(database: Database, key: str, versions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what these versions are remembered to have said under a case's verdict key, as JSON by version."""
    marks = ", ".join("?" * len(versions))
    rows = database.read().execute(
        f"SELECT version, result FROM verdict WHERE key = ? AND {_STANDS} AND version IN ({marks})",
        (key, *versions),
    )
    return _standing(database, rows)


def _standing(database: Database, rows: Iterable[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Return the outcomes by their key, less those that leaned on variables that say something else now."""
    told = {key: json.loads(result) for key, result in rows}
    stands = _still(database)
    return {key: one for key, one in told.items() if stands(one.get("surroundings", {}))}


def _still(database: Database) -> Callable[[Mapping[str, str]], bool]:
    """Return what says whether an outcome leaned on what is so now, and looks but once for all that leaned on the same."""
    known: dict[tuple[tuple[str, str], ...], bool] = {(): True}

    def stands(leaned: Mapping[str, str]) -> bool:
        pairs = tuple(leaned.items())
        if pairs not in known:
            known[pairs] = still(database, leaned)
        return known[pairs]

    return stands


def forget_case(connection: sqlite3.Connection, case: str, *, before: float) -> None:
    """Take nothing more from memory that was said on a case `before` then: its answers from outside are new."""
    connection.execute("UPDATE verdict SET standing = 'old' WHERE case_id = ? AND at < ?", (case, before))


def forget_all(connection: sqlite3.Connection) -> int:
    """Take no verdict from memory any more; the next replay runs the drivers again, over what the ledger keeps."""
    return connection.execute("UPDATE verdict SET standing = 'old' WHERE standing <> 'old'").rowcount


def _last(
    rows: Iterable[tuple[str, str, float, str, D]], keys: Mapping[str, str] | None
) -> dict[str, Last[D]]:
    """Return the last word by case of (case, key, at, standing, draw)."""
    draws: dict[tuple[str, str], dict[int, tuple[float, str, D]]] = {}
    for case, key, at, standing, draw in rows:
        whole, _, number = key.partition("/")
        draws.setdefault((case, whole), {})[int(number or 0)] = (at, standing, draw)
    found: dict[str, Last[D]] = {}
    for (case, key), drawn in draws.items():
        now = (keys or {}).get(case)
        said = {number: one for number, one in drawn.items() if one[1] != "old"} or drawn
        at = max(one[0] for one in said.values())
        is_old = said is drawn and any(one[1] == "old" for one in said.values())
        known = found.get(case)
        if known is None or (key == now, at) > (known.key == now, known.at):
            last = tuple(said[number][2] for number in sorted(said))
            found[case] = Last(key, at, is_old or (keys is not None and key != now), last)
    found.pop("", None)
    return found
