"""Fix it here: the change, its proof on every case, and the gate, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from alongside.core.case import Case
from alongside.core.release import Version
from alongside.engine.forecast import Forecast
from alongside.engine.versions import tree_files
from alongside.evals.verdict_keys import gate_facts
from alongside.store import runs
from alongside.store.engagement_file import FILE
from alongside.views.fields import fields_shown, value_text
from alongside.views.figures import in_dollars
from alongside.views.screens.fixing_gate import GateShown, gate_shown
from alongside.views.screens.names import Named, version_names
from alongside.views.screens.page import Asked, Crumb, Page, Toast
from alongside.views.screens.proven import ProofShown, proof_shown
from alongside.views.screens.text_diff import DiffLine, text_diff
from alongside.workbench import Workbench
from alongside.workbench.editing import live_text, prompt_files, read_text
from alongside.workbench.proving import Proof, proofs_of
from alongside.workbench.standing import find_case

__all__ = [
    "Expectation",
    "FixScreen",
    "ForecastShown",
    "PromptShown",
    "expectation_of",
    "fix_screen",
    "forecast_shown",
    "proof_of",
]

_TABS = {"prompt": "Prompt", "parameters": "Parameters", "expectation": "Expectation", "code": "Code"}
_FEW = 4
_BIGGEST = 200_000


@dataclass(frozen=True, slots=True)
class PromptShown:
    """A prompt to edit: its text now, the digest of what is shown (`seen`), and how it differs from what is live."""

    path: str
    text: str
    seen: str
    diff: tuple[DiffLine, ...]
    in_live: bool


@dataclass(frozen=True, slots=True)
class ParamRow:
    """A parameter as text; `live` is what the live version has (None: none, or nothing is live)."""

    name: str
    text: str
    live: str | None
    long: bool


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case must hold, field by field, as text; `seen` digests the file as it is shown."""

    case: str
    name: str
    path: str
    seen: str
    fields: tuple[tuple[str, str], ...]
    others: tuple[str, ...]
    must_pass: bool


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file that is changed in an editor, with what differs from what is live."""

    path: str
    diff: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class ForecastShown:
    """What proving would run at most. Money in dollars (None: unpriced); `why` are (step, reason)."""

    calls_at_most: int
    calls: int
    steps_at_most: int
    steps: int
    cost: float | None
    seconds: float
    never_run: int
    why: tuple[tuple[str, str], ...]
    unbounded: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A choice: where it leads, whether it is taken, whether what it leads to differs from what is live."""

    text: str
    href: str
    chosen: bool
    changed: bool = False


@dataclass(frozen=True, slots=True)
class FixScreen:
    """The three columns. Of `prompt`, `params`, `expectation` and `code` the one that `tab` names is filled.

    `why_not` says why this person can't edit that; `changed` are the files that differ from what is live.
    """

    case: str
    cases: int
    tab: str
    tabs: tuple[Link, ...]
    files: tuple[Link, ...]
    prompt: PromptShown | None
    params: tuple[ParamRow, ...]
    params_seen: str
    expectation: Expectation | None
    code: tuple[CodeFile, ...]
    changed: tuple[str, ...]
    why_not: str
    live: str
    forecast: ForecastShown | None
    proof: ProofShown | None
    stale: str
    gate: GateShown
    may_prove: bool
    here: str
    proof_all: str


