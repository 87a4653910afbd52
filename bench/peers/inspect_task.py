"""The cases as an inspect_ai task, with its own cache of model calls. Run by side_by_side.py, in inspect's environment."""

import json
import os
import sys
from pathlib import Path

from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import CachePolicy, ChatMessageUser, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import solver


@solver
def echo():
    async def solve(state, generate):
        state.output.completion = state.input_text
        return state

    return solve


@solver
def stages():
    async def solve(state, generate):
        model, keep = get_model(), CachePolicy(expiry=None)
        first = await model.generate(
            [ChatMessageUser(content="STAGE1 extract: " + state.input_text)], cache=keep
        )
        asked = f"STAGE2 {os.environ['STAGE2']} answer from: {first.completion}"
        state.output = await model.generate([ChatMessageUser(content=asked)], cache=keep)
        return state

    return solve


def main(what: str) -> None:
    rows = json.loads(Path("cases.json").read_text())
    samples = [Sample(id=row["id"], input=row["doc"], target=row["expected"]) for row in rows]
    task = Task(
        dataset=MemoryDataset(samples), solver=[echo() if what == "echo" else stages()], scorer=includes()
    )
    model = "mockllm/model" if what == "echo" else "openai-api/mock/m"
    evaluate(task, model=model, display="none", max_connections=10, max_samples=100)


if __name__ == "__main__":
    main(sys.argv[1])
