"""An engagement whose every step leans on one kind of thing, so that each edit has one rightful set of victims."""

FILES = {
    "workflows/rules.py": '''
"""Rules."""
import functools
from dataclasses import dataclass

RATE = 3
RATES = {"a": 1, "b": [1, 2]}
LIMIT = 10


def norm(x):
    """Normalise."""
    return x.strip()


def deep(x):
    return deeper(x)


def deeper(x):
    return x + "d"


def third(x):
    return x + "t"


def unrelated(x):
    return x


def by_name(x):
    return x + "n"


@functools.lru_cache
def cached(x):
    return x + "c"


def loud(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args) + "!"
    return inner


def make(n):
    def add(x):
        return x + str(n)
    return add


@dataclass(frozen=True)
class Base:
    size: int = 1

    def shout(self):
        return "base"


class Policy(Base):
    def allow(self, x):
        return len(x) < LIMIT
''',
    "workflows/kinds.py": """
from dataclasses import dataclass, field
from enum import Enum

from pydantic import BaseModel, Field, field_validator


class Colour(Enum):
    RED = "r"
    BLUE = "b"


@dataclass(frozen=True)
class Item:
    name: str = "i"
    tags: list = field(default_factory=lambda: ["x"])

    def shown(self):
        return self.name + "."

    @property
    def long(self):
        return self.name * 2


class Form(BaseModel):
    amount: int = Field(default=1, ge=0)

    @field_validator("amount")
    @classmethod
    def check(cls, v):
        return v + 1
""",
    "workflows/main.py": '''
import functools
import os
import re
import string
from decimal import Decimal

import yaml

import workflows.rules as rules
from alongside import param, prompt, step, workflow
from workflows.kinds import Colour, Form, Item
from workflows.rules import RATE, RATES, Policy, cached, deep, loud, make, norm

PROMPT = prompt("ask.md")
PATTERN = re.compile("a+")
SHORT = lambda x: x[:3]
PLUS = make(2)
HALF = functools.partial(make, 5)
TABLE = {"up": str.upper, "norm": norm}
WORDS = ("one", "two")
POLICY = Policy(size=4)
PRICE = Decimal("1.50")
TEMPLATE = string.Template("$x!")


@step
def s_plain(x: str) -> str:
    """Plain."""
    y = x + "p"
    return y


@step
def s_helper(x: str) -> str:
    return norm(x)


@step
def s_deep(x: str) -> str:
    return deep(x)


@step
def s_const(x: str) -> str:
    return x * RATE


@step
def s_table(x: str) -> str:
    return x + str(RATES)


@step
def s_prompt(x: str) -> str:
    return PROMPT.text + x


@step
def s_param(x: str) -> str:
    return x * param("times")


@step
def s_file(x: str) -> str:
    return open("data/list.csv").read() + x


@step
def s_listing(x: str) -> list[str]:
    return sorted(os.listdir("data"))


@step
def s_dataclass(x: str) -> str:
    return Item(x).shown()


@step
def s_enum(x: str) -> str:
    return Colour.RED.value + x


@step
def s_pydantic(x: str) -> int:
    return Form(amount=len(x)).amount


@step
def s_default(x: str, n: int = 3, *, sep: str = "-") -> str:
    return sep.join([x] * n)


@step
def s_closure(x: str) -> str:
    return PLUS(x)


@step
@loud
def s_decorated(x: str) -> str:
    return x


@step
def s_partial(x: str) -> str:
    return HALF()(x)


@step
def s_module(x: str) -> str:
    return rules.third(x)


@step
def s_local(x: str) -> str:
    from workflows.rules import norm as n
    return n(x)


@step
def s_regex(x: str) -> bool:
    return bool(PATTERN.match(x))


@step
def s_lambda(x: str) -> str:
    return SHORT(x)


@step
def s_nested(x: str) -> list[str]:
    def inner(y):
        return y + WORDS[0]
    return [inner(z) for z in x]


@step
def s_yaml(x: str) -> str:
    return yaml.safe_load("a: 1")["a"] * x


@step
def s_opaque(x: str) -> str:
    return getattr(rules, "by" + "_name")(x)


@step
def s_dispatch(x: str) -> str:
    return TABLE["norm"](x)


@step
def s_method(x: str) -> bool:
    return Policy().allow(x)


@step
def s_inherited(x: str) -> str:
    return POLICY.shout() + str(POLICY.size)


@step
def s_cached(x: str) -> str:
    return cached(x)


@step
def s_try(x: str) -> int:
    n = 0
    try:
        n = int(x)
        n += 1
    except ValueError:
        n = -1
    return n


@step
def s_instance(item: Item) -> str:
    return item.long


@step
def s_decimal(x: str) -> Decimal:
    return PRICE * len(x)


@step
def s_template(x: str) -> str:
    return TEMPLATE.substitute(x=x)


@step(effect="model")
def s_model(x: str) -> str:
    return x + "m"


@workflow
def main(x: str) -> dict:
    item = Item(x)
    return {
        "plain": s_plain(x), "helper": s_helper(x), "deep": s_deep(x), "const": s_const(x),
        "table": s_table(x), "prompt": s_prompt(x), "param": s_param(x), "file": s_file(x),
        "listing": s_listing(x), "dataclass": s_dataclass(x), "enum": s_enum(x),
        "pydantic": s_pydantic(x), "default": s_default(x), "closure": s_closure(x),
        "decorated": s_decorated(x), "partial": s_partial(x), "module": s_module(x),
        "local": s_local(x), "regex": s_regex(x), "lambda": s_lambda(x), "nested": s_nested(x),
        "yaml": s_yaml(x), "opaque": s_opaque(x), "dispatch": s_dispatch(x), "method": s_method(x),
        "inherited": s_inherited(x), "cached": s_cached(x), "try": s_try(x),
        "instance": s_instance(item), "decimal": s_decimal(x), "template": s_template(x),
        "model": s_model(x),
    }
''',
    "prompts/ask.md": "Ask.\n",
    "prompts/other.md": "Other.\n",
    "data/list.csv": "1,2\n",
}

