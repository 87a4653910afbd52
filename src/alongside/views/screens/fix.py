"""Fix it here: the change, its proof on every case, and the gate, side by side."""

from dataclasses import dataclass
from urllib.parse import urlencode

from alongside.core.case import Case
from alongside.core.engagement import a_role
from alongside.core.release import Version
from alongside.engine.versions import tree_files
from alongside.evals.verdict_keys import gate_facts
from alongside.store import runs
from alongside.store.engagement_file import FILE
from alongside.store.git_files import is_in_git
from alongside.views.screens.editor import ParamRow, PromptShown, params_shown, prompt_shown
from alongside.views.screens.expectation import Expectation, expectation_of
from alongside.views.screens.fixing_gate import GateShown, gate_shown
from alongside.views.screens.foretold import ForecastShown, forecast_shown
from alongside.views.screens.names import Named, version_names
from alongside.views.screens.page import Asked, Crumb, Page, Problem, Toast
from alongside.views.screens.proven import ProofShown, proof_shown
from alongside.views.screens.text_diff import DiffLine, text_diff
from alongside.workbench import Workbench
from alongside.workbench.attention import changed_files
from alongside.workbench.editing import live_text, prompt_files, read_text
from alongside.workbench.expecting import answer_kind
from alongside.workbench.proving import Proof, proofs_of
from alongside.workbench.standing import find_case

__all__ = [
    "FixScreen",
    "fix_screen",
    "proof_of",
]

_TABS = {"prompt": "Prompt", "parameters": "Parameters", "expectation": "Expectation", "code": "Code"}
_FEW = 4
_BIGGEST = 200_000


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file that is changed in an editor, with what differs from what is live."""

    path: str
    diff: tuple[DiffLine, ...]


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

    `why_not` says why that can't be edited, `problem` why what was typed wasn't saved; `changed` are the files that differ from what is live.
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
    problem: Problem | None
    typed: bool
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
    engagement = bench.engagement
    case = find_case(bench, asked.query["case"])[0] if asked.query.get("case") else None
    names, live, working = version_names(bench), bench.live(), bench.snapshot()
    prompts = prompt_files(bench)
    tab = _tab(asked, bool(prompts), bool(engagement.params), case)
    file = _file(bench, asked, prompts, case) if tab == "prompt" else ""
    changed = changed_files(live, working)
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
        prompt=prompt_shown(bench, live, file, asked.typed) if file else None,
        params=params_shown(engagement.params, live, asked.typed) if tab == "parameters" else (),
        params_seen=read_text(bench, FILE).seen,
        expectation=expectation_of(bench, case, answer_kind(bench, working, case.workflow), asked.typed)
        if case and tab == "expectation"
        else None,
        problem=asked.typed.problems.get(""),
        typed=bool(asked.typed.fields),
        code=_code(bench, live, changed) if tab == "code" else (),
        changed=changed,
        why_not=_why_not(bench, tab, file, asked),
        live=names.of(live.id) if live else "",
        forecast=_forecast(bench) if asked.is_program or asked.query.get("forecast") else None,
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
        _toast(asked, names, file, in_git=is_in_git(bench.root)),
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


def _forecast(bench: Workbench) -> ForecastShown:
    return forecast_shown(bench, proofs_of(bench).forecast())


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
    wanted = asked.typed.fields.get("file") or asked.query.get("file", "")
    if wanted in prompts or (wanted and wanted == asked.typed.fields.get("file")):
        return wanted
    run = runs.latest_with_spans(bench.database, case.id) if case else ""
    read = [
        f"prompts/{one.name}"
        for span in (runs.spans(bench.database, run) if run else [])
        for one in span.reads
    ]
    return next((path for path in read if path in prompts), prompts[0])


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


def _why_not(bench: Workbench, tab: str, file: str, asked: Asked) -> str:
    needed = {"prompt": "reviewer", "expectation": "reviewer", "parameters": "engineer"}.get(tab, "")
    if needed and needed not in asked.may:
        return f"{asked.by.name} is {a_role(asked.by.role)}: changing this takes {a_role(needed)}."
    problem = read_text(bench, file).problem if file else ""
    return f"{problem}. Save it as UTF-8 in an editor, then edit it here." if problem else ""


def _address(asked: Asked, **more: str) -> str:
    kept = {name: asked.query[name] for name in ("case", "tab", "file", "proof") if asked.query.get(name)}
    query = urlencode({name: value for name, value in (kept | more).items() if value})
    return f"/fix?{query}" if query else "/fix"


def _crumbs(bench: Workbench, case: Case | None) -> tuple[Crumb, ...]:
    home = Crumb(bench.engagement.customer, "/")
    if case is None:
        return (home,)
    return (home, Crumb("Cases", "/cases"), Crumb(case.id, f"/cases/{case.id}"), Crumb("fix", ""))


def _toast(asked: Asked, names: Named, file: str, *, in_git: bool) -> Toast | None:
    if asked.query.get("shipped") and asked.query["shipped"] == names.live:
        return Toast("right", f"{names.of(names.live)} is live: the next request is answered by it")
    told = {
        "saved": (
            "added",
            f"Saved{f' in {file}' if file else ''}{': `git diff` shows it' if in_git else ''}",
        ),
        "merged": (
            "added",
            f"Saved, beside what somebody else changed meanwhile{': `git diff` shows both' if in_git else ''}",
        ),
        "unchanged": ("same", "Nothing was changed, so nothing was written"),
        "reverted": (
            "same",
            f"{file} is what is live again" if file else "The parameters are what is live again",
        ),
    }.get(asked.query.get("did", ""))
    if asked.query.get("joined"):
        saved = f"{told[1]}. " if told else ""
        return Toast(
            "wait",
            f"{saved}Another proof is running, which is this one: prove yours once it has ended or is stopped",
        )
    return Toast(*told) if told else None