def fix_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the screen. The query: `case`, `tab`, `file`, `proof`, `all`, `forecast`, and what was just done."""
    engagement = bench.reload()
    case = find_case(bench, asked.query["case"])[0] if asked.query.get("case") else None
    names, live, working = version_names(bench), bench.live(), bench.snapshot()
    prompts = prompt_files(bench)
    tab = _tab(asked, bool(prompts), bool(engagement.params), case)
    file = _file(bench, asked, prompts, case) if tab == "prompt" else ""
    changed = _changed(live, working)
    proof, stale = proof_of(bench, asked, working)
    body = FixScreen(
        case=case.id if case else "",
        cases=len(bench.active_cases()),
        tab=tab,
        tabs=_tabs(asked, tab, bool(prompts), bool(engagement.params), case),
        files=tuple(
            Link(path.partition("/")[2], _address(asked, file=path), path == file, path in changed)
            for path in prompts
        ),
        prompt=_prompt(bench, live, file) if file else None,
        params=_params(engagement.params, live) if tab == "parameters" else (),
        params_seen=read_text(bench, FILE).seen,
        expectation=expectation_of(bench, case) if case and tab == "expectation" else None,
        code=_code(bench, live, changed) if tab == "code" else (),
        changed=changed,
        why_not=_why_not(tab, asked),
        live=names.of(live.id) if live else "",
        forecast=_forecast(bench) if asked.query.get("forecast") else None,
        proof=proof_shown(bench, proof, names, whole=bool(asked.query.get("all"))) if proof else None,
        stale=stale,
        gate=gate_shown(bench, proof, working, names, asked, stale=stale),
        may_prove="reviewer" in asked.may,
        here=_address(asked),
        proof_all=_address(asked, all="1"),
    )
    return Page(
        f"Fix: {case.name}" if case else "Fix it here",
        "alongside ship" if body.gate.may else "alongside replay",
        body,
        _crumbs(bench, case),
        _toast(asked, names, file),
    )


def proof_of(bench: Workbench, asked: Asked, working: Version) -> tuple[Proof | None, str]:
    """Return the proof that is asked for, else the newest; and what changed since, where something did.

    The proof of what is live is as good as when it shipped. Raises UsageError `no-such-proof`.
    """
    proofs, wanted = proofs_of(bench), asked.query.get("proof", "")
    proof = proofs.get(wanted) if wanted else proofs.latest()
    if proof is None:
        return None, ""
    if proof.version != working.id:
        return proof, "The text changed"
    cases = [one for one in bench.active_cases() if proof.only in {"", one.id}]
    if {one.id: gate_facts(one) for one in cases} != proof.facts:
        return proof, "The cases changed"
    live = bench.live()
    beside = {proof.version, proof.baseline} if proof.status == "done" else {proof.baseline}
    return proof, "" if (live.id if live else "") in beside else "What is live changed"


def forecast_shown(told: Forecast) -> ForecastShown:
    """Return a forecast as the screen shows it."""
    return ForecastShown(
        told.model_calls_at_most,
        told.model_calls,
        told.steps_at_most,
        told.steps,
        in_dollars(told.cost_at_most),
        told.seconds,
        len(told.cases_never_run),
        tuple((step.removeprefix("alongside."), why) for step, why in told.changed[:_FEW]),
        told.unbounded,
    )


def expectation_of(bench: Workbench, case: Case) -> Expectation:
    """Return what a case must hold, and the other fields of the answer that it could."""
    _, path = find_case(bench, case.id)
    file = read_text(bench, path.relative_to(bench.root).as_posix())
    return Expectation(
        case.id,
        case.name,
        file.path,
        file.seen,
        tuple((field, "" if value is None else value_text(value)) for field, value in case.expected.items()),
        _others(bench, case),
        case.must_pass,
    )


def _others(bench: Workbench, case: Case) -> tuple[str, ...]:
    run = runs.get(bench.database, case.run) if case.run else None
    if run is None or not run.output or not bench.blobs.has(run.output):
        return ()
    paths = [one.path for one in fields_shown(bench.value(run.output))]
    return tuple(path for path in paths if path not in case.expected)


def _forecast(bench: Workbench) -> ForecastShown:
    return forecast_shown(proofs_of(bench).forecast())


def _tab(asked: Asked, prompts: bool, params: bool, case: Case | None) -> str:  # noqa: FBT001
    there = {"prompt": prompts, "parameters": params, "expectation": case is not None, "code": True}
    wanted = asked.query.get("tab", "")
    return (
        wanted if there.get(wanted) else next(tab for tab in ("prompt", "parameters", "code") if there[tab])
    )


def _tabs(asked: Asked, tab: str, prompts: bool, params: bool, case: Case | None) -> tuple[Link, ...]:  # noqa: FBT001
    there = {"prompt": prompts, "parameters": params, "expectation": case is not None, "code": True}
    return tuple(
        Link(text, _address(asked, tab=name, file=""), name == tab)
        for name, text in _TABS.items()
        if there[name]
    )


def _file(bench: Workbench, asked: Asked, prompts: list[str], case: Case | None) -> str:
    """Return the prompt that is asked for, else the first that the case's last run read, else the first."""
    if asked.query.get("file") in prompts:
        return asked.query["file"]
    run = runs.latest_with_spans(bench.database, case.id) if case else ""
    read = [
        f"prompts/{one.name}"
        for span in (runs.spans(bench.database, run) if run else [])
        for one in span.reads
    ]
    return next((path for path in read if path in prompts), prompts[0])


