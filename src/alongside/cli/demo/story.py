"""The story, told in one sitting: a document fails, and the fix is proven and live. Everything told is computed."""

import json as jsonlib
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from alongside.cli.demo import changing, failing, releasing
from alongside.cli.demo.beats import Beat
from alongside.cli.demo.following import invocation
from alongside.cli.demo.sitting import Progress, Sitting
from alongside.cli.demo.stage import Play, clear, given, made_up
from alongside.cli.demo.telling import paragraph, text_of
from alongside.core.errors import UsageError
from alongside.views.figures import seconds
from alongside.workbench import open_engagement

__all__ = ["FOLDER", "play"]

FOLDER = "alongside-demo"
_WIDTH = 96


def play(
    *,
    to: Path | None = None,
    documents: Path | None = None,
    truth: Path | None = None,
    json: bool = False,
    colour: bool = False,
    width: int = _WIDTH,
    seed: int = 7,
    say: Callable[[str], None],
    progress: Progress,
) -> int:
    """Play the story in `to` (default: `alongside-demo` here) and return the exit code, 0.

    `documents` and `truth` play it on a folder of one's own. `say` takes what is told (stdout), `progress` what is
    going on meanwhile (stderr). With `json`, one object is said at the end. Raises UsageError `folder-in-use`,
    `demo-needs-both`, `demo-in-documents`; DataError `bad-truth`, `no-documents`.
    """
    root = (to or Path(FOLDER)).resolve()
    theirs = _theirs(root, documents, truth)
    again = clear(root)
    began = time.perf_counter()
    if not json:
        say(paragraph(_opening(root, documents, again=again), width=width) + "\n")
    played = theirs or made_up(root, seed=seed, progress=progress)
    told: list[Beat] = []
    for beat in _timed(_beats(played, progress)):
        told.append(beat)
        progress("")
        if not json:
            say(text_of(beat, len(told), width=width, colour=colour))
    following = f"cd {shlex.quote(_from_here(root))} && {invocation(root)} {_verb(told)}"
    took = round(time.perf_counter() - began, 3)
    if json:
        beats = [beat.to_json(number) for number, beat in enumerate(told, 1)]
        whole = {"folder": str(root), "again": again, "beats": beats, "seconds": took, "next": following}
        say(jsonlib.dumps(whole, ensure_ascii=False, indent=1))
    else:
        opens = "Next, the workbench, with this story in it:" if following.endswith("serve") else "Next:"
        say(f"Told in {seconds(took)}. No network was needed. {opens}\n    {following}")
    return 0


def _theirs(root: Path, documents: Path | None, truth: Path | None) -> Play | None:
    """Return what is to be played with somebody's documents, None where nobody gave any."""
    if documents is None and truth is None:
        return None
    if documents is None or truth is None:
        raise UsageError(
            "demo-needs-both",
            "documents of your own need a truth file beside them, and the other way round",
            fix="give both: `alongside demo --documents DIR --truth FILE`",
        )
    if documents.resolve().is_relative_to(root) or truth.resolve().is_relative_to(root):
        raise UsageError(
            "demo-in-documents",
            f"what the demo made in {root} before would be removed, and your documents with it",
            fix="copy the documents elsewhere, or name another folder with --to DIR",
        )
    return given(root, documents=documents, truth=truth)


def _beats(played: Play, progress: Progress) -> Iterator[Beat]:
    yield failing.engagement(played)
    with open_engagement(played.root) as bench:
        sitting = Sitting(played, bench, progress)
        yield failing.first_version(sitting)
        wrong = failing.that_is_wrong(sitting)
        if wrong is None:
            yield failing.the_rest(sitting)
            return
        yield wrong
        yield failing.the_rest(sitting)
        yield from _edits(sitting)
        yield changing.learn(sitting) if changing.teaches(sitting) else changing.nothing_learned(sitting)
        beat, shipped = releasing.gate_and_ship(sitting)
        yield beat
        if not shipped:
            yield releasing.not_shipped(sitting)
            return
        yield releasing.served(sitting)
        yield releasing.there_and_back(sitting)
        if played.is_made_up:
            yield releasing.arrived(sitting)


def _edits(sitting: Sitting) -> Iterator[Beat]:
    """Try the edits until one stays."""
    edits = changing.edits_at_hand(sitting)
    if not edits:
        yield changing.no_edit()
    for number, edit in enumerate(edits):
        beat, stays = changing.edit(sitting, edit, hasty=number == 0)
        yield beat
        if stays:
            return


def _timed(beats: Iterator[Beat]) -> Iterator[Beat]:
    while True:
        began = time.perf_counter()
        beat = next(beats, None)
        if beat is None:
            return
        yield replace(beat, seconds=time.perf_counter() - began)


def _opening(root: Path, documents: Path | None, *, again: bool) -> str:
    whose = f"the documents in {documents}" if documents else "three dozen documents of an invented customer"
    begun = "begun afresh, over the steps that the last demo proved" if again else "a new folder"
    return f"One sitting with {whose}, in {_from_here(root)} ({begun}). Dana pays the bills, Kim is the engineer."


def _from_here(root: Path) -> str:
    here = Path.cwd()
    return str(root.relative_to(here)) if root.is_relative_to(here) and root != here else str(root)


def _verb(told: list[Beat]) -> str:
    return "serve" if any("live" in beat.facts for beat in told) else "case list"
