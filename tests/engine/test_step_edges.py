"""Steps as methods, prompts filled in, parameters that a step alters, variables that outlive a step, times in a zone."""

from pathlib import Path

from driving import Driver

CODE = """
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alongside import param, prompt, step, workflow

@dataclass(frozen=True)
class Scale:
    by: int

    @step
    def grow(self, x: str) -> str:
        return x * self.by

@step
def extended(x: str) -> list:
    listed = param("listed")
    listed.append(x)
    return listed

@step
def summer(x: str) -> datetime:
    return datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Paris"))

def counter():
    count = 0
    def up():
        nonlocal count
        count += 1
        return count
    return up

COUNT = counter()

@step
def counted(x: str) -> int:
    return COUNT()

@step
def counted_inside(x: str) -> int:
    up = counter()
    up()
    return up()

@step
def named(call: str, function: str) -> str:
    return call + function

@workflow
def names(x: str) -> str:
    return named(call=x, function="!")

@workflow
def methods(x: str) -> list:
    return [Scale(2).grow(x), Scale(3).grow(x)]

@workflow
def parameters(x: str) -> list:
    return extended(x)

@workflow
def half_a_year_later(x: str) -> str:
    return str(summer(x) + timedelta(days=180))

@workflow
def outliving(x: str) -> int:
    return counted(x)

@workflow
def inside(x: str) -> int:
    return counted_inside(x)

@workflow
def filled(x: dict) -> str:
    return prompt("mail.md").render(**x)
"""
MAIL = 'Dear {{name}}: {{mail}} As {"to": {}, {{ }}, {{name}}}.'
MISFITS = [
    (
        {"name": "Bob", "mails": "hello"},
        "prompts/mail.md has no {{mails}}; it has {{name}}, {{mail}}",
        "render it with mail=…, or write {{mails}} into prompts/mail.md",
    ),
    (
        {"name": "Bob"},
        "prompts/mail.md has {{mail}}, and no value is given for it",
        'render it with mail=…; where it is no placeholder, with mail="{{mail}}"',
    ),
]


def test_edges(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"workflows/w.py": CODE, "prompts/mail.md": MAIL}, listed=[1])
    with driver.bench:
        assert driver.done("methods", mode="replay", x="a") == ["aa", "aaa"]
        assert driver.run("methods", mode="replay", x="a").kept == 2
        assert driver.done("names", x="a") == "a!"  # names that the engine uses too
        assert driver.done("parameters", mode="replay", x="a") == [1, "a"]
        assert driver.done("parameters", mode="replay", x="b") == [1, "b"], "what one step added, another saw"
        for _ in range(2):
            assert driver.done("half_a_year_later", mode="replay", x="a") == "2026-12-28 00:00:00+01:00"
        assert driver.done("inside", mode="replay", x="a") == 2
        mail = {"mail": "hello {{name}}", "name": "Bob {{mail}}"}
        assert driver.done("filled", x=mail) == (
            'Dear Bob {{mail}}: hello {{name}} As {"to": {}, {{ }}, Bob {{mail}}}.'
        ), "what is filled in was filled in again"
        for values, message, fix in MISFITS:
            outcome = driver.run("filled", x=values)
            assert outcome.error == f"error[prompt-placeholders]: {message}\nfix: {fix}"
        outcome = driver.run("outliving", mode="replay", x="a")
        assert outcome.code == "impure-step"
        assert "changes count, which outlives it" in outcome.error
