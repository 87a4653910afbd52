"""An engagement to fix in a browser: an invoice read by rules in words, a parameter, four cases, one version live."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from alongside.evals.replay import Options
from alongside.workbench import Workbench, open_engagement
from web.served import TOKEN, Answer, Client

PROMPT = "prompts/extract.md"
RULES = 'Return the fields.\n\n- amount_due: the figure beside "subtotal".\n- supplier: as printed.\n'
FIXED = RULES.replace("subtotal", "total")

_TOML = """\
# Who, and under which limits.
customer = "Northmoor Freight"

[params]
# How many digits are kept.
digits = 2
pause = 0.0
currency = "GBP"

[[done]]
name = "whole answers are right"
measure = "cases"
at_least = 0.1
"""

_WORKFLOW = """
import re
import time

from alongside import param, prompt, step, workflow

rules = prompt("extract.md")


@step
def figures(text: str) -> dict[str, str]:
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}


@step
def choose(found: dict[str, str]) -> dict[str, object]:
    time.sleep(param("pause"))
    wanted = re.search('amount_due: the figure beside "(.*?)"', str(rules))
    amount = found.get(wanted.group(1) if wanted else "")
    return {"supplier": found["supplier"], "amount_due": amount and round(float(amount), param("digits"))}


@workflow
def invoice(text: str) -> dict[str, object]:
    return choose(figures(text))
"""

_INVOICES = {
    "osprey": ("120.0", "VAT is missing"),
    "fellgate": ("165.0", "vat is missing!"),
    "marram": ("210.0", ""),
    "caldbeck": ("100.0", ""),  # right from the start: its total is its subtotal
}


def make_fixable(root: Path) -> Workbench:
    """The engagement; v1 is live and wrong on three of its four cases."""
    for folder in ("workflows", "prompts", "cases"):
        (root / folder).mkdir(parents=True)
    (root / "alongside.toml").write_text(_TOML)
    (root / PROMPT).write_text(RULES)
    (root / "workflows" / "invoice.py").write_text(_WORKFLOW)
    with open_engagement(root) as bench:
        bench.ship(options=Options(), progress=_quiet, by="kim", reason="first", override=True)
        for number, (name, (total, note)) in enumerate(_INVOICES.items()):
            text = f"supplier: {name}\nsubtotal: {100.0 + (number % 3) * 37.5}\ntotal: {total}"
            run = bench.run("invoice", text=text).run
            word = "right" if name == "caldbeck" else "wrong"
            more = {} if word == "right" else {"expected": float(total)}
            bench.judge(run, word, field="amount_due", by="dana", note=note, **more)
            bench.add_case(run, name=name, must_pass=name == "caldbeck", split="held-out")
        bench.replay(options=Options(), progress=_quiet)
    return open_engagement(root)


def case_ids(bench: Workbench) -> dict[str, str]:
    return {case.name: case.id for case in bench.cases().cases}


def post(
    client: Client, path: str, *, page: bool = False, who: Mapping[str, str] | None = None, **fields: str
) -> Answer:
    """Send a form, as a browser does where `page` is asked for; `who` is somebody's own cookie."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html" if page else ""}
    own = {"Origin": f"http://{client.host}", **who} if who else {}
    return client.ask("POST", path, urlencode(fields).encode(), headers | own, token="" if who else TOKEN)


def led(answer: Answer) -> dict[str, str]:
    """The query of where an act led back to."""
    assert answer.status == 303, answer.body
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def get(client: Client, path: str, *, who: Mapping[str, str] | None = None) -> str:
    answer = client.ask(
        "GET", path, headers={"Accept": "text/html", **(who or {})}, token="" if who else TOKEN
    )
    assert answer.status == 200, answer.body
    return answer.body.decode()


def twin(
    client: Client, path: str = "/fix.json", *, who: Mapping[str, str] | None = None
) -> dict[str, object]:
    answer = client.ask("GET", path, headers=who, token="" if who else TOKEN)
    assert answer.status == 200, answer.body
    return answer.json


def events(client: Client, proof: str) -> list[Mapping[str, object]]:
    """Every event that a proof sends, to its end."""
    return list(client.events(f"/fix/proof/{proof}/events"))


def prove(client: Client, **fields: str) -> Mapping[str, object]:
    """Prove, and return the last event and the proof's id."""
    proof = led(post(client, "/fix/prove", act="prove", here="/fix", **fields))["proof"]
    return {**events(client, proof)[-1], "id": proof}


def _quiet(_done: int, _of: int, _result: object) -> None:
    """Tell nobody."""
