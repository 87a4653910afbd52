"""Why a step of a run was kept or ran: the first key part or read that differs, with both values."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from alongside.core.digest import short
from alongside.core.errors import UsageError
from alongside.core.plain import plain
from alongside.core.release import Manifest
from alongside.core.run import Read, Run, Span
from alongside.engine.asked import readable, rejoined
from alongside.engine.exceptions import NOT_KEPT
from alongside.engine.manifest_reads import answering
from alongside.engine.why_text import file_diff, function_diff, told_apart
from alongside.store import ledger, runs, versions
from alongside.store.blobs import BlobStore
from alongside.store.database import Database

__all__ = ["Difference", "Reason", "Why", "why"]

_LOOKED_AT = 1000
_FOLDERS = {"prompt": "prompts/", "file": ""}


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that differs: what it is, its value before and now, and a text diff where there is text."""

    what: str
    before: str
    now: str
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One span of the step: a sentence, the run it is compared with (empty: none), what differs (None: nothing).

    `basis` is what that run has in common with this one: "of the same case", "on the same inputs", "on other inputs".
    """

    span: Span
    text: str
    compared_with: str = ""
    basis: str = ""
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Every span of a step in a run, with its reason."""

    run: str
    step: str
    reasons: tuple[Reason, ...]


def why(database: Database, blobs: BlobStore, *, run: Run, step: str) -> Why:
    """Return why each span of `step` (its full name or the last part) was kept or ran.

    Raises UsageError `no-such-step` where the run has no such step.
    """
    spans = runs.spans(database, run.id)
    found = [span for span in spans if step in {span.step, span.step.rpartition(".")[2]}]
    if not found:
        names = ", ".join(dict.fromkeys(span.step.rpartition(".")[2] for span in spans))
        raise UsageError(
            "no-such-step",
            f"run {run.id} has no step {step!r}; it has {names or 'none'}",
            fix="name one of them",
        )
    look = _Look(database, blobs, run)
    return Why(run.id, found[0].step, tuple(look.reason(span, number) for number, span in enumerate(found)))


