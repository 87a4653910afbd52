"""What steps take, return and raise: kept values equal fresh ones, type for type; what can't be kept is refused."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driving import Driver, lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alongside.core.chat import ModelConfig
from alongside.core.digest import digest
from alongside.workbench import Workbench

SECRET = 'sk-"quoted"-0123456789'

FILES = {
    "alongside.toml": "",
    "workflows/typed.py": """
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Generic, Literal, NamedTuple, NewType, Protocol, TypeVar

from pydantic import RootModel
from typing_extensions import TypeAliasType

from alongside import step, workflow

T = TypeVar("T")
Id, Day = NewType("Id", int), NewType("Day", date)


class Pair(NamedTuple):
    a: int
    b: Decimal = Decimal("1.5")


@dataclass
class Box(Generic[T]):
    v: T
    more: list[T] = field(default_factory=list)


class Dated(Box[date]):
    pass


@dataclass
class Made:
    id: int
    seed: InitVar[int] = 2
    kind: ClassVar[str] = "made"
    twice: int = field(init=False, default=0)

    def __post_init__(self, seed: int) -> None:
        if seed < 0:
            raise RuntimeError("no seed below nothing")
        self.twice = self.id * seed


class Tags(RootModel[list[str]]):
    pass


class Shade(enum.Enum):
    DARK = "d"
    LIGHT = "l"


class Named(Protocol):
    name: str


@step
def tagged(x: str) -> Tags:
    return Tags([x])


IN = {
    "sequence": (Sequence[Decimal], max),
    "iterable": (Iterable[Decimal], max),
    "mapping": (Mapping[str, Decimal], lambda x: sum(x.values())),
    "keys": (dict[int, Day], lambda x: [*x.items()]),
    "new": (Day, lambda x: x.year),
    "news": (list[Id], sum),
    "alias": (TypeAliasType("Amount", Decimal), lambda x: x * 2),
    "noted": (Annotated[Decimal, "money"], lambda x: x * 2),
    "pair": (Pair, lambda x: x.a * x.b),
    "pairs": (list[Pair], lambda x: x[0].a * x[0].b),
    "box": (Box[date], lambda x: (x.v.year, x.more)),
    "boxes": (Box[Box[Id]], lambda x: x.v.v),
    "dated": (Dated, lambda x: x.v.year),
    "made": (Made, lambda x: x.twice),
    "bare": (list, len),
    "member": (Literal[Shade.DARK, "none"], str),
}
OUT = {
    "sequence": Sequence[int],
    "new": Id,
    "keys": dict[int, int],
    "box": Box[date],
    "pair": Pair,
    "fixed": tuple[int, str],
    "many": tuple[int, ...],
    "choice": Literal["a", "b"],
    "named": Named,
    "record": Made,
    "tags": Tags,
}


def _reads(hint, use):
    def reads(x):
        return str(use(x))

    reads.__annotations__ = {"x": hint, "return": str}
    return reads


def _says(hint):
    def says(x: str):
        return eval(x, globals())

    says.__annotations__["return"] = hint
    return says


for name, (hint, use) in IN.items():
    made = _reads(hint, use)
    made.__name__ = made.__qualname__ = f"in_{name}"
    globals()[made.__name__] = workflow(made)
for name, hint in OUT.items():
    made = _says(hint)
    made.__name__ = made.__qualname__ = f"out_{name}"
    globals()[made.__name__] = workflow(made)


@workflow
def root(x: str) -> Tags:
    return Tags([*tagged(x).root, "b"])
