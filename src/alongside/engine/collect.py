"""Collecting what nothing needs any more: results, replay runs, versions, blobs, trees.

Spared are pins (versions that were released, that runs still name, or that are the newest; the cases with the
runs they came from and their latest replays), runs under way, and whatever is younger than 24 hours. After it
a full replay of a spared version executes nothing more.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alongside.core.case import Case
from alongside.core.digest import short
from alongside.engine.versions import model_weights
from alongside.store.blobs import BlobStore
from alongside.store.database import Database
from alongside.store.traffic import keep_totals

__all__ = ["Collected", "collect"]

_DAY = 86_400.0
_DIGEST = re.compile(rb'"([0-9a-f]{64})"')
_HASH = re.compile(r"[0-9a-f]{64}")
_DOCUMENT = re.compile(rb'\{"\$":"document","v":"([0-9a-f]{64})"\}')
_BATCH = 500
# SQLite takes the other columns from the row that has the maximum
_ASKED_ANEW = """
SELECT tape.run, max(tape.at) FROM run JOIN tape ON tape.run = run.id
WHERE run.case_id = ? AND tape.effect IN ('read', 'external') AND tape.state = 'settled'
GROUP BY tape.step, tape.args, tape.occurrence, tape.code
"""


@dataclass(frozen=True, slots=True)
class Collected:
    """How many of each were dropped (or would be), and the bytes that this frees."""

    results: int
    runs: int
    versions: int
    blobs: int
    trees: int
    bytes: int


class _OnlyAsked(Exception):  # noqa: N818  rolls the transaction back and carries what it would have done
    def __init__(self, found: "_Found") -> None:
        self.found = found


@dataclass(frozen=True, slots=True)
class _Found:
    counts: tuple[int, int, int]
    blobs: list[str]
    trees: list[Path]


def collect(
    root: Path,
    *,
    database: Database,
    blobs: BlobStore,
    cases: Sequence[Case],
    now: float,
    dry_run: bool = False,
) -> Collected:
    """Drop what nothing needs. `root` is the engagement's folder; `cases` are those that aren't retired.

    Rows go in one transaction, before any blob: a kill at any point leaves nothing that names a missing blob.
    """
    plan = _Plan(root, blobs, cases, now - _DAY)
    try:
        found = database.write(lambda connection: _rows(connection, plan, dry_run=dry_run))
    except _OnlyAsked as asked:
        found = asked.found
    freed = sum(blobs.size(name) for name in found.blobs)
    if not dry_run:
        blobs.remove(found.blobs, stored_before=plan.since)
        for tree in found.trees:
            shutil.rmtree(tree, ignore_errors=True)
    return Collected(*found.counts, len(found.blobs), len(found.trees), freed)


@dataclass(frozen=True, slots=True)
class _Plan:
    root: Path
    blobs: BlobStore
    cases: Sequence[Case]
    since: float


def _rows(connection: sqlite3.Connection, plan: _Plan, *, dry_run: bool) -> _Found:
    pinned = _pinned_versions(connection, plan)
    keys, runs = _kept_runs(connection, plan, pinned)
    gone = [
        row[0] for row in connection.execute("SELECT id FROM run WHERE mode = 'replay'") if row[0] not in runs
    ]
    old = connection.execute(
        "SELECT DISTINCT key FROM ledger WHERE recorded_at < ?", (plan.since,)
    ).fetchall()
    results = [key for (key,) in old if key not in keys]
    keep_totals(connection, gone)
    _delete(connection, "run", "id", gone)
    for table in ("span", "tape", "acceptance"):
        _delete(connection, table, "run", gone)
    _delete(connection, "ledger", "key", results)
    pinned |= {row[0] for row in connection.execute("SELECT DISTINCT version FROM run")}
    versions = [row[0] for row in connection.execute("SELECT id FROM version") if row[0] not in pinned]
    _delete(connection, "version", "id", versions)
    _delete(connection, "verdict", "version", versions)
    _delete(connection, "code", "hash", _unnamed_code(connection))
    used = _used_blobs(connection, plan)
    unused = [
        name for name in plan.blobs.names() if name not in used and plan.blobs.stored_at(name) < plan.since
    ]
    found = _Found((len(results), len(gone), len(versions)), unused, _trees(plan, pinned))
    if dry_run:
        raise _OnlyAsked(found)
    return found


def _pinned_versions(connection: sqlite3.Connection, plan: _Plan) -> set[str]:
    pinned: set[str] = set()
    for query in ("SELECT live, previous FROM pointer", "SELECT version, previous FROM release"):
        pinned |= {version for row in connection.execute(query) for version in row if version}
    newest = "SELECT id FROM version ORDER BY created DESC LIMIT 1"
    pinned |= {row[0] for row in connection.execute(newest)}
    young = connection.execute("SELECT id FROM version WHERE created >= ?", (plan.since,))
    return pinned | {row[0] for row in young}


def _kept_runs(connection: sqlite3.Connection, plan: _Plan, pinned: set[str]) -> tuple[set[str], set[str]]:
    """Return the keys that a replay of the pinned versions needs, and the runs that stay."""
    origins = {case.run for case in plan.cases if case.run}
    young = connection.execute("SELECT id FROM run WHERE started >= ? OR mode <> 'replay'", (plan.since,))
    runs = origins | {row[0] for row in young}
    runs |= {row[0] for row in connection.execute("SELECT run, version FROM verdict") if row[1] in pinned}
    recent = connection.execute("SELECT id FROM run WHERE started >= ?", (plan.since,))
    keys = set[str]().union(*(_keys(connection, run) for run in [*origins, *(row[0] for row in recent)]))
    for case in plan.cases:
        needed: dict[str, set[str]] = {}
        rows = connection.execute(
            "SELECT id, version FROM run WHERE case_id = ? ORDER BY started DESC, id DESC", (case.id,)
        ).fetchall()
        for run, version in rows:  # an older run stays where it made what a newer one didn't: another draw
            if version in pinned and not (own := _keys(connection, run)) <= needed.get(version, set()):
                needed.setdefault(version, set()).update(own)
                runs.add(run)
        keys = keys.union(*needed.values())
        runs |= {row[0] for row in connection.execute(_ASKED_ANEW, (case.id,))}
    return keys, runs


def _keys(connection: sqlite3.Connection, run: str) -> set[str]:
    return {
        row[0] for row in connection.execute("SELECT key FROM span WHERE run = ? AND kind = 'leaf'", (run,))
    }


def _unnamed_code(connection: sqlite3.Connection) -> list[str]:
    """Return the code hashes of which nothing kept was made: `why` has nothing left to compare them with."""
    named: set[str] = set()
    for query in ("SELECT DISTINCT parts FROM span", "SELECT DISTINCT parts FROM ledger"):
        for (parts,) in connection.execute(query):
            named.update(_HASH.findall(parts))
    return [code for (code,) in connection.execute("SELECT hash FROM code") if code not in named]


def _used_blobs(connection: sqlite3.Connection, plan: _Plan) -> set[str]:
    """Return every blob that something kept names, also inside its value."""
    values: set[str] = set()
    for query in (
        "SELECT output, error FROM ledger",
        "SELECT output, error FROM tape",
        "SELECT output, '' FROM run",
        "SELECT value, '' FROM meta WHERE key LIKE 'snippet:%'",
    ):
        values |= {name for row in connection.execute(query) for name in row if name}
    for (inputs,) in connection.execute("SELECT inputs FROM run"):
        values |= set(json.loads(inputs).values())
    used = set[str]()
    for manifest in (json.loads(row[0]) for row in connection.execute("SELECT manifest FROM version")):
        used |= {*manifest["files"].values(), *manifest["weights"]}
    for case in plan.cases:
        used |= {name.decode() for name in _DIGEST.findall(json.dumps(dict(case.inputs)).encode())}
    used |= set(model_weights(plan.root))
    for (parts,) in connection.execute("SELECT parts FROM code"):  # long texts that models were asked with
        used.update(_HASH.findall(parts))
    return used.union(values, *(_inside(plan.blobs, name) for name in values))


def _inside(blobs: BlobStore, name: str) -> set[str]:
    """Return what a kept value names: documents, bytes, files, and the file that a document was read from."""
    if not blobs.has(name):
        return set()
    data = blobs.peek(name)
    found = {inner.decode() for inner in _DIGEST.findall(data)}
    for document in _DOCUMENT.findall(data):
        if blobs.has(document.decode()):
            found |= {inner.decode() for inner in _DIGEST.findall(blobs.peek(document.decode()))}
    return found


def _trees(plan: _Plan, pinned: Iterable[str]) -> list[Path]:
    names = {short(version) for version in pinned}
    folder = plan.root / ".alongside" / "trees"
    trees = sorted(folder.iterdir()) if folder.is_dir() else []
    return [tree for tree in trees if tree.name not in names and tree.stat().st_mtime < plan.since]


def _delete(connection: sqlite3.Connection, table: str, column: str, values: list[Any]) -> None:
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        marks = ",".join("?" * len(batch))
        connection.execute(f"DELETE FROM {table} WHERE {column} IN ({marks})", batch)  # noqa: S608
