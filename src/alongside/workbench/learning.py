"""`learn`: the train cases' corrections to `models/*.json`, trained in a worker of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from alongside.core.case import Case
from alongside.core.counting import counted
from alongside.core.errors import AlongsideError, DataError, UpstreamError, UsageError
from alongside.core.run import Span
from alongside.evals import learning
from alongside.evals.learning import Learned, LearnedModel, Skipped, Trainer
from alongside.sandbox.jobs import raise_error
from alongside.sandbox.process import Worker
from alongside.store.atomic_file import write_atomic
from alongside.workbench.extras import extra_fix, extra_version
from alongside.workbench.opened import Opened
from alongside.workbench.workers import WORKER

__all__ = ["handles_of", "learn", "library", "teaches"]

_MEMORY = 6 << 30
_SECONDS = 600.0
_FORMAT = "3"


def learn(
    bench: Opened,
    handles: Sequence[Mapping[str, Any]],
    cases: Sequence[Case],
    spans: Mapping[str, Sequence[Span]],
    *,
    errors: Mapping[str, str],
    files: Mapping[str, str],
    progress: Callable[[str], None],
    seed: int,
    allow_missing: bool,
) -> Learned:
    """Learn each extractor of `handles` from the train cases and write its model file.

    `spans` and `errors` are of each case's latest run by the version of the handles: they say which documents the
    extractors saw; `files` are the cases' files by id. An extractor without a correction is skipped. Raises DataError
    `nothing-to-learn` where none has one, `corrections-missing` where a model would forget what it was taught, unless
    `allow_missing`.
    """
    learned: list[LearnedModel] = []
    nothing: list[tuple[str, DataError]] = []
    for handle in handles:
        taught, left_out = learning.corrections(cases, spans, handle, bench.blobs, errors=errors, files=files)
        file = bench.root / "models" / f"{handle['name']}.json"
        if not allow_missing:
            before = file.read_text("utf-8", "replace") if file.is_file() else ""
            learning.check_none_lost(handle["name"], before, left_out)
        progress(f"{handle['name']}: {counted(len(taught), 'correction')}")
        try:
            model = learning.learn(
                handle,
                taught,
                unread=[one for one in left_out if one.field],
                seed=seed,
                trainer=_trainer(bench, progress),
                versions=library(),
                database=bench.database,
                blobs=bench.blobs,
                salt=bench.salt,
                clock=bench.clock,
            )
        except DataError as error:
            if error.code != "nothing-to-learn":
                raise
            nothing.append((handle["name"], error))
            continue
        write_atomic(file, learning.model_file(model).encode())
        learned.append(replace(model, left_out=tuple(left_out)))
    if not learned and nothing:
        raise nothing[0][1]
    return Learned(tuple(learned), tuple(Skipped(name, one.message, one.fix) for name, one in nothing))


def library() -> str:
    """Return what trains: our format and the library. Raises DataError `extra-missing`."""
    return f"{_FORMAT} {extra_version('learn')}"


def teaches(bench: Opened, case: Case) -> bool:
    """Whether an extractor of the case's workflow, as it is now, learns a field of which the case says what is right."""
    if case.split != "train":
        return False
    try:
        handles: list[Mapping[str, Any]] = bench.describe(bench.snapshot())[case.workflow]["learned"]
    except (AlongsideError, KeyError):
        return False
    return any(field[0] in case.expected for handle in handles for field in handle["fields"])


def handles_of(offered: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the extractors that a version's workflows learn, or the one named, each with its `workflows`.

    Raises UsageError `no-such-extractor`, `nothing-learns`.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for workflow, told in offered.items():
        for handle in told["learned"]:
            asking = found.get(handle["name"], {"workflows": ()})["workflows"]
            found[handle["name"]] = {**handle, "workflows": (*asking, workflow)}
    if name and name not in found:
        raise UsageError(
            "no-such-extractor",
            f"no workflow has learned({name!r}, …); there is {', '.join(found) or 'none'}",
            fix="name one of them, or leave the name out",
        )
    if not found:
        raise UsageError(
            "nothing-learns",
            "no workflow of this engagement has an extractor that learns",
            fix='write `extract = learned("fields", Shape)` in a workflow',
        )
    return [found[name]] if name else list(found.values())


def _trainer(bench: Opened, progress: Callable[[str], None]) -> Trainer:
    def train(
        examples: Sequence[Mapping[str, Any]], fields: Sequence[Sequence[str]], seed: int
    ) -> tuple[bytes, Sequence[bytes]]:
        progress("importing the training library")
        worker = Worker.start(WORKER, role="train", options={"state": str(bench.state)}, memory=_MEMORY)
        try:
            order = {
                "examples": list(examples),
                "fields": list(fields),
                "seed": seed,
                "folds": learning.FOLDS,
            }
            worker.channel.send(order)
            weights = _weights(worker, progress)
        finally:
            worker.kill()
        return weights[0], weights[1:]

    return train


def _weights(worker: Worker, progress: Callable[[str], None]) -> list[bytes]:
    found: list[bytes] = []
    while len(found) <= learning.FOLDS:
        try:
            message, body = worker.channel.receive(_SECONDS)
        except EOFError:
            raise UpstreamError(
                "training-failed",
                f"the training process ended: {worker.stderr.strip()[-200:]}",
                fix=extra_fix("learn"),
            ) from None
        if "error" in message:
            raise_error(message["error"])
        if "progress" in message:
            progress(message["progress"])
        else:
            found.append(body)
    return found