""",
    "workflows/values.py": '''
import asyncio
import collections
import enum
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, NotRequired, TypedDict
from uuid import UUID

from pydantic import BaseModel

from alongside import File, Value, gather, step, workflow


class Colour(enum.Enum):
    RED = "r"


class Level(enum.IntEnum):
    HIGH = 3


class Flag(enum.Flag):
    A = 1
    B = 2


class Mood(enum.StrEnum):
    CALM = "calm"


@dataclass
class Open:
    names: list


@dataclass(frozen=True, slots=True)
class Shut:
    at: date
    inner: Any


class Point(NamedTuple):
    x: int
    y: float


class Form(BaseModel):
    model_config = {"extra": "allow"}
    amount: Decimal
    tags: set[str] = set()


class OwnError(Exception):
    def __init__(self, code, *, detail=""):
        super().__init__(code)
        self.detail = detail


ALL = {
    "atoms": [None, True, False, 0, -1, 10**30, 0.1, -0.0, float("inf"), "é\\ud800", ""],
    "nested": {"b": [1, {"a": (1, [2], ())}], "a": {}},
    "keys": {1: "a", (1, 2): "b", None: "c", "$": "d", date(2020, 1, 2): "e"},
    "dollar": {"$": "blob", "v": "x"},
    "times": [datetime(2020, 1, 2, 3, 4, 5, 6, timezone.utc), datetime(2020, 1, 2, fold=1), date(2020, 1, 2),
              timedelta(days=-1, microseconds=3)],
    "numbers": [Decimal("1.50"), Decimal("-0"), Decimal("Infinity")],
    "names": [UUID(int=5), Path("a/b"), PurePosixPath("/c")],
    "sets": [{1, 2}, frozenset({"a", "b"}), set(), frozenset()],
    "bytes": [b"", b"abc", b"x" * 5000],
    "enums": [Colour.RED, Level.HIGH, Mood.CALM, Flag.A, Flag.A | Flag.B, Flag(0), Flag["A"] & Flag["B"]],
    "classes": [Open(["a"]), Shut(date(2020, 1, 2), Open([1])), Point(1, 2.0), Form(amount="1.0", tags={"x"}, more=[1])],
    "value": Value(Decimal("3"), "3,00", (), 0.5, "me", "d"),
}


def typed(value):
    """Return the value with its types spelled out."""
    kind = type(value).__name__
    if isinstance(value, dict):
        return (kind, [(typed(k), typed(v)) for k, v in value.items()])
    if isinstance(value, (set, frozenset)):
        return (kind, sorted(repr(typed(v)) for v in value))
    if isinstance(value, (list, tuple)):
        return (kind, [typed(v) for v in value])
    if isinstance(value, BaseModel):
        return (kind, typed(dict(value)))
    if hasattr(value, "__dataclass_fields__"):
        return (kind, [typed(getattr(value, name)) for name in value.__dataclass_fields__])
    return (kind, repr(value))


@step
def give(name: str):
    return ALL[name]


@step
def describe(value) -> str:
    return repr(typed(value))


@workflow
def equal(x: str) -> list:
    return [
        [name, repr(typed(given)) == repr(typed(ALL[name])), given == ALL[name], describe(given) == describe(ALL[name])]
        for name in ALL
        for given in [give(name)]
    ]


@step
def hand_out(x: str) -> list:
    return SHARED[x]


SHARED = {"a": [1]}


@workflow
def copies(x: str) -> list:
    got = hand_out("a")
    got.append(2)
    return [got, hand_out("a")]


@step
def grow(items: list) -> int:
    items.append(1)
    return len(items)


@workflow
def mutating(x: str) -> int:
    return grow([])


@step
def unkept(kind: str):
    class Local:
        pass
    return {"lambda": lambda: 1, "object": object(), "local": Local(), "generator": (i for i in "a"), "nan": {"a": object}}[kind]


@workflow
def refusing(kind: str) -> str:
    unkept(kind)
    return "kept"


@workflow
def taking(x: str) -> str:
    return describe(object())


@step
def echo(x: str, how: str) -> Any:
    return {"text": "key " + x, "bytes": x.encode(), "big": x.encode() * 1000, "list": [x]}[how]


@workflow
def telling(x: str, how: str) -> Any:
    return echo("sk-" + x, how)


@step
def shout(x: str) -> None:
    raise ValueError("refused sk-" + x)


@workflow
def shouting(x: str) -> None:
    shout(x)


@workflow
def shouting_itself(x: str) -> None:
    raise ValueError("refused sk-" + x)


CALLS = {}


@step
def fail(path: str, kind: str) -> str:
    return failing(path, kind)


def failing(path, kind):
    if kind == "own":
        try:
            raise KeyError("before")
        except KeyError as error:
            raise OwnError("E1", detail="kept") from error
    if kind == "unicode":
        return b"\\xff".decode()
    if kind == "key":
        return {}["missing"]
    if kind == "json":
        import json
        json.loads("[1,]")
    if kind == "invalid":
        Form(amount="x")
    if kind == "system":
        raise ConnectionResetError("gone")
    if kind == "late":
        raise TimeoutError("late")


class Own(ExceptionGroup):
    def derive(self, parts):
        return Own(self.message, parts)


@step
def group_of(kind: str) -> str:
    if kind == "nested":
        raise Own("outer", [ExceptionGroup("inner", [KeyError("b")])])
    raise ExceptionGroup("two", [ValueError("a"), KeyError("b") if kind == "group" else OSError("gone")])


@workflow
def failing_in_groups(kind: str) -> str:
    return group_of(kind)


@workflow
def failures(path: str, kind: str) -> list:
    try:
        return [fail(path, kind)]
    except* (ValueError, OwnError, KeyError, OSError) as group:
        inner = group.exceptions[0]
        raise RuntimeError(repr([type(inner).__qualname__, [str(a) for a in inner.args]])) from None


@workflow
def telling_failure(path: str, kind: str) -> str:
    try:
        return fail(path, kind)
    except Exception as error:
        return f"{error} {getattr(error, 'detail', '')}{getattr(error, 'pos', '')} {error.__cause__!r} {error.__context__!r}"


@workflow
def wrong_type(x: str) -> int:
    return x


@workflow
def wrong_inner(x: str) -> list[int]:
    return [1, x]


@workflow
def leaving(x: str) -> str:
    raise SystemExit(4)


@workflow
async def leaving_async(x: str) -> str:
    raise SystemExit(4)


@step
def chunks(x: str) -> Iterator[str]:
    yield from x


@step
async def chunks_async(x: str) -> AsyncIterator[str]:
    for letter in x:
        await asyncio.sleep(0)
        yield letter


@workflow
def streaming(x: str) -> list:
    return list(chunks(x))


@workflow
async def streaming_async(x: str) -> list:
    return [letter async for letter in chunks_async(x)]


@workflow
def abandoning(x: str) -> str:
    return next(chunks(x))


@step
def outer(x: str) -> str:
    return inner(x) + inner(x + "!")


@step
def inner(x: str) -> str:
    return x * 2


@step
async def outer_async(x: str) -> str:
    return "".join(await gather(inner_async(x), inner_async(x)))


@step
async def inner_async(x: str) -> str:
    await asyncio.sleep(0.01)
    return x * 3


@workflow
def nesting(x: str) -> str:
    return outer(x)


@workflow
async def nesting_async(x: str) -> str:
    return await outer_async(x)


@step(effect="model")
def slow(path: str, x: str) -> str:
    time.sleep(0.1)
    with open(path, "a") as file:
        file.write("slow\\n")
    return x


@step(effect="model")
async def slow_async(path: str, x: str) -> str:
    await asyncio.sleep(0.1)
    with open(path, "a") as file:
        file.write("slow\\n")
    return x


@workflow
def crowded(path: str, x: str) -> list:
    return gather(*[lambda: slow(path, x)] * 8)


@workflow
async def crowded_async(path: str, x: str) -> list:
    return await asyncio.gather(*[slow_async(path, x) for _ in range(8)])


@workflow
def one_slow(path: str, x: str) -> str:
    return slow(path, x)


@step
def letters(word: str) -> list:
    return sorted(word)


@step
def count(word: list, n: int = 1) -> int:
    return len(word) * n


@workflow
def several(words: list[str]) -> list:
    return gather(*[lambda w=w: count(letters(w), i) for i, w in enumerate(words)])


class Line(TypedDict):
    item: str
    price: Decimal
    note: NotRequired[str]


class Bill(TypedDict):
    lines: list[Line]
    on: date


@step
def billed(bill: Bill, lack: str) -> Bill:
    read = {"lines": [{**line, "price": line["price"] * 2} for line in bill["lines"]], "on": bill["on"].replace(day=15)}
    return {name: one for name, one in read.items() if name != lack}


@workflow
def typed_dict(bill: Bill, lack: str) -> Bill:
    return billed(bill, lack)


@step
def first(x: str) -> str:
    return x.lower()


@step
def second(x: str) -> str:
    return x + "2"


@workflow
def chained(x: str) -> str:
    return second(first(x))
''',
}


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    root = tmp_path_factory.mktemp("values")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACME_KEY", SECRET)
        key = ModelConfig("m", base_url="http://127.0.0.1:9/v1", model="m", api_key_env="ACME_KEY")
        made = Driver(root, FILES, models={"m": key})
        with made.bench:
            yield made


def test_kept_values_equal_fresh_ones_type_for_type(driver: Driver) -> None:
    fresh = driver.run("equal", x="a")
    assert fresh.status == "done", fresh.error
    assert driver.value(fresh) == [[name, True, True, True] for name, *_ in driver.value(fresh)]
    kept = driver.run("equal", x="a")
    assert kept.executed == 0
    assert kept.output == fresh.output


def test_a_miss_hands_out_a_copy(driver: Driver) -> None:
    assert driver.done("copies", x="a") == [[1, 2], [1]]
    assert driver.done("copies", x="a") == [[1, 2], [1]]


def test_refused_values(driver: Driver) -> None:
    outcome = driver.run("mutating", x="a")
    assert outcome.code == "mutated-input"
    assert "changed its input 'items'" in outcome.error
    for kind in ["lambda", "object", "local", "generator", "nan"]:
        assert driver.run("refusing", kind=kind).code == "step-value", kind
    assert driver.run("taking", x="a").code == "step-value"
    for workflow in ["wrong_type", "wrong_inner"]:
        assert driver.run(workflow, x="a").code == "wrong-type"
    assert driver.run("nothing_such", x="a").code == "no-such-workflow"
    assert driver.run("equal", y="a").code == "input-name"
    assert driver.run("several", words=["a", 3]).code == "input-type"


def test_typed_dicts_go_in_and_out(driver: Driver) -> None:
    bill = {"lines": [{"item": "tea", "price": "1.50"}], "on": "2026-03-14"}
    read = {"lines": [{"item": "tea", "price": "3.00"}], "on": "2026-03-15"}
    for _ in range(2):
        assert driver.value(driver.run("typed_dict", bill=bill, lack="")) == read
    lacking = driver.run("typed_dict", bill=bill, lack="on")
    assert (lacking.code, "the answer lacks 'on', which Bill has" in lacking.error) == ("wrong-type", True)
    for wrong in ({"on": "2026-03-14"}, {**bill, "off": 1}, {**bill, "on": "soon"}, [bill]):
        assert driver.run("typed_dict", bill=wrong, lack="").code == "input-type"


@pytest.mark.parametrize(
    ("workflow", "given", "answer"),
    [
        ("sequence", ["9", "10"], "10"),
        ("iterable", ["9", "10"], "10"),
        ("mapping", {"a": "1.5", "b": "2"}, "3.5"),
        ("keys", {"1": "2026-01-02"}, "[(1, datetime.date(2026, 1, 2))]"),
        ("new", "2026-01-02", "2026"),
        ("news", [1, 2], "3"),
        ("noted", "5", "10"),
        ("alias", "5", "10"),
        ("pair", {"a": 3}, "4.5"),
        ("pair", [3, "2"], "6"),
        ("pairs", [[3, "2"]], "6"),
        ("box", {"v": "2026-01-02"}, "(2026, [])"),
        ("boxes", {"v": {"v": 3}}, "3"),
        ("dated", {"v": "2026-01-02"}, "2026"),
        ("made", {"id": 3, "seed": 4}, "12"),
        ("bare", [1, 2], "2"),
        ("member", "DARK", "Shade.DARK"),
        ("member", "d", "Shade.DARK"),
        ("member", "LIGHT", "x is 'LIGHT', which is not Literal"),
        ("made", {"id": 1, "seed": -1}, "x is refused by Made: no seed below nothing"),
        ("news", ["5"], "x[0] is '5', which is not int"),
        ("pair", [1, 2, 3], "x is [1, 2, 3], which is not Pair"),
        ("pair", {"b": "1"}, "x lacks a, which Pair has"),
        ("made", {"id": 1, "q": 2}, "x has q, which Made hasn't"),
        ("keys", {"a": "2026-01-02"}, "x's key a is 'a', which is not int"),
    ],
)
def test_inputs_of_every_annotation(driver: Driver, workflow: str, given: Any, answer: str) -> None:
    outcome = driver.run(f"in_{workflow}", x=given)
    if outcome.status == "done":
        assert driver.value(outcome) == answer
    else:
        assert (outcome.code, answer in outcome.error) == ("input-type", True), outcome.error


@pytest.mark.parametrize(
    ("workflow", "right", "wrong", "told"),
    [
        ("sequence", "[1]", "['a']", "the answer[0] is a str, not int"),
        ("new", "1", "'a'", "the answer is a str, not int"),
        ("keys", "{1: 2}", "{'a': 1}", "the answer's key 'a' is a str, not int"),
        ("box", "Box(date(2026, 1, 2))", "Box(3)", "the answer.v is a int, not date"),
        ("pair", "Pair(1)", "Pair('a')", "the answer.a is a str, not int"),
        ("fixed", "(1, 'a')", "(1,)", "the answer has 1 item, not 2"),
        ("many", "(1, 2)", "(1, 'a')", "the answer[1] is a str, not int"),
        ("choice", "'a'", "'c'", "the answer is 'c', not Literal['a', 'b']"),
        ("named", "'anything'", "", ""),
        ("record", "Made(1)", "Made('a')", "the answer.id is a str, not int"),
        ("tags", "Tags(['a'])", "['a']", "the answer is a list, not Tags"),
    ],
)
def test_answers_of_every_annotation(
    driver: Driver, workflow: str, right: str, wrong: str, told: str
) -> None:
    assert driver.run(f"out_{workflow}", x=right).status == "done"
    if wrong:
        failed = driver.run(f"out_{workflow}", x=wrong)
        assert (failed.code, told in failed.error) == ("wrong-type", True), failed.error


def test_a_root_model_is_kept_whole(driver: Driver) -> None:
    for _ in range(2):
        assert driver.done("root", x="a") == {"root": ["a", "b"]}


def test_a_workflow_that_ends_the_process_ends_only_itself(driver: Driver) -> None:
    others = [driver.submit("one_slow", {"path": str(driver.root / "others"), "x": str(n)}) for n in range(3)]
    for workflow in ["leaving", "leaving_async"]:
        outcome = driver.run(workflow, x="a")
        assert (outcome.status, outcome.code) == ("failed", "workflow-raised")
    assert [other.result(30).status for other in others] == ["done"] * 3
    assert len(lines(driver.root / "others")) == 3


def test_kept_exceptions_are_raised_again_as_the_same_type(driver: Driver, tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    for kind, told in [
        ("own", "'OwnError', ['E1']"),
        ("key", "'KeyError', ['missing']"),
        ("unicode", "UnicodeDecodeError"),
    ]:
        first, again = (driver.run("failures", path=path, kind=kind) for _ in range(2))
        assert told in first.error
        assert first.error == again.error
        assert (driver.statuses(first), driver.statuses(again)) == (["executed"], ["kept"]), kind
    for kind in ["system", "late"]:
        assert [driver.statuses(driver.run("failures", path=path, kind=kind)) for _ in range(2)] == [
            ["executed"]
        ] * 2
    for kind, status, told in [
        ("group", "kept", "ExceptionGroup: two (2 sub-exceptions): ValueError: a (workflows/values.py, line "),
        ("nested", "kept", "Own: outer (1 sub-exception): ExceptionGroup: inner (1 sub-exception): KeyError: 'b'"),
        ("group with an attempt", "executed", "(2 sub-exceptions): ValueError: a"),
    ]:  # fmt: skip
        first, again = (driver.run("failing_in_groups", kind=kind) for _ in range(2))
        assert told in first.error
        assert first.error == again.error
        assert ", in group_of)" in again.error
        assert (driver.statuses(first), driver.statuses(again)) == (["executed"], [status]), kind
    for kind, told in [
        ("own", "E1 kept KeyError('before') None"),
        ("json", "3"),
        ("invalid", "1 validation error"),
    ]:
        first, again = (driver.run("telling_failure", path=path, kind=kind) for _ in range(2))
        assert driver.value(first) == driver.value(again)
        assert told in driver.value(first)


def test_secrets_are_refused_in_values_and_struck_out_of_errors(driver: Driver) -> None:
    rest = SECRET.removeprefix("sk-")
    for how in ["text", "bytes", "big", "list"]:
        assert driver.run("telling", x=rest, how=how).code == "secret-in-value", how
    refused = driver.run("shouting", x=rest)
    assert refused.code == "secret-in-value"
    assert refused.error.startswith(
        "error[secret-in-value]: a value that a step takes or returns holds the secret of "
    )
    shouted = driver.run("shouting_itself", x=rest)
    assert "ValueError: refused [secret]" in shouted.error
    assert driver.run("shouting_itself", x=SECRET).code == "secret-in-value"
    driver.bench.database.read().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in driver.bench.state.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


def test_streams_are_kept_once_exhausted(driver: Driver) -> None:
    for workflow in ["streaming", "streaming_async"]:
        first, again = (driver.run(workflow, x="abc") for _ in range(2))
        assert driver.value(first) == driver.value(again) == ["a", "b", "c"]
        assert (first.executed, again.executed) == (1, 0)
    for _ in range(2):
        abandoned = driver.run("abandoning", x="xyz")
        assert (driver.value(abandoned), abandoned.kept) == ("x", 0)
    assert driver.run("streaming", x="xyz").executed == 1


def test_a_step_that_calls_steps_is_a_span(driver: Driver) -> None:
    for workflow, leaves, answer in [("nesting", 2, "aaa!a!"), ("nesting_async", 2, "aaaaaa")]:
        first, again = (driver.run(workflow, x="a") for _ in range(2))
        assert driver.value(first) == driver.value(again) == answer
        assert (first.executed + first.kept, again.executed) == (leaves, 0)
        spans = {span.id: span for span in driver.spans(again)}
        parents = {
            spans[span.parent].step.rpartition(".")[2] for span in spans.values() if span.kind == "leaf"
        }
        assert parents == {workflow.replace("nesting", "outer")}


def test_single_flight(driver: Driver, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for number, workflow in enumerate(["crowded", "crowded_async"]):
        pending = [
            driver.submit(workflow, {"path": str(out), "x": "a"}, mode="replay", tape="none")
            for _ in range(2)
        ]
        outcomes = [one.result(30) for one in pending]
        assert [driver.value(one) for one in outcomes] == [["a"] * 8] * 2
        draws = 1 if workflow == "crowded" else 8
        assert len(lines(out)) == number + draws
        assert sum(one.executed for one in outcomes) == draws


def test_two_processes_on_one_store(driver: Driver, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Workbench(driver.bench.engagement) as other:
        second = Driver(driver.root, {})
        second.bench = other
        results = []

        def go(which: Driver) -> None:
            results.append(
                which.run("one_slow", mode="replay", options={"tape": "none"}, path=str(out), x="p")
            )

        driver.run("equal", x="a")
        second.run("equal", x="a")
        threads = [threading.Thread(target=go, args=(which,)) for which in (driver, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {one.output for one in results} == {results[0].output}
    assert driver.run("one_slow", mode="replay", options={"tape": "none"}, path=str(out), x="p").executed == 0


def test_early_cut_off(driver: Driver) -> None:
    driver.run("chained", x="A")
    driver.edit("workflows/values.py", "return x.lower()", "return x.casefold()")
    outcome = driver.run("chained", x="A")
    driver.edit("workflows/values.py", "return x.casefold()", "return x.lower()")
    assert (driver.statuses(outcome, "first"), driver.statuses(outcome, "second")) == (["executed"], ["kept"])


@pytest.mark.parametrize("size", [1, 30_000])
def test_a_damaged_blob_is_a_miss_and_is_mended(driver: Driver, size: int) -> None:
    word = "ba" * size
    first = driver.run("several", words=[word])
    leaf = next(span for span in driver.spans(first) if span.step.endswith("letters"))
    damage(driver, leaf.output)
    again = driver.run("several", words=[word])
    assert (again.status, again.executed, again.kept) == ("done", 1, 1), again.error
    assert again.damaged == (leaf.output,)
    assert again.output == first.output
    assert digest(driver.bench.blobs.get(leaf.output)) == leaf.output
    assert driver.run("several", words=[word]).executed == 0


def damage(driver: Driver, name: str) -> None:
    file = driver.bench.state / "blobs" / name[:2] / name
    if file.exists():
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    else:
        driver.bench.database.write(
            lambda c: c.execute("UPDATE blob SET data = ? WHERE digest = ?", (b"?", name))
        )


@given(words=st.lists(st.text(max_size=4), max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_recording_one_run_twice_gives_the_same_keys(driver: Driver, words: list[str]) -> None:
    first, again = (driver.run("several", words=words) for _ in range(2))
    assert first.status == "done", first.error
    assert driver.keys(first) == driver.keys(again)
    assert (first.output, again.executed) == (again.output, 0)
