"""Learning is a step: corrections in, weights out, kept by the digest of what they were learned from."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alongside.core.case import Case
from alongside.core.counting import counted
from alongside.core.digest import digest, digest_parts
from alongside.core.errors import DataError
from alongside.core.run import Span
from alongside.core.split import fold_of
from alongside.evals.teaching import teachings
from alongside.store import ledger
from alongside.store.blobs import BlobStore
from alongside.store.database import Database
from alongside.store.ledger import Kept, LedgerRow

__all__ = [
    "FOLDS",
    "Correction",
    "Learned",
    "LearnedModel",
    "LeftOut",
    "Skipped",
    "Trainer",
    "check_none_lost",
    "corrections",
    "learn",
    "model_file",
]

FOLDS = 5
_STEP = "alongside.learn"
_NAMED = 5

Trainer = Callable[[Sequence[Mapping[str, Any]], Sequence[Sequence[str]], int], tuple[bytes, Sequence[bytes]]]
"""(examples as JSON, fields as [name, kind, type], seed) -> (full weights, fold weights)."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What one train case teaches: the document that the extractor saw, what is right on it, its group."""

    case: str
    document: str
    expected: Mapping[str, Any]
    group: str

    @property
    def digest(self) -> str:
        """Names what is taught, whatever the case is called."""
        return digest(json.dumps([self.document, dict(self.expected), self.group], sort_keys=True).encode())


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A train case that could have taught, and why it doesn't: `why` is what its run said.

    With a `field` it is what its `file` states of that field alone, which can't be read: the rest of the case teaches.
    """

    case: str
    name: str
    why: str
    field: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """What was learned, and what was `left_out`; `kept` says that the same corrections had been learned from before."""

    name: str
    corrections: tuple[Correction, ...]
    weights: str
    folds: tuple[str, ...]
    seed: int
    kept: bool
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """An extractor that had nothing to learn: `why`, and the `fix`. Its model, where it has one, stays as it was."""

    name: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class Learned:
    """The models that were learned, and the extractors that had nothing to learn."""

    models: tuple[LearnedModel, ...]
    skipped: tuple[Skipped, ...] = ()


def corrections(
    cases: Sequence[Case],
    spans: Mapping[str, Sequence[Span]],
    handle: Mapping[str, Any],
    blobs: BlobStore,
    *,
    errors: Mapping[str, str],
    files: Mapping[str, str],
) -> tuple[list[Correction], list[LeftOut]]:
    """Return what the train cases teach an extractor, and what of them doesn't.

    Either it read no document of theirs, or what they state of a field is no value of its type. `spans` and `errors`
    are of each case's latest run by the candidate, `files` the cases' by id.
    """
    found: list[Correction] = []
    left_out: list[LeftOut] = []
    for case in cases:
        if case.split != "train" or case.workflow not in handle["workflows"]:
            continue
        expected, unread = teachings(case, handle["fields"])
        left_out += [
            LeftOut(case.id, case.name, f"{error.message}; {error.fix}", field, files[case.id])
            for field, error in unread
        ]
        if not expected:
            continue
        document = _document(spans.get(case.id, ()), f"alongside.learned.{handle['name']}", blobs)
        if document:
            found.append(Correction(case.id, document, expected, case.group))
        else:
            why = errors.get(case.id, "").partition("\n")[0] or f"its run doesn't ask {handle['name']}"
            left_out.append(LeftOut(case.id, case.name, why))
    return sorted(found, key=lambda correction: correction.digest), left_out


def check_none_lost(name: str, before: str, left_out: Sequence[LeftOut]) -> None:
    """Refuse to forget: what is left out had taught the model that `before` (the text of its file, or none) tells of.

    Raises DataError `corrections-missing`.
    """
    try:
        taught: Any = json.loads(before)["corrections"] if before else {}
    except (ValueError, KeyError, TypeError):
        return  # no file of ours: there is nothing to lose
    lost = [one for one in left_out if one.case in taught and not one.field]
    if lost:
        named = "; ".join(f"{one.name} ({one.why.removeprefix('not run: ')})" for one in lost[:_NAMED])
        more = f"; and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        raise DataError(
            "corrections-missing",
            f"models/{name}.json was learned from {counted(len(taught), 'correction')}, and {len(lost)} of them "
            f"can't teach here: {named}{more}",
            fix="put the documents into documents/ (make the folder where a clone has none), or `alongside run` each again; or forget what they taught "
            "with `alongside learn --allow-missing`",
        )


def learn(
    handle: Mapping[str, Any],
    taught: Sequence[Correction],
    *,
    unread: Sequence[LeftOut] = (),
    seed: int,
    trainer: Trainer,
    versions: str,
    database: Database,
    blobs: BlobStore,
    salt: str,
    clock: Callable[[], float],
) -> LearnedModel:
    """Return the model of these corrections, trained only where it isn't kept.

    `versions` names what trains (our format and the library), as a part of the key. Raises DataError
    `nothing-to-learn` without a correction; it names what is `unread`.
    """
    if not taught:
        raise _nothing(handle, unread)
    parts = (
        ("step", _STEP),
        ("code", digest(versions.encode())),
        ("input fields", digest(json.dumps(handle["fields"]).encode())),
        ("input corrections", digest_parts(*(correction.digest for correction in taught))),
        ("input seed", str(seed)),
    )
    key = digest_parts(salt, *(part for pair in parts for part in pair))
    kept = next((one for one in ledger.find(database, key) if _whole(one, blobs)), None)
    if kept is None:
        examples = [{"document": c.document, "expected": dict(c.expected), "group": c.group} for c in taught]
        started = clock()
        full, folds = trainer(examples, handle["fields"], seed)
        output = _keep(
            key, parts, [blobs.put(full), *(blobs.put(fold) for fold in folds)], database, clock, started
        )
    else:
        output = json.loads(blobs.get(kept.output))
    return LearnedModel(handle["name"], tuple(taught), output[0], tuple(output[1:]), seed, kept is not None)


def model_file(model: LearnedModel) -> str:
    """Return `models/NAME.json`: what was learned from, by digest, and where the weights are."""
    fields = {
        "name": model.name,
        "seed": model.seed,
        "weights": model.weights,
        "folds": list(model.folds),
        "groups": {
            c.group: fold_of(c.group, FOLDS) for c in sorted(model.corrections, key=lambda c: c.group)
        },
        "corrections": {c.case: c.digest for c in sorted(model.corrections, key=lambda c: c.case)},
    }
    return json.dumps(fields, indent=1) + "\n"


def _nothing(handle: Mapping[str, Any], unread: Sequence[LeftOut]) -> DataError:
    name = handle["name"]
    if not unread:
        workflows = " or ".join(handle["workflows"])
        return DataError(
            "nothing-to-learn",
            f"no train case of {workflows} says what {name} should have read",
            fix=f"correct a few runs of {workflows} with `alongside review`, then `alongside case add RUN --train`",
        )
    named = "; ".join(f"{one.file}: {one.why}" for one in unread[:_NAMED])
    more = f"; and {len(unread) - _NAMED} more" if len(unread) > _NAMED else ""
    return DataError(
        "nothing-to-learn",
        f"nothing that train cases state of {name} can be read: {named}{more}",
        fix=f"mend it: `alongside case edit {unread[0].case} --expect {unread[0].field}=VALUE`",
    )


def _document(spans: Sequence[Span], step: str, blobs: BlobStore) -> str:
    """Return the digest of the packed document that the extractor was called with."""
    for span in spans:
        if span.step == step:
            value = dict(span.parts).get("input document", "")
            if blobs.has(value):
                return json.loads(blobs.get(value))["v"]
    return ""


def _whole(kept: Kept, blobs: BlobStore) -> bool:
    return blobs.has(kept.output) and all(blobs.has(name) for name in json.loads(blobs.get(kept.output)))


def _keep(
    key: str,
    parts: tuple[tuple[str, str], ...],
    weights: list[str],
    database: Database,
    clock: Callable[[], float],
    started: float,
) -> list[str]:
    data = json.dumps(weights).encode()
    now = clock()
    kept = Kept((), digest(data), "", 0, 0, now - started, "", now)
    row = LedgerRow(key, digest_parts(), _STEP, parts, "{}", kept)
    database.write(lambda connection: ledger.insert(connection, row, {digest(data): data}))
    return weights
