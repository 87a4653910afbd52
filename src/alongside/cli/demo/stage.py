"""The demo's folder, and what is played in it: the project's own documents, or somebody's."""

import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alongside.cli.demo.truth import Truth, read_truth
from alongside.core.errors import DataError, UsageError
from alongside.store.afresh import start_afresh
from alongside.store.database import Database

__all__ = ["Play", "clear", "given", "made_up"]

_BACKSTAGE = ".demo"
"""Holds the truth. Its name begins with a dot, so no version takes it in and no step can read it; it marks the folder as ours."""

_MADE = ("cases", "models", "workflows", "prompts", "documents", ".alongside/verdicts")


@dataclass(frozen=True, slots=True)
class Play:
    """What is played: the engagement's folder, the documents, and what they really say.

    `workflow` and `shape` name the function and the dataclass that are written; `shown` is how a person in the
    folder would name the documents, `source` where the truth comes from.
    """

    root: Path
    customer: str
    workflow: str
    shape: str
    files: tuple[Path, ...]
    shown: str
    truth: Truth
    source: str
    is_made_up: bool
    seed: int = 0


def clear(root: Path) -> bool:
    """Make the folder ready to play in, and return whether the demo was played in it before.

    What an earlier demo made is removed but for the results that its ledger keeps. Raises UsageError `folder-in-use`
    for a folder with anything else in it.
    """
    again = (root / _BACKSTAGE).is_dir()
    if root.exists() and not again and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(
            "folder-in-use",
            f"{root} has something in it that isn't the demo's",
            fix="name a new or empty folder: `alongside demo --to DIR`",
        )
    if again:
        for name in _MADE:
            shutil.rmtree(root / name, ignore_errors=True)
        (root / "alongside.toml").unlink(missing_ok=True)
        _forget(root / ".alongside" / "store.db")
    (root / _BACKSTAGE).mkdir(parents=True, exist_ok=True)
    return again


def made_up(root: Path, *, seed: int, progress: Callable[[str], None]) -> Play:
    """Write the project's own documents and return what is to be played with them."""
    from alongside.cli.demo.documents import generate
    from alongside.cli.demo.vendors import CUSTOMER

    progress("making the documents")
    backstage = root / _BACKSTAGE
    generate(backstage, seed=seed)
    shutil.rmtree(root / "documents", ignore_errors=True)
    (backstage / "documents").rename(root / "documents")
    return Play(
        root,
        customer=CUSTOMER[0],
        workflow="receipt",
        shape="Receipt",
        files=tuple(sorted((root / "documents").iterdir())),
        shown="documents/*",
        truth=read_truth(backstage / "truth.json"),
        source="the truth file of the generator that made the documents",
        is_made_up=True,
        seed=seed,
    )


def given(root: Path, *, documents: Path, truth: Path) -> Play:
    """Return what is to be played with somebody's documents: those that the truth file says something about.

    Raises DataError `no-documents` where it says nothing about any.
    """
    told = read_truth(truth)
    if not documents.is_dir():
        raise DataError(
            "no-documents", f"{documents} is not a folder", fix="name the folder of your documents"
        )
    found = [file for file in documents.iterdir() if file.is_file() and told.values.get(file.stem)]
    by_stem = {file.stem: file for file in sorted(found, reverse=True)}  # the first of several with one stem
    files = tuple(sorted(by_stem.values()))
    if not files:
        raise DataError(
            "no-documents",
            f"{truth} says nothing about any document in {documents}",
            fix="name each entry of the truth file like its document, without the suffix",
        )
    return Play(
        root,
        customer=documents.resolve().parent.name or "yours",
        workflow="paper",
        shape="Paper",
        files=files,
        shown=f"{shlex.quote(str(documents.resolve()))}/*",
        truth=told,
        source=str(truth),
        is_made_up=False,
    )


def _forget(store: Path) -> None:
    if store.is_file():
        database = Database(store)
        try:
            database.write(start_afresh)
        finally:
            database.close()