@dataclass(frozen=True, slots=True)
class _Look:
    database: Database
    blobs: BlobStore
    run: Run

    def reason(self, span: Span, number: int) -> Reason:
        name = span.step.rpartition(".")[2]
        if span.kind != "leaf":
            return Reason(span, f"{name} called other steps, so it always re-executes; ask why of those")
        if span.status == "tape":
            return Reason(span, f"{name} was answered from the tape", self.run.case and "the run of its case")
        if span.status == "kept":
            return self._kept(span, name)
        return self._executed(span, name, number)

    def _kept(self, span: Span, name: str) -> Reason:
        made = runs.executed_with_key(self.database, span.key, before=span.started)
        parts = ", ".join(part for part, _ in span.parts if part not in {"schema", "step"})
        reads = "".join(f", {read.kind} {read.name}" for read in span.reads)
        source = f"of run {made}" if made else "that is kept"
        return Reason(span, f"{name} was kept: it agrees with the result {source} in {parts}{reads}", made)

    def _executed(self, span: Span, name: str, number: int) -> Reason:
        earlier = self._earlier(span, number)
        if earlier is None:
            return Reason(span, f"{name} ran because it had never run before")
        other, before = earlier
        basis, difference = self._basis(other), self._difference(before, span, other)
        if difference is not None:
            told = f"{name} ran because {difference.what} differs: {difference.before} → {difference.now}"
            return Reason(span, told, other, basis, difference)
        if span.effect != "pure" and self.run.mode != "replay":
            return Reason(span, f"{name} ran because it is {span.effect}: a new run calls it", other, basis)
        _, unkept, cause = before.error.rpartition(f"\n{NOT_KEPT}")
        if unkept:
            told = f"{name} ran because its exception in run {other} isn't kept: {cause}"
            return Reason(span, told, other, basis)
        told = "its result was dropped (forgotten, collected or damaged), or was asked anew (--refresh)"
        return Reason(span, f"{name} ran with everything as in run {other}: {told}", other, basis)

    def _earlier(self, span: Span, number: int) -> tuple[str, Span] | None:
        """Return the (run, span) to compare with: the case's last run, else the same inputs', else the nearest call."""
        last = runs.before(self.database, self.run, step=span.step)
        if last is not None:
            same = [
                one
                for one in runs.spans(self.database, last.id)
                if one.step == span.step and one.kind == "leaf"
            ]
            return last.id, same[_nearest(same, span, number)]
        found = runs.spans_of_step(self.database, span.step, before=span.started)
        others = ((run, one) for run, one in found if run != self.run.id and one.kind == "leaf")
        newest = list(islice(others, _LOOKED_AT))
        return newest[_nearest([one for _, one in newest], span, 0)] if newest else None

    def _basis(self, other: str) -> str:
        run = runs.get(self.database, other)
        if run is not None and self.run.case and run.case == self.run.case:
            return "of the same case"
        return f"on {'the same' if run is not None and run.inputs == self.run.inputs else 'other'} inputs"

    def _difference(self, before: Span, now: Span, other: str) -> Difference | None:
        old, new = dict(before.parts), dict(now.parts)
        for part in dict.fromkeys([*new, *old]):
            if old.get(part) != new.get(part):
                return self._part(part, old.get(part, ""), new.get(part, ""), other, now.step)
        return self._read(before.reads, now.reads, other)

    def _part(self, part: str, before: str, now: str, other: str, step: str) -> Difference:
        if part == "code":
            return self._code(before, now, other)
        if part.startswith("classes of "):
            changed = _first_changed(_pairs(before), _pairs(now))
            return self._code(*changed[1:], other) if changed else Difference(part, before, now)
        if part.startswith("input "):
            return self._input(part, before, now, step)
        return Difference(part, before or "nothing", now or "nothing")

    def _code(self, before: str, now: str, other: str) -> Difference:
        """Name the first piece of the code that changed, else that was added or removed."""
        changed = _first_changed(
            ledger.code_parts(self.database, before), ledger.code_parts(self.database, now)
        )
        if changed is None:
            return Difference("its code", short(before) or "nothing", short(now) or "nothing")
        label, was, is_now = changed
        what = "something in the project (this step can't be followed)" if label == "opaque" else label
        module, _, name = label.partition(":")
        path = f"{module.replace('.', '/')}.py"
        texts = [self._text(manifest, path) for manifest in self._manifests(other)]
        return Difference(what, _piece(was), _piece(is_now), function_diff(*texts, name=name))

    def _read(self, before: tuple[Read, ...], now: tuple[Read, ...], other: str) -> Difference | None:
        changed = _first_changed(*({(r.kind, r.name): r.digest for r in reads} for reads in (before, now)))
        if changed is None:
            return None
        (kind, name), was, is_now = changed
        what = f"{kind} {name}".strip()
        manifests = self._manifests(other)
        if kind in _FOLDERS:
            texts = [self._text(manifest, f"{_FOLDERS[kind]}{name}") for manifest in manifests]
            return Difference(what, short(was) or "not read", short(is_now) or "not read", file_diff(*texts))
        if kind in {"parameter", "model"}:
            held = [_setting(manifest, kind, name) for manifest in manifests]
            return Difference(
                what, *(value or short(digest) for value, digest in zip(held, (was, is_now), strict=True))
            )
        return Difference(what, short(was) or "not read", short(is_now) or "not read")

    def _manifests(self, other: str) -> tuple[Manifest | None, Manifest | None]:
        before = runs.get(self.database, other)
        return self._manifest(before), self._manifest(self.run)

    def _manifest(self, run: Run | None) -> Manifest | None:
        version = versions.get(self.database, run.version) if run else None
        return version.manifest if version else None

    def _text(self, manifest: Manifest | None, path: str) -> str:
        """Return a file of a version as text, empty where it isn't there or isn't text."""
        name = manifest.files.get(path, "") if manifest else ""
        return self.blobs.get(name).decode("utf-8", "replace") if name and self.blobs.has(name) else ""

    def _input(self, part: str, before: str, now: str, step: str) -> Difference:
        """Return an input's two values as people read them, where both are kept and read differently."""
        held = [self._value(digest) for digest in (before, now)]
        values = [readable(step, part.removeprefix("input "), value) for one in held for value in one]
        was, is_now, diff = told_apart(*values) if len(values) == len(held) else ("", "", "")
        if was != is_now:
            return Difference(part, was, is_now, diff)
        return Difference(part, short(before) or "nothing", short(now) or "nothing")

    def _value(self, digest: str) -> list[Any]:
        """Return a list of one, the plain value of an input, or of none, where it isn't here."""
        if outline := ledger.asked(self.database, digest):
            return [rejoined(outline, self._long_text)]
        return [plain(self.blobs.get(digest))] if digest and self.blobs.has(digest) else []

    def _long_text(self, digest: str) -> str:
        return json.loads(self.blobs.get(digest)) if self.blobs.has(digest) else short(digest)


def _nearest(spans: Sequence[Span], to: Span, number: int) -> int:
    """Return which call is most like a step's `number`th: by its inputs, by its key's parts, by its place."""

    def likeness(place: int) -> tuple[bool, int, int]:
        one = spans[place]
        return _inputs(one) == _inputs(to), len({*one.parts} & {*to.parts}), -abs(place - number)

    return max(range(len(spans)), key=likeness)


def _inputs(span: Span) -> list[tuple[str, str]]:
    return [(part, value) for part, value in span.parts if part.startswith("input ")]


def _first_changed(before: Mapping[Any, str], now: Mapping[Any, str]) -> tuple[Any, str, str] | None:
    """Return (name, before, now) of what changed first, else of what was added or removed first."""
    both = _differing(sorted(before.keys() & now.keys()), before, now)
    either = _differing(sorted(before.keys() ^ now.keys()), before, now)
    return next(iter([*both, *either]), None)


def _differing(
    names: Iterable[Any], before: Mapping[Any, str], now: Mapping[Any, str]
) -> list[tuple[Any, str, str]]:
    return [(n, before.get(n, ""), now.get(n, "")) for n in names if before.get(n, "") != now.get(n, "")]


def _pairs(told: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in told.split())


def _piece(told: str) -> str:
    """Return a piece of a code hash for people: a constant as written, else the start of its digest."""
    digest, _, written = told.partition(" ")
    return written or short(digest) or "nothing"


def _setting(manifest: Manifest | None, kind: str, name: str) -> str:
    if manifest is None:
        return ""
    held = manifest.params.get(name) if kind == "parameter" else answering(manifest, name)
    is_there = name in (manifest.params if kind == "parameter" else manifest.models)
    return json.dumps(held, ensure_ascii=False, default=str) if is_there else ""
