"""The cases as a pydantic-evals dataset (it has no cache). Run by side_by_side.py, in pydantic-evals' environment."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import Evaluator, EvaluatorContext


@dataclass
class Has(Evaluator):
    def evaluate(self, context: EvaluatorContext) -> bool:
        return context.expected_output in context.output


async def echo(doc: str) -> str:
    return doc


def stages():
    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=10), timeout=60)

    async def call(text: str) -> str:
        body = {"model": "mock", "temperature": 0, "messages": [{"role": "user", "content": text}]}
        reply = await client.post(f"{os.environ['MOCK_BASE_URL']}/chat/completions", json=body)
        return reply.json()["choices"][0]["message"]["content"]

    async def task(doc: str) -> str:
        first = await call("STAGE1 extract: " + doc)
        return await call(f"STAGE2 {os.environ['STAGE2']} answer from: {first}")

    return task


def main(what: str) -> None:
    rows = json.loads(Path("cases.json").read_text())
    cases = [Case(name=str(r["id"]), inputs=r["doc"], expected_output=r["expected"]) for r in rows]
    dataset = Dataset(name="bench", cases=cases, evaluators=[Has()])
    if what == "echo":
        dataset.evaluate_sync(echo, progress=False)
    else:
        dataset.evaluate_sync(stages(), progress=False, max_concurrency=10)


if __name__ == "__main__":
    main(sys.argv[1])
