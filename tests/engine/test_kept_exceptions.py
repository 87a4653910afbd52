"""Exceptions of pure steps: raised again with all that they held, or not kept, and `why` names the cause."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import Driver

from alongside.engine.why import why

FILES = {
    "alongside.toml": "",
    "workflows/raising.py": '''
import ast
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from decimal import Decimal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from alongside import File, parse, step, workflow


@dataclass(slots=True)
class Refused(Exception):
    code: int


@dataclass(frozen=True)
class Frozen(Exception):
    code: int


class Slotted(Exception):
    __slots__ = ("__own", "code", "never")

    def __init__(self, *, code):
        super().__init__("slotted")
        self.code, self.__own = code, Decimal("1.50")


class Beside(Slotted):
    def __init__(self):
        super().__init__(code=[5])
        self.big = b"x" * 5000


class Locked(Exception):
    @property
    def code(self):
        return self.held


class Form(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    amount: int
    note: str = ""
    kind: str = ""

    @field_validator("note")
    def noted(cls, note):
        raise ValueError(f"bad {note}") from KeyError("why")

    @field_validator("kind")
    def kinded(cls, kind):
        raise PydanticCustomError("mine", "no {what}", {"what": kind})


def from_none():
    try:
        {}["a"]
    except KeyError:
        raise ValueError("none") from None


def noted():
    error = SyntaxError("noted", ("file", 1, 2, "text", 1, 3))
    error.add_note("a note")
    error.errors = [ValueError("inner"), {"of": (Decimal, KeyError("k"))}]
    raise error


def caused():
    try:
        import nothing_like_it
    except ImportError as error:
        raise LookupError("outer") from error


def local():
    class Local(ValueError):
        pass
    raise Local("inside")


def holding():
    error = ValueError("held")
    error.response = re.finditer("a", "a")
    raise error


def itself():
    error = ValueError("itself")
    error.all = [error]
    raise error


def throw(error):
    raise error


RAISING = {
    "dataclass with slots": lambda: throw(Refused(422)),
    "frozen dataclass": lambda: throw(Frozen(422)),
    "slots": lambda: throw(Slotted(code=3)),
    "slots and attributes": lambda: throw(Beside()),
    "import": lambda: __import__("nothing_at_all.here"),
    "attribute": lambda: "text".nope,
    "attribute of anything": lambda: (lambda: 1).nope,
    "name": lambda: nowhere,
    "key": lambda: {}[(1, Decimal("2.0"))],
    "stop": lambda: throw(StopAsyncIteration(5)),
    "syntax": lambda: ast.parse("(1 +\\n )"),
    "unicode": lambda: "aé".encode("ascii"),
    "pattern": lambda: re.compile("(a"),
    "decimal": lambda: Decimal("x"),
    "markup": lambda: ET.fromstring("<abc"),
    "marked": lambda: yaml.safe_load("a: ["),
    "marked in C": lambda: yaml.load("a: [", Loader=yaml.CSafeLoader),
    "form": lambda: Form(amount="q", note="n", kind="k"),
    "form as JSON": lambda: Form.model_validate_json('{"amount": []}'),
    "from none": from_none,
    "noted": noted,
    "caused": caused,
}
UNKEPT = {"local": local, "holding": holding, "itself": itself}


@step
def fail(kind: str) -> str:
    return {**RAISING, **UNKEPT}[kind]()


@workflow
def unkept(kind: str) -> str:
    try:
        return fail(kind)
    except ValueError as error:
        return type(error).__name__


def slots(error):
    for kind in type(error).__mro__[:-2]:
        for name, slot in vars(kind).items():
            if type(slot).__name__ in {"member_descriptor", "getset_descriptor"} and name != "__dict__":
                try:
                    yield f"{kind.__name__}.{name}", shown(slot.__get__(error))
                except AttributeError:
                    yield f"{kind.__name__}.{name}", "unset"


def shown(value):
    """Return all that can be seen of a value; places in memory are none of it."""
    if isinstance(value, BaseException):
        more = value.errors() if isinstance(value, ValidationError) else ()
        return [
            type(value).__qualname__, str(value), shown(value.args), shown(vars(value)), [*slots(value)], shown(more),
            shown(value.__cause__), value.__suppress_context__,
        ]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(shown, value)]
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return repr({name: getattr(value, name) for name in ("line", "column", "buffer")} if hasattr(value, "line") else value)


@workflow
def seeing(kind: str) -> str:
    try:
        {}["before"]
    except KeyError:
        try:
            fail(kind)
        except Exception as error:
            return repr([shown(error), error.__context__])


@workflow
def seeing_all(x: str) -> list[str]:
    return [f"{kind}: {seeing.__wrapped__(kind)}" for kind in RAISING]


class Unreadable(Exception):
    def __init__(self, document, file):
        super().__init__(document, file)


@step
def read(document: object, file: File) -> str:
    raise Unreadable(document, file)


@workflow
def refusing(file: File) -> list:
    try:
        return read(parse(file), file)
    except Unreadable as error:
        document, same = error.args
        return [next(iter(document.pages[0].lines())).text, same.data.decode()]
''',
}


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    made = Driver(tmp_path_factory.mktemp("raising"), FILES)
    with made.bench:
        yield made


def test_a_kept_exception_comes_back_with_all_that_it_held(driver: Driver) -> None:
    fresh, kept = (driver.run("seeing_all", x="a") for _ in range(2))
    assert fresh.status == "done", fresh.error
    assert driver.value(kept) == driver.value(fresh)
    assert driver.statuses(kept) == ["kept"] * len(driver.value(fresh))
    told = dict(line.split(": ", 1) for line in driver.value(fresh))
    for kind, held in {
        "dataclass with slots": "('Refused.code', '422')",
        "slots": """[('Slotted._Slotted__own', "Decimal('1.50')"), ('Slotted.code', '3'), ('Slotted.never', 'unset')]""",
        "import": """('ImportError.name', "'nothing_at_all'")""",
        "attribute": """('AttributeError.obj', "'text'")""",
        "name": """('NameError.name', "'nowhere'")""",
        "markup": "'position': ['tuple', '1', '0']",
        "marked": "{'line': 0, 'column': 4, 'buffer': 'a: [\\\\x00'}",
        "decimal": "<class 'decimal.ConversionSyntax'>",
        "form": "Value error, bad n",
        "from none": "'None', True], None]",
        "caused": "nothing_like_it",
    }.items():
        assert held in told[kind], (kind, told[kind])


def test_an_exception_that_holds_a_document_is_kept_with_it(driver: Driver, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Total 12.50\n")
    file = driver.bench.add_file(tmp_path / "letter.txt")
    fresh, kept = (driver.run("refusing", file=file) for _ in range(2))
    assert fresh.status == "done", fresh.error
    assert driver.value(fresh) == driver.value(kept) == ["Total 12.50", "Total 12.50\n"]
    assert kept.executed == 0


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (
            "local",
            "workflows.raising:local.<locals>.Local can't be found again: its class is defined inside a function",
        ),
        (
            "holding",
            "exception builtins:ValueError: response: a value of type builtins.callable_iterator can't be kept: its type "
            "is not one of those that come back equal",
        ),
        ("itself", "exception builtins:ValueError: all holds itself, and can't be kept"),
    ],
)
def test_why_names_what_keeps_an_exception_from_being_kept(driver: Driver, kind: str, cause: str) -> None:
    first, again = (driver.run("unkept", kind=kind) for _ in range(2))
    assert driver.value(first) == driver.value(again)
    assert driver.statuses(again) == ["executed"]
    bench = driver.bench
    (reason,) = why(bench.database, bench.blobs, run=driver.record(again.run), step="fail").reasons
    assert reason.text == f"fail ran because its exception in run {first.run} isn't kept: {cause}"
