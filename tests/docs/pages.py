"""Runs the code blocks of a documentation page, in order, in one folder for the page.

- `console`: each line that begins with `$ ` is run by a shell; the lines below it are its output, standard
  error included, where `...` stands for anything. No lines: only the exit status counts.
- `python`: a script of its own.
- `toml`, `json`: must parse. `text`, `sh`, `mermaid`: read by people only.
- After the language: `file=PATH` writes the block there instead, `exit=N` is the status that the last
  command must end with, `needs=data` or `needs=system` leaves the block to the run that has them.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Block", "PageError", "Place", "read_page", "run_page"]

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
LANGUAGES = {"console", "json", "mermaid", "python", "sh", "text", "toml"}
OPTIONS = {"exit", "file", "needs"}
TIME_LIMIT = 60.0


class PageError(AssertionError):
    """A block that doesn't do what the page says."""


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, its language, its options and its text."""

    where: str
    language: str
    options: dict[str, str]
    text: str


@dataclass
class Place:
    """Where a page runs: its folder, the folder its next command starts in, and a home of its own."""

    folder: Path
    home: Path
    current: Path = field(init=False)

    def __post_init__(self) -> None:
        self.current = self.folder

    def run(self, arguments: list[str]) -> tuple[int, str]:
        """Return the status and the output, both streams in one."""
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "COLUMNS": "100",
        }
        done = subprocess.run(
            arguments, cwd=self.current, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=TIME_LIMIT, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout


def read_page(text: str, *, name: str) -> list[Block]:
    """Return the blocks of a page. Raises PageError for a language or an option that isn't known."""
    return [
        _block(match, f"{name}:{text.count(chr(10), 0, match.start()) + 1}") for match in FENCE.finditer(text)
    ]


def _block(match: re.Match[str], where: str) -> Block:
    language, *words = match["info"].split() or [""]
    options = dict(word.partition("=")[::2] for word in words)
    if not options.keys() <= OPTIONS or not (language in LANGUAGES or "file" in options):
        raise PageError(f"{where}: nobody knows how to check a block {match['info']!r}")
    lines = [line.removeprefix(match["indent"]) for line in match["text"].splitlines(keepends=True)]
    return Block(where, language, options, "".join(lines))


def run_page(blocks: Iterable[Block], place: Place, *, has: str | None) -> None:
    """Run what needs nothing, and what needs `has`. Raises PageError at the first block that is wrong."""
    for block in blocks:
        if block.options.get("needs") not in {None, has}:
            continue
        if "file" in block.options:
            target = place.folder / block.options["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text)
        else:
            _check(block, place)


def _check(block: Block, place: Place) -> None:
    match block.language:
        case "toml" | "json":
            _parse(block)
        case "python":
            script = place.home / "block.py"
            script.write_text(block.text)
            _expect(block, block.where, place.run([sys.executable, str(script)]), "")
        case "console":
            _console(block, place)
        case _:
            pass


def _parse(block: Block) -> None:
    try:
        tomllib.loads(block.text) if block.language == "toml" else json.loads(block.text)
    except ValueError as error:
        raise PageError(f"{block.where}: {error}") from error


def _console(block: Block, place: Place) -> None:
    before, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    if before.strip() or not parts:
        raise PageError(f"{block.where}: a console block begins with a line `$ command`")
    for part in parts:
        command, expected = _split(part)
        left_in = place.home / "left-in"
        shell = f"{command}\nstatus=$?; pwd > '{left_in}'; exit $status"
        result = place.run(["/bin/sh", "-c", shell])
        last = part is parts[-1]
        _expect(block if last else None, f"{block.where}: {command}", result, expected)
        if left_in.exists():
            place.current = Path(left_in.read_text().rstrip("\n"))


def _split(part: str) -> tuple[str, str]:
    """The command, which goes on after a backslash, and the output below it."""
    lines = part.splitlines()
    end = next(number for number, line in enumerate(lines) if not line.endswith("\\"))
    return "\n".join(lines[: end + 1]), "\n".join(lines[end + 1 :])


def _expect(block: Block | None, where: str, result: tuple[int, str], expected: str) -> None:
    status, output = result
    wanted = int(block.options.get("exit", "0")) if block else 0
    if status != wanted:
        raise PageError(f"{where}: status {status}, the page says {wanted}\n{output}")
    pattern = re.escape(_tidy(expected)).replace(r"\.\.\.", ".*?")
    if expected.strip() and not re.fullmatch(pattern, _tidy(output), re.DOTALL):
        raise PageError(f"{where}: expected\n{expected}\n--- got\n{output}")


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