PARAMS = {"times": 2, "other": 1}

OPAQUE = {"s_opaque"}
"""The step that can't be followed: any edit of the project's tree may re-run it, and the report says so."""

EVERY_USER_OF_NORM = {"s_helper", "s_local", "s_dispatch"}

EDITS = [
    # (what, file, old, new, the steps that must run again)
    ("comment", "workflows/main.py", "def s_plain(x: str) -> str:", "def s_plain(x: str) -> str:  # why", set()),
    ("docstring edited", "workflows/main.py", '"""Plain."""', '"""Plainer."""', set()),
    ("docstring removed", "workflows/main.py", '    """Plain."""\n', "", set()),
    ("docstring added", "workflows/rules.py", "def deeper(x):\n", 'def deeper(x):\n    """New."""\n', set()),
    ("blank lines", "workflows/main.py", "@step\ndef s_plain", "\n\n\n@step\ndef s_plain", set()),
    ("moved lines", "workflows/rules.py", '"""Rules."""', '"""Rules."""\n# a\n# b\n# c\n', set()),
    ("layout of an expression", "workflows/main.py", 'y = x + "p"', 'y = (\n        x\n        + "p"\n    )', set()),
    ("unrelated function", "workflows/rules.py", "def unrelated(x):\n    return x", "def unrelated(x):\n    return x + x", set()),
    ("unused constant", "workflows/rules.py", "RATE = 3", "RATE = 3\nUNUSED = 1", set()),
    ("unused import", "workflows/rules.py", "import functools\n", "import functools\nimport json\n", set()),
    ("unrelated prompt", "prompts/other.md", "Other.", "Else.", set()),
    ("return annotation", "workflows/main.py", "def s_helper(x: str) -> str", "def s_helper(x: str) -> object", set()),
    ("workflow body", "workflows/main.py", '"plain": s_plain(x),', '"simple": s_plain(x),', set()),
    ("type hint of a local", "workflows/main.py", 'y = x + "p"', 'y: str = x + "p"', set()),
    ("step body", "workflows/main.py", 'y = x + "p"', 'y = x + "q"', {"s_plain"}),
    ("helper in another module", "workflows/rules.py", "return x.strip()", "return x.lstrip()", EVERY_USER_OF_NORM),
    ("helper of a helper", "workflows/rules.py", 'return x + "d"', 'return x + "D"', {"s_deep"}),
    ("imported constant", "workflows/rules.py", "RATE = 3", "RATE = 4", {"s_const"}),
    ("inside a constant", "workflows/rules.py", '"b": [1, 2]', '"b": [1, 3]', {"s_table"}),
    ("order of a constant", "workflows/rules.py", '{"a": 1, "b": [1, 2]}', '{"b": [1, 2], "a": 1}', {"s_table"}),
    ("prompt", "prompts/ask.md", "Ask.", "Ask now.", {"s_prompt"}),
    ("file read by a step", "data/list.csv", "1,2", "1,3", {"s_file"}),
    ("dataclass method", "workflows/kinds.py", 'return self.name + "."', 'return self.name + ","', {"s_dataclass", "s_instance"}),
    ("dataclass default", "workflows/kinds.py", 'name: str = "i"', 'name: str = "j"', {"s_dataclass", "s_instance"}),
    ("dataclass factory", "workflows/kinds.py", 'lambda: ["x"]', 'lambda: ["y"]', {"s_dataclass", "s_instance"}),
    ("property", "workflows/kinds.py", "self.name * 2", "self.name * 3", {"s_dataclass", "s_instance"}),
    ("field type", "workflows/kinds.py", 'name: str = "i"', 'name: object = "i"', {"s_dataclass", "s_instance"}),
    ("enum value", "workflows/kinds.py", 'RED = "r"', 'RED = "R"', {"s_enum"}),
    ("pydantic constraint", "workflows/kinds.py", "ge=0", "ge=-1", {"s_pydantic"}),
    ("pydantic validator", "workflows/kinds.py", "return v + 1", "return v + 2", {"s_pydantic"}),
    ("pydantic field type", "workflows/kinds.py", "amount: int", "amount: float", {"s_pydantic"}),
    ("default argument", "workflows/main.py", "n: int = 3", "n: int = 2", {"s_default"}),
    ("keyword default", "workflows/main.py", 'sep: str = "-"', 'sep: str = "+"', {"s_default"}),
    ("closure value", "workflows/main.py", "PLUS = make(2)", "PLUS = make(3)", {"s_closure"}),
    ("closure code", "workflows/rules.py", "return x + str(n)", "return x + repr(n)", {"s_closure", "s_partial"}),
    ("decorator", "workflows/rules.py", '+ "!"', '+ "?"', {"s_decorated"}),
    ("partial argument", "workflows/main.py", "partial(make, 5)", "partial(make, 6)", {"s_partial"}),
    ("through a module", "workflows/rules.py", 'return x + "t"', 'return x + "T"', {"s_module"}),
    ("regex", "workflows/main.py", 're.compile("a+")', 're.compile("a*")', {"s_regex"}),
    ("regex flags", "workflows/main.py", 're.compile("a+")', 're.compile("a+", re.I)', {"s_regex"}),
    ("lambda", "workflows/main.py", "x[:3]", "x[:4]", {"s_lambda"}),
    ("nested function", "workflows/main.py", "return y + WORDS[0]", "return y + WORDS[1]", {"s_nested"}),
    ("tuple constant", "workflows/main.py", '("one", "two")', '("uno", "two")', {"s_nested"}),
    ("function by computed name", "workflows/rules.py", 'return x + "n"', 'return x + "N"', {"s_opaque"}),
    ("function in a table", "workflows/main.py", '"norm": norm}', '"norm": deep}', {"s_dispatch"}),
    ("constant of a method", "workflows/rules.py", "LIMIT = 10", "LIMIT = 2", {"s_method", "s_inherited"}),
    ("base class method", "workflows/rules.py", 'return "base"', 'return "Base"', {"s_method", "s_inherited"}),
    ("state of an instance", "workflows/main.py", "Policy(size=4)", "Policy(size=5)", {"s_inherited"}),
    ("cached helper", "workflows/rules.py", 'return x + "c"', 'return x + "C"', {"s_cached"}),
    ("what a try covers", "workflows/main.py", "        n = int(x)\n        n += 1\n    except ValueError:\n        n = -1\n    return n", "        n = int(x)\n    except ValueError:\n        n = -1\n    n += 1\n    return n", {"s_try"}),
    ("exception caught", "workflows/main.py", "except ValueError", "except (ValueError, TypeError)", {"s_try"}),
    ("decimal constant", "workflows/main.py", 'Decimal("1.50")', 'Decimal("1.5")', {"s_decimal"}),
    ("template constant", "workflows/main.py", 'Template("$x!")', 'Template("$x?")', {"s_template"}),
    ("model step", "workflows/main.py", 'x + "m"', 'x + "M"', {"s_model"}),
    ("effect", "workflows/main.py", "@step\ndef s_regex", '@step(effect="model")\ndef s_regex', {"s_regex"}),
    ("step renamed", "workflows/main.py", "s_yaml", "s_yml", {"s_yml"}),
]  # fmt: skip


def grouped() -> list[list[tuple[str, str, str, str, set[str]]]]:
    """Return the edits in groups that can be made at once: no two of a group have a victim in common."""
    groups: list[list[tuple[str, str, str, str, set[str]]]] = []
    for edit in EDITS:
        home = next((group for group in groups if _fits(edit, group)), None)
        if home is None:
            groups.append([edit])
        else:
            home.append(edit)
    return groups


def _fits(
    edit: tuple[str, str, str, str, set[str]], group: list[tuple[str, str, str, str, set[str]]]
) -> bool:
    _, file, old, new, victims = edit
    text = edited(group)[file]
    overlap = any(victims & other[4] or (not victims) != (not other[4]) for other in group)
    return (
        not overlap
        and text.count(old) == FILES[file].count(old)
        and all(
            (other_new in text.replace(old, new))
            for _, other_file, _, other_new, _ in group
            if other_file == file
        )
    )


def edited(group: list[tuple[str, str, str, str, set[str]]]) -> dict[str, str]:
    """Return the files with a group's edits made."""
    files = dict(FILES)
    for what, file, old, new, _ in group:
        assert old in files[file], f"the battery's edit {what!r} doesn't apply"
        files[file] = files[file].replace(old, new)
    return files
