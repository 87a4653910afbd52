"""What can't be kept is refused with the step and the place in the value; parametrised models come back."""

from collections.abc import Iterator

import pytest
from driving import Driver

FILES = {
    "workflows/unkept.py": """
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple, Optional, TypeVar

import numpy
from pydantic import BaseModel, HttpUrl

from alongside import Value, step, workflow

T = TypeVar("T")
S = TypeVar("S")


class Item(BaseModel):
    name: str = "a"

    @property
    def shown(self):
        return self.name + "1"


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: Any = None


class Pair(BaseModel, Generic[T, S]):
    left: T
    right: S


class Named(Page[Item]):
    pass


class Point(NamedTuple):
    x: Any


@dataclass
class Node:
    name: str
    inner: Any = None
    later: Any = field(init=False)


MODELS = {
    "page": lambda: Page[Item](items=[Item()], next=Page[Item](items=[])),
    "of pages": lambda: Page[Page[Item]](items=[Page[Item](items=[Item(name="b")])]),
    "pair": lambda: Pair[int, list[Item]](left=1, right=[Item()]),
    "union": lambda: Pair[int | None, Optional[Item]](left=None, right=Item()),
    "any": lambda: Pair[Any, dict[str, Any]](left=1, right={"a": 2}),
    "named": lambda: Named(items=[Item()]),
    "plain": lambda: Page(items=[Item()]),
    "shown": lambda: Page[Item](items=[Item()]),
}


@step
def model(kind: str) -> Any:
    return MODELS[kind]()


@step
def shown(page: Page[Item]) -> str:
    return page.items[0].shown


@workflow
def models(kind: str) -> list:
    got = model(kind)
    return [type(got) is type(MODELS[kind]()), got == MODELS[kind](), repr(got) == repr(MODELS[kind]())]


@workflow
def shown_page(kind: str) -> str:
    return shown(model("shown"))


def circle():
    node = Node("a")
    node.inner = [1, {"back": node}]
    return {"tree": node}


def deep():
    value = []
    for _ in range(1500):
        value = [value]
    return {"deep": value}


def unset():
    return [Node("a")]


class Odd:
    pass


VALUES = {
    "circle": circle,
    "deep": deep,
    "unset": unset,
    "int": lambda: {"a": [0, 10**5000]},
    "odd": lambda: Node("a", inner=Point({"k": (1, Odd())})),
    "key": lambda: {"a": {(1, Odd): 2}},
    "value": lambda: Value(Odd(), "", (), 0.5, "me", "d"),
    "in model": lambda: Page[Any](items=[Odd()]),
    "array": lambda: {"sum": numpy.array([1])},
    "scalar": lambda: [numpy.float64(0.5)],
    "url": lambda: HttpUrl("https://example.com"),
    "literal": lambda: [Pair[Literal["a"], int](left="a", right=1)],
}


@step
def give(kind: str) -> Any:
    return VALUES[kind]()


@step
def take(thing: Any, n: int) -> int:
    return n


@step
def tie(items: list) -> int:
    items.append(items)
    return 1


@workflow
def giving(kind: str) -> None:
    give(kind)


@workflow
def taking(kind: str) -> int:
    return take(VALUES[kind](), 1)


@workflow
def answering(kind: str) -> Any:
    return VALUES[kind]()


@workflow
def tying(kind: str) -> int:
    return tie([1])
""",
}


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    made = Driver(tmp_path_factory.mktemp("unkept"), FILES)
    with made.bench:
        yield made


@pytest.mark.parametrize("kind", ["page", "of pages", "pair", "union", "any", "named", "plain"])
def test_parametrised_models_come_back(driver: Driver, kind: str) -> None:
    for kept in (0, 1):
        outcome = driver.run("models", kind=kind)
        assert (outcome.status, outcome.kept) == ("done", kept), outcome.error
        assert driver.value(outcome) == [True, True, True]


def test_a_method_of_a_parameter_is_part_of_the_key(driver: Driver) -> None:
    assert driver.done("shown_page", kind="") == "a1"
    driver.edit("workflows/unkept.py", 'self.name + "1"', 'self.name + "2"')
    assert driver.done("shown_page", kind="") == "a2"


PLACES = {
    "circle": ("['tree'].inner[1]['back'] holds itself", "return something flatter"),
    "deep": ("['deep'][0][0]", "return something flatter"),
    "unset": ("[0] can't be kept: 'Node' object has no attribute 'later'", "set every field"),
    "int": ("['a'][1] can't be kept: Exceeds the limit", "return it as text"),
    "odd": (".inner.x['k'][1]: a value of type workflows.unkept.Odd can't be kept", "return JSON types"),
    "key": ("['a'] key tuple[1]: a value of type builtins.type", "return JSON types"),
    "value": (".value: a value of type workflows.unkept.Odd", "return JSON types"),
    "in model": (".items[0]: a value of type workflows.unkept.Odd", "return JSON types"),
    "array": ("['sum']: a value of type numpy.ndarray", "return what Python has for it: `.tolist()`"),
    "scalar": ("[0]: a value of type numpy.float64", "return what Python has for it: `.item()`"),
    "url": (": a value of type pydantic.networks.HttpUrl", "return its text: `str(url)`"),
    "literal": ("[0]: a value of type workflows.unkept.Pair", "return JSON types"),
}


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize(
    ("workflow", "whose"),
    [
        ("giving", "step workflows.unkept.give: answer"),
        ("taking", "step workflows.unkept.take: thing"),
        ("answering", "workflow answering: answer"),
    ],
)
def test_the_step_and_the_place_are_named(driver: Driver, workflow: str, whose: str, kind: str) -> None:
    outcome = driver.run(workflow, kind=kind)
    place, fix = PLACES[kind]
    assert (outcome.status, outcome.code) == ("failed", "step-value"), outcome.error
    assert f"{whose}{place}" in outcome.error
    assert f"fix: {fix}" in outcome.error


def test_an_input_that_was_tied_to_itself_was_changed(driver: Driver) -> None:
    assert driver.run("tying", kind="").code == "mutated-input"
