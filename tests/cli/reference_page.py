"""`docs/reference/cli.md`, made from the commands' own help. Written by `python tests/cli/reference_page.py`."""

from collections.abc import Iterator
from pathlib import Path

import click

from alongside.cli.app import app

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
WIDTH = 100

HEAD = """\
# The command line

Made from the commands' own `--help` by `python tests/cli/reference_page.py`; a test holds it to them.

Data goes to stdout, progress and messages to stderr. Every command takes `--json` (one object), `--engagement DIR`
(or the variable `ALONGSIDE_ENGAGEMENT`; without it the engagement is found like git finds a repository) and `--debug`.
The last line of every success names the next command. Colour is never needed; `NO_COLOR` turns it off. Nothing is asked
where stdin is no terminal. Ctrl-C loses nothing that was finished, and says how to go on.

| Exit code | Means |
|---|---|
| 0 | done, and good |
| 1 | done, and the answer is no: something broke, failed or is not proven |
| 2 | the command was wrong |
| 3 | data is not as declared: a file, a row, a case |
| 4 | refused by a declared limit or rule |
| 5 | a model, a source or a worker process failed |
| 70 | a fault of ours: report the line that is printed |
| 130 | interrupted |
| 141 | whoever read the output had enough |

An error is two lines on stderr, and with `--json`, where nothing else was printed, the one object:

```json
{"error": {"code": "no-such-run", "message": "run_x is no run here", "fix": "see `alongside runs list`"}}
```

## What `replay --json` prints

`steps` counts the candidate's leaves; `model_calls` and `spent` count every run of the replay on both versions, draws that
came on top included; a model call is one answer, the repair turn of `prompted` belongs to its call (`spent` has both); `draws` tells of each case that was drawn more than once how often it was right; costs are US dollars, null where a model has no price; `shares` have n and Wilson's
95 % interval; `in_view` are train cases that no extractor answered out of fold: whoever edits has seen them, and the gate never counts them.

```json
{
  "workflow": null, "baseline": "9f2c", "candidate": "3b1d",
  "cases": 40, "passed": 38, "failed": 2,
  "fixed": ["0e59cefbf42f"], "broken": [], "unchanged": 39, "flaky": [], "draws": {},
  "not_run": [{"case": "175bf9542774", "why": "not run: would have called charge(amount=3)"}], "mixed": [],
  "steps": {"executed": 40, "kept": 80}, "baseline_steps": {"executed": 0, "kept": 120},
  "model_calls": {"executed": 0, "kept": 0},
  "cost": {"if_cold": 0.0, "spent": 0.0}, "seconds": 0.412,
  "shares": {
    "counted": {"passed": 9, "n": 10, "share": 0.9, "low": 0.596, "high": 0.982},
    "in_view": {"passed": 29, "n": 30, "share": 0.9667, "low": 0.833, "high": 0.994}
  },
  "noticed": {"opaque": [], "differs": [], "damaged": [], "past_limit": []}
}
```
"""


def page() -> str:
    """Return the whole page."""
    context = click.Context(app, info_name="alongside", max_content_width=WIDTH, terminal_width=WIDTH)
    return HEAD + "".join(f"\n## `{path}`\n\n```text\n{text}\n```\n" for path, text in helps(app, context))


def helps(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield (command path, its help) of a command and all below it."""
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, name
            below = click.Context(
                inner, info_name=name, parent=context, max_content_width=WIDTH, terminal_width=WIDTH
            )
            yield from helps(inner, below)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
