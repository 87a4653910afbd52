"""How the engine's tests drive it: an engagement in a folder, its workbench, orders in, spans and values out."""

import json
from pathlib import Path
from typing import Any

from alongside.core.chat import ModelConfig
from alongside.core.engagement import Engagement
from alongside.core.plain import plain
from alongside.core.run import Run, Span
from alongside.engine.order import Order, Outcome
from alongside.store import runs
from alongside.workbench import Workbench, new_id


class Driver:
    """One engagement. `edit` changes a file of it; the next order runs the tree as it then is."""

    def __init__(
        self,
        root: Path,
        files: dict[str, str],
        *,
        models: dict[str, ModelConfig] | None = None,
        **params: Any,
    ) -> None:
        self.root = root
        for name, text in files.items():
            self.write(name, text)
        self.bench = Workbench(Engagement(root, "acme", models=models or {}, params=params))

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def submit(
        self, workflow: str, inputs: dict[str, Any], *, mode: str = "new", run: str = "", **options: Any
    ):
        order = Order(run or new_id("run"), workflow, mode, inputs, **options)
        return self.bench.runner(self.bench.snapshot()).submit(order)

    def run(
        self,
        workflow: str,
        *,
        mode: str = "new",
        run: str = "",
        options: dict[str, Any] | None = None,
        **inputs: Any,
    ) -> Outcome:
        return self.submit(workflow, inputs, mode=mode, run=run, **(options or {})).result(60)

    def done(self, workflow: str, **rest: Any) -> Any:
        """Run, and return the answer as plain JSON."""
        outcome = self.run(workflow, **rest)
        assert outcome.status == "done", outcome.error
        return self.value(outcome)

    def replay(
        self, workflow: str, of: Outcome, *, options: dict[str, Any] | None = None, **inputs: Any
    ) -> Outcome:
        return self.run(
            workflow, mode="replay", options={"tape": of.run, "case": "case", **(options or {})}, **inputs
        )

    def resume(self, of: str) -> Outcome:
        stopped = self.record(of)
        return self.run(stopped.workflow, run=of, options={"kept_inputs": dict(stopped.inputs)})

    def record(self, run: str) -> Run:
        found = runs.get(self.bench.database, run)
        assert found is not None
        return found

    def value(self, outcome: Outcome) -> Any:
        return plain(self.bench.blobs.get(outcome.output))

    def spans(self, outcome: Outcome | str) -> list[Span]:
        return runs.spans(self.bench.database, outcome if isinstance(outcome, str) else outcome.run)

    def statuses(self, outcome: Outcome, step: str = "") -> list[str]:
        return [
            s.status
            for s in self.spans(outcome)
            if s.kind == "leaf" and (not step or s.step.endswith(f".{step}"))
        ]

    def keys(self, outcome: Outcome) -> list[str]:
        return sorted(span.key for span in self.spans(outcome) if span.kind == "leaf")

    def rows(self, table: str) -> list[Any]:
        return self.bench.database.read().execute(f"SELECT * FROM {table}").fetchall()


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
