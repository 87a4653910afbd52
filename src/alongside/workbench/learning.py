"""`learn`: the train cases' corrections to `models/*.json`, trained in a worker of its own."""

import importlib.metadata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from alongside.core.case import Case
from alongside.core.errors import DataError, UpstreamError, UsageError
from alongside.core.release import Version
from alongside.core.run import Span
from alongside.evals import learning
from alongside.evals.learning import LearnedModel, Trainer
from alongside.sandbox.jobs import raise_error
from alongside.sandbox.process import Worker
from alongside.store.atomic_file import write_atomic
from alongside.workbench.opened import Opened
from alongside.workbench.workers import WORKER

__all__ = ["learn"]

_MEMORY = 6 << 30
_SECONDS = 600.0
_FORMAT = "1"


def learn(
    bench: Opened,
    version: Version,
    cases: Sequence[Case],
    spans: Mapping[str, Sequence[Span]],
    *,
    progress: Callable[[str], None],
    name: str,
    seed: int,
) -> list[LearnedModel]:
    """Learn every extractor of `version` (or the one named) from the train cases and write its model file.

    `spans` are each case's latest run by that version: they say which documents the extractors saw.
    """
    handles = _handles(bench.describe(version), name)
    learned: list[LearnedModel] = []
    for handle in handles:
        taught = learning.corrections(cases, spans, handle, bench.blobs)
        progress(f"{handle['name']}: {len(taught)} corrections")
        model = learning.learn(
            handle,
            taught,
            seed=seed,
            trainer=_trainer(bench, progress),
            versions=f"{_FORMAT} {_library()}",
            database=bench.database,
            blobs=bench.blobs,
            salt=bench.salt,
            clock=bench.clock,
        )
        write_atomic(bench.root / "models" / f"{model.name}.json", learning.model_file(model).encode())
        learned.append(model)
    return learned


def _handles(offered: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = {handle["name"]: handle for workflow in offered.values() for handle in workflow["learned"]}
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
                fix="install the extra `learn`, then run `alongside learn` again",
            ) from None
        if "error" in message:
            raise_error(message["error"])
        if "progress" in message:
            progress(message["progress"])
        else:
            found.append(body)
    return found


def _library() -> str:
    try:
        return importlib.metadata.version("scikit-learn")
    except importlib.metadata.PackageNotFoundError:
        raise DataError(
            "extra-missing",
            "learning needs scikit-learn, which isn't installed",
            fix="install the extra: `uv tool install '.[learn]'`",
        ) from None
