"""The forecast over HTTP: of what is typed before it is saved, of all that touches a step, honest about first runs and time."""

import time
from typing import Any

import pytest

from alongside.store import versions
from alongside.workbench import Workbench, open_engagement
from web.fixable import FIXED, PROMPT, RULES, case_ids, get, post, prove, twin
from web.served import Client, serving, sign_in

pytestmark = pytest.mark.enable_socket


def _typed(client: Client, **fields: str) -> str:
    answer = post(client, "/fix/forecast", **fields)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def test_what_is_typed_is_forecast_and_nothing_of_it_is_written(client: Client, bench: Workbench) -> None:
    known = len(versions.latest(bench.database, limit=100))
    assert "Re-runs nothing" in _typed(client, file=PROMPT, text=RULES.replace("\n", "\r\n"))
    told = _typed(client, file=PROMPT, text=FIXED)
    assert "Re-runs at most 4 of 8 steps" in told
    assert "prompt extract.md changed" in told
    assert "before it is saved" in told
    assert "parameter digits changed" in _typed(client, **{"p:digits": "1", "p:pause": "0.0"})
    assert "Re-runs nothing" in _typed(client, **{"p:digits": "2", "p:currency": "GBP"})
    osprey = case_ids(bench)["osprey"]
    assert "1 case is judged anew" in _typed(client, case=osprey, **{"e:amount_due": "121"})
    assert "Re-runs nothing" in _typed(client, case=osprey, **{"e:amount_due": "120.0"})
    assert (bench.root / PROMPT).read_text() == RULES
    assert len(versions.latest(bench.database, limit=100)) == known
    assert "Of what is saved" in get(client, "/fix/forecast")


def test_what_can_not_be_read_yet_has_no_forecast_and_says_why(client: Client) -> None:
    told = _typed(client, **{"p:digits": "man"})
    assert "No forecast of this yet" in told
    assert "digits is 2 now" in told


def test_a_reviewer_has_a_forecast_of_a_prompt_and_hostile_text_stays_text(
    client: Client, bench: Workbench
) -> None:
    reviewer = sign_in(bench, client, "Rita", "reviewer")
    answer = post(client, "/fix/forecast", who=reviewer, file=PROMPT, text=FIXED)
    assert b"at most 4 of 8 steps" in answer.body
    assert "<script>" not in _typed(client, **{"p:digits": "<script>alert(1)</script>"})


def test_both_a_prompt_and_a_parameter_that_changed_are_named(client: Client, bench: Workbench) -> None:
    (bench.root / PROMPT).write_text(FIXED)
    toml = bench.root / "alongside.toml"
    toml.write_text(toml.read_text().replace("digits = 2", "digits = 1"))
    shown: Any = twin(client)
    (why,) = shown["forecast"]["why"]
    assert why[0] == "workflows.invoice.choose"
    assert "prompt extract.md changed" in why[1]
    assert "parameter digits changed" in why[1]


def test_the_time_is_about_what_it_takes_where_steps_ran_at_once_and_where_nothing_runs(
    client: Client, bench: Workbench
) -> None:
    toml = bench.root / "alongside.toml"
    toml.write_text(toml.read_text().replace("pause = 0.0", "pause = 1.0"))
    prove(client)
    (bench.root / PROMPT).write_text(FIXED)
    shown: Any = twin(client)
    assert 0.9 < shown["forecast"]["seconds"] < 3.0  # four steps of a second each that ran at once
    began = time.perf_counter()
    prove(client)
    assert time.perf_counter() - began > 0.9
    remembered: Any = twin(client)
    assert (remembered["forecast"]["judged"], remembered["forecast"]["seconds"]) == (0, 0.0)
    (bench.root / PROMPT).write_text(RULES)
    back: Any = twin(client)
    assert back["forecast"]["steps_at_most"] == 0
    page = get(client, "/fix?forecast=1")
    assert "at most</div>" not in page
    assert "Of what is saved" in page


def test_cases_that_run_for_the_first_time_are_counted_and_said_to_cost_what_nobody_knows(
    bench: Workbench,
) -> None:
    with bench:
        for number in range(2):
            run = bench.run("invoice", text=f"supplier: new\nsubtotal: {number}\ntotal: 2").run
            bench.judge(run, "right", by="dana")
            bench.add_case(run, name=f"new {number}")
    with open_engagement(bench.root) as again, serving(again) as client:
        shown: Any = twin(client)
        assert (shown["forecast"]["never_run"], shown["forecast"]["limit"]) == (2, None)
        assert "2 cases run to the end for the first time on top, at an unknown price" in get(
            client, "/fix/forecast"
        )
        toml = bench.root / "alongside.toml"
        toml.write_text(toml.read_text().replace("[params]", "[limits]\ncost_per_run = 0.5\n\n[params]"))
        assert "at most $1.00 by the limits" in get(client, "/fix/forecast")
        for case, path in again.cases().paths.items():
            if not case.startswith(
                tuple(one.id for one in again.cases().cases if one.name.startswith("new"))
            ):
                path.unlink()
        alone = get(client, "/fix/forecast")
        assert "Runs 2 cases to the end for the first time" in alone
        assert "Re-runs nothing" not in alone


def test_code_that_cannot_be_loaded_is_why_there_is_no_forecast(client: Client, bench: Workbench) -> None:
    (bench.root / "workflows" / "invoice.py").write_text("def broken(:\n")
    told = get(client, "/fix/forecast")
    assert "No forecast of this yet" in told
    assert "invoice.py" in told


def test_parameters_of_every_kind_of_toml_are_shown_and_forecast(client: Client, bench: Workbench) -> None:
    toml = bench.root / "alongside.toml"
    odd = "since = 2026-01-02\nat = 07:32:00\nwhen = 2026-01-02T07:32:00Z\ndays = [2026-01-02]\nnested = { of = { day = 2026-01-02 } }\n"
    toml.write_text(toml.read_text().replace("[params]\n", f"[params]\n{odd}"))
    page = get(client, "/fix?tab=parameters&forecast=1")
    for text in ("2026-01-02", "07:32:00"):
        assert text in page
    shown: Any = twin(client, "/fix.json?tab=parameters")
    same = {f"p:{row['name']}": row["text"] for row in shown["params"]}
    assert "Re-runs nothing" in _typed(client, **same) or "judged anew" in _typed(client, **same)
    assert "Re-runs" in _typed(client, **{**same, "p:since": "2026-01-03"})