def _prompt(bench: Workbench, live: Version | None, path: str) -> PromptShown:
    file, old = read_text(bench, path), live_text(bench, live, path)
    return PromptShown(
        path, file.text, file.seen, text_diff(old or "", file.text) if live else (), old is not None
    )


def _params(now: Mapping[str, Any], live: Version | None) -> tuple[ParamRow, ...]:
    before: Mapping[str, Any] = live.manifest.params if live else {}
    return tuple(
        ParamRow(
            name,
            value_text(value),
            value_text(before[name]) if name in before else None,
            isinstance(value, str) and (len(value) > 40 or "\n" in value),  # noqa: PLR2004
        )
        for name, value in now.items()
    )


def _changed(live: Version | None, working: Version) -> tuple[str, ...]:
    """Return the files and settings of the working tree that differ from what is live."""
    if live is None:
        return ()
    old, new = live.manifest, working.manifest
    files = sorted(path for path in {*old.files, *new.files} if old.files.get(path) != new.files.get(path))
    settings = dict(old.params) != dict(new.params) or dict(old.models) != dict(new.models)
    return (*files, *([FILE] if settings else []))


def _code(bench: Workbench, live: Version | None, changed: tuple[str, ...]) -> tuple[CodeFile, ...]:
    """Return the workflows' files, those that changed first with their change."""
    here = {path: file for path, file in tree_files(bench.root) if path.endswith(".py")}
    found = [path for path in changed if path.endswith(".py")] + [
        path for path in here if path not in changed
    ]
    return tuple(
        CodeFile(path, _code_diff(bench, live, path) if path in changed else ()) for path in found[:12]
    )


def _code_diff(bench: Workbench, live: Version | None, path: str) -> tuple[DiffLine, ...]:
    old, new = live_text(bench, live, path) or "", read_text(bench, path).text
    return text_diff(old, new) if len(old) + len(new) < _BIGGEST else (DiffLine("gap", "too long to show"),)


def _why_not(tab: str, asked: Asked) -> str:
    needed = {"prompt": "reviewer", "expectation": "reviewer", "parameters": "engineer"}.get(tab, "")
    if not needed or needed in asked.may:
        return ""
    return f"{asked.by.name} is a {asked.by.role}: changing this takes a{'n' if needed[0] in 'ae' else ''} {needed}."


def _address(asked: Asked, **more: str) -> str:
    kept = {name: asked.query[name] for name in ("case", "tab", "file", "proof") if asked.query.get(name)}
    query = urlencode({name: value for name, value in (kept | more).items() if value})
    return f"/fix?{query}" if query else "/fix"


def _crumbs(bench: Workbench, case: Case | None) -> tuple[Crumb, ...]:
    home = Crumb(bench.engagement.customer, "/")
    if case is None:
        return (home,)
    return (home, Crumb("Cases", "/cases"), Crumb(case.id, f"/cases/{case.id}"), Crumb("fix", ""))


def _toast(asked: Asked, names: Named, file: str) -> Toast | None:
    if asked.query.get("shipped") and asked.query["shipped"] == names.live:
        return Toast("right", f"{names.of(names.live)} is live: the next request is answered by it")
    if asked.query.get("joined"):
        return Toast(
            "wait",
            "Somebody is proving already: this is theirs. Yours is next, once it has ended or is stopped",
        )
    if asked.query.get("did") == "saved":
        return Toast("added", f"Saved{f' in {file}' if file else ''}: `git diff` shows it")
    if asked.query.get("did") == "reverted":
        return Toast("same", f"{file or 'It'} is what is live again")
    return None
