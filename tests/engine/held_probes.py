"""Edits of what objects hold, where no function and no plain constant says it: bound natives, enum members, what pydantic
was told, values of one's own kind of text or number, code that looks at itself under another name."""

from change_probes import Probe

__all__ = ["HELD"]

_RETURNED = ("return 1", "return 2")
_PYDANTIC = "\nfrom pydantic import BaseModel, ConfigDict, Field, PrivateAttr\n"
_SEP = ("'; '", "' + '")


def _step(expression: str) -> str:
    return f"\n@step\ndef s(x): return {expression}\n"


_BOUND = [
    Probe("held_get", "RATE = {'abc': 10}.get" + _step("RATE(x)"), "10", "20"),
    Probe("held_join", "GLUE = '; '.join" + _step("GLUE(x)"), *_SEP),
    Probe("held_plus", "PLUS = 'a'.__add__" + _step("PLUS(x)"), "'a'", "'b'"),
    Probe(
        "held_search",
        "import re\nRULES = [('fee', re.compile('b').search)]" + _step("[n for n, f in RULES if f(x)]"),
        "'b'",
        "'z'",
    ),
    Probe("held_in", "KNOWN = frozenset({'abc'}).__contains__" + _step("KNOWN(x)"), "{'abc'}", "{'abd'}"),
    Probe(
        "held_partial", "F = functools.partial('{:>{n}}|'.format, n=5)" + _step("F(x)"), "{:>{n}}", "{:<{n}}"
    ),
    Probe("held_static", "class C:\n    glue = staticmethod('; '.join)" + _step("C.glue(x)"), *_SEP),
    Probe(
        "held_cell",
        """
def through(look):
    def around(f):
        return lambda x: look(f(x))
    return around
@through({"abc": 1}.get)
def h(x): return x
@step
def s(x): return h(x)
""",
        '"abc": 1',
        '"abc": 2',
    ),
    Probe("held_class_of", "MAKE = dict.fromkeys" + _step("MAKE(x, 1)"), "x, 1", "x, 2"),
    Probe(
        "static_to_class",
        "class C:\n    @staticmethod\n    def go(*a): return len(a)" + _step("C.go(x)"),
        "staticmethod",
        "classmethod",
    ),
    Probe(
        "held_dispatch",
        """
@functools.singledispatch
def show(x): return "any"
@show.register(str)
def _(x): return "one"
@step
def s(x): return show(x)
""",
        "register(str)",
        "register(int)",
    ),
    Probe(
        "own_wrapper",
        """
class Twice:
    def __init__(self, f): functools.update_wrapper(self, f); self.f = f
    def __call__(self, x): return self.f(x) + "1"
@Twice
def h(x): return x
@step
def s(x): return h(x)
""",
        '"1"',
        '"2"',
    ),
    Probe(
        "same_named_keys",
        """
class A:
    class K: pass
class B:
    class K: pass
T = {A.K: len, B.K: str.upper}
@step
def s(x): return T[A.K](x)
""",
        "{A.K: len, B.K: str.upper}",
        "{A.K: str.title, B.K: str.upper}",
    ),
]

_ENUMS = [
    Probe(
        "member_made",
        """
class Kind(str, enum.Enum):
    def __new__(cls, value, label):
        made = str.__new__(cls, value)
        made._value_, made.label = value, label
        return made
    INVOICE = ("abc", "Invoice")
@step
def s(x): return Kind(x).label
""",
        '"Invoice"',
        '"Bill"',
    ),
    Probe(
        "member_written",
        "class K(enum.Enum):\n    A = 'abc'\nK.A.label = 'Invoice'" + _step("K(x).label"),
        "'Invoice'",
        "'Bill'",
    ),
    Probe(
        "member_kept",
        """
class Kind(enum.Enum):
    def __init__(self, code, rate): self.rate = rate
    LOW = ("abc", 5)
@step
def kind(x): return Kind.LOW
@step
def rate(k): return k.rate
def s(x): return rate(kind(x))
""",
        '("abc", 5)',
        '("abc", 6)',
    ),
    Probe(
        "member_private",
        "class K(enum.Enum):\n    A = 'abc'\n    @property\n    def _rate(self): return 1"
        + _step("K(x)._rate"),
        *_RETURNED,
    ),
    Probe(
        "flag_bounds",
        "class F(enum.Flag, boundary=enum.KEEP):\n    A = 1" + _step("F(9).value"),
        "KEEP",
        "CONFORM",
    ),
]

_MODELS = [
    Probe(
        "private_default",
        _PYDANTIC
        + "class M(BaseModel):\n    _k: int = PrivateAttr(default=5)\n    def go(self): return self._k"
        + _step("M().go()"),
        "default=5",
        "default=6",
    ),
    Probe(
        "private_made",
        _PYDANTIC
        + "def make(): return 1\nclass M(BaseModel):\n    _k: int = PrivateAttr(default_factory=make)\n    def go(self): return self._k"
        + _step("M().go()"),
        *_RETURNED,
    ),
    Probe(
        "config_function",
        _PYDANTIC
        + "def more(schema): schema['k'] = 1\nclass M(BaseModel):\n    model_config = ConfigDict(json_schema_extra=more)"
        + _step("M.model_json_schema()['k']"),
        "= 1",
        "= 2",
    ),
    Probe(
        "field_function",
        _PYDANTIC
        + "def more(schema): schema['k'] = 1\nclass M(BaseModel):\n    a: int = Field(1, json_schema_extra=more)"
        + _step("M.model_json_schema()['properties']['a']['k']"),
        "= 1",
        "= 2",
    ),
    Probe(
        "default_function",
        _PYDANTIC + "def f(): return 1\nclass M(BaseModel):\n    g: typing.Callable = f" + _step("M().g()"),
        *_RETURNED,
    ),
    Probe(
        "default_object",
        _PYDANTIC
        + "class P:\n    def __init__(self, n): self.n = n\nclass M(BaseModel):\n    model_config = ConfigDict(arbitrary_types_allowed=True)\n    p: P = P(1)"
        + _step("M().p.n"),
        "P(1)",
        "P(2)",
    ),
    Probe(
        "default_like_address",
        _PYDANTIC + "class M(BaseModel):\n    p: str = 'at at 0xa1'" + _step("M().p"),
        "0xa1",
        "0xa2",
    ),
    Probe(
        "own_marker",
        """
from pydantic import BaseModel
from pydantic_core import core_schema
class More:
    def __init__(self, by): self.by = by
    def __get_pydantic_core_schema__(self, source, handler):
        return core_schema.no_info_after_validator_function(lambda v: v + self.by, handler(source))
class M(BaseModel):
    a: typing.Annotated[int, More(1)]
@step
def s(x): return M(a=1).a
""",
        "More(1)",
        "More(2)",
    ),
    Probe(
        "chosen_by",
        """
from pydantic import BaseModel, Discriminator, Tag
class A(BaseModel): k: int = 1
class B(BaseModel): k: int = 2
def pick(v): return "a"
class M(BaseModel):
    one: typing.Annotated[
        typing.Annotated[A, Tag("a")] | typing.Annotated[B, Tag("b")], Discriminator(pick)
    ]
@step
def s(x): return M(one={}).one.k
""",
        'return "a"',
        'return "b"',
    ),
    Probe(
        "dataclass_config",
        "import pydantic\nfrom pydantic.dataclasses import dataclass\n@dataclass(config=pydantic.ConfigDict(str_to_upper=True))\nclass M:\n    a: str"
        + _step("M(a=x).a"),
        "=True",
        "=False",
    ),
    Probe(
        "model_doc",
        _PYDANTIC
        + 'class M(BaseModel):\n    """One thing."""\n    a: int = 1'
        + _step("M.model_json_schema()['description']"),
        "One thing",
        "Another thing",
    ),
    Probe(
        "enum_doc_in_schema",
        _PYDANTIC
        + 'class K(enum.Enum):\n    """One thing."""\n    A = "a"\nclass M(BaseModel):\n    k: list[K] = []'
        + _step("json.dumps(M.model_json_schema())"),
        "One thing",
        "Another thing",
    ),
    Probe(
        "call_validated",
        "from pydantic import validate_call\n@validate_call\ndef h(v: int): return repr(v)" + _step("h('3')"),
        "v: int",
        "v: float",
    ),
    Probe(
        "answer_validated",
        "from pydantic import validate_call\n@validate_call(validate_return=True)\ndef h(v) -> int: return v"
        + _step("repr(h('3'))"),
        "-> int",
        "-> float",
    ),
    Probe(
        "call_configured",
        "from pydantic import validate_call\n@validate_call(config={'str_to_upper': True})\ndef h(v: str): return v"
        + _step("h(x)"),
        "True",
        "False",
    ),
    Probe(
        "named_later",
        _PYDANTIC
        + "class M(BaseModel):\n    k: 'list[K]' = []\nclass K(BaseModel):\n    a: int = 1"
        + _step("M(k=[{}]).k[0].a"),
        "int = 1",
        "int = 2",
    ),
    Probe(
        "validator_told",
        _PYDANTIC
        + "from pydantic import field_serializer\nclass M(BaseModel):\n    a: int = 1\n    b: int = 1\n    @field_serializer('a')\n    def show(self, v): return str(v)"
        + _step("M().model_dump_json()"),
        "'a')",
        "'b')",
    ),
]

_OWN_VALUES = [
    Probe("own_text", "class Sep(str):\n    pass\nSEP = Sep('a')" + _step("SEP + x"), "Sep('a')", "Sep('b')"),
    Probe("own_number", "class N(int):\n    pass\nN3 = N(3)" + _step("x * N3"), "N(3)", "N(4)"),
    Probe(
        "own_decimal",
        "class M(decimal.Decimal):\n    pass\nRATE = M('1.5')" + _step("str(RATE)"),
        "1.5",
        "1.6",
    ),
    Probe(
        "own_date",
        "import datetime\nclass D(datetime.date):\n    pass\nDUE = D(2020, 1, 1)" + _step("DUE.isoformat()"),
        "2020",
        "2021",
    ),
    Probe("own_queue", "class Q(collections.deque):\n    pass\nK = Q([1])" + _step("list(K)"), "[1]", "[2]"),
    Probe(
        "own_default_dict",
        "class Q(collections.defaultdict):\n    pass\nK = Q(lambda: 1)" + _step("K.default_factory()"),
        "lambda: 1",
        "lambda: 2",
    ),
    Probe(
        "own_error", "class E(ValueError):\n    pass\nBAD = E('a')" + _step("str(BAD)"), "E('a')", "E('b')"
    ),
    Probe(
        "own_range_of_bytes",
        "class B(bytes):\n    pass\nK = {'a': B(b'1')}" + _step("K['a'].decode()"),
        "b'1'",
        "b'2'",
    ),
    Probe(
        "own_template",
        "import string\nclass T(string.Template):\n    delimiter = '%'\nHI = T('$who %who')"
        + _step("HI.substitute(who=x)"),
        "'%'",
        "'$'",
    ),
    Probe(
        "own_tuple",
        "class P(collections.namedtuple('P', 'a')):\n    pass\nP1 = P(1)\nP1.rate = 5" + _step("P1.rate"),
        "rate = 5",
        "rate = 6",
    ),
    Probe(
        "private_slot",
        "class K:\n    __slots__ = ('__r',)\n    def __init__(self, r): self.__r = r\n    def go(self): return self.__r\nK5 = K(5)"
        + _step("K5.go()"),
        "K(5)",
        "K(6)",
    ),
]

_LOOKING = [
    Probe("line_of_a_frame", "import sys" + _step("sys._getframe().f_lineno"), "@step", "\n\n@step"),
    Probe(
        "line_of_a_traceback",
        """
import traceback
def line():
    try: 1 / 0
    except ZeroDivisionError as error: return [error.__traceback__.tb_lineno]
"""
        + _step("line()"),
        "def line",
        "\n\ndef line",
    ),
    Probe(
        "lines_extracted",
        """
import traceback
def line():
    try: 1 / 0
    except ZeroDivisionError as error: return traceback.extract_tb(error.__traceback__)[-1].lineno
"""
        + _step("line()"),
        "def line",
        "\n\ndef line",
    ),
    Probe(
        "doc_by_getter",
        "import operator\nG = operator.attrgetter('__doc__')\nclass Q:\n    'one'" + _step("G(Q)"),
        "'one'",
        "'two'",
    ),
    Probe(
        "base_told",
        """
T = typing.TypeVar("T")
class Par(typing.Generic[T]):
    def kind(self): return typing.get_args(type(self).__orig_bases__[0])[0].__name__
class One(Par[int]): pass
@step
def s(x): return One().kind()
""",
        "Par[int]",
        "Par[str]",
    ),
    Probe(
        "registered",
        "import abc\nclass Shape(abc.ABC): pass\n@Shape.register\nclass Circle: pass"
        + _step("isinstance(Circle(), Shape)"),
        "@Shape.register\n",
        "",
    ),
    Probe(
        "renamed_signature",
        "from inspect import signature as sig\ndef h(v: int): ..." + _step("str(sig(h))"),
        "v: int",
        "v: str",
    ),
    Probe(
        "renamed_hints",
        "LOOK = {'a': typing.get_type_hints}\ndef h(v: int): ..." + _step("str(LOOK['a'](h))"),
        "v: int",
        "v: str",
    ),
    Probe(
        "evaluated",
        "import builtins\nfrom lib import held" + _step("builtins.eval('__import__(\"lib.held\").held.h()')"),
        *_RETURNED,
        file="lib/held.py",
        beside={"lib/held.py": "def h(): return 1\n"},
    ),
    Probe(
        "class_made",
        "A = dataclasses.make_dataclass('A', [('n', int, dataclasses.field(default=1))])" + _step("A().n"),
        "default=1",
        "default=2",
    ),
    Probe(
        "class_built",
        "import types\nA = types.new_class('A', (), {}, lambda names: names.update(n=1))" + _step("A.n"),
        "n=1",
        "n=2",
    ),
    Probe(
        "doc_by_format",
        "class Q:\n    'one'" + _step("'{0.__doc__}'.format(Q)"),
        "'one'",
        "'two'",
    ),
    Probe(
        "doc_by_getattr",
        "def q():\n    'one'" + _step("getattr(q, '__doc__')"),
        "'one'",
        "'two'",
    ),
    Probe(
        "doc_by_table",
        "class Q:\n    'one'\nT = {'a': '{0.__doc__}'}" + _step("T['a'].format(Q)"),
        "'one'",
        "'two'",
    ),
    Probe(
        "literal_like_address",
        "L = typing.Literal['x at 0x12']" + _step("typing.get_args(L)[0]"),
        "0x12",
        "0x13",
    ),
    Probe(
        "literal_member",
        "class K(enum.Enum):\n    A = 1\nL = typing.Literal[K.A]" + _step("typing.get_args(L)[0].value"),
        "A = 1",
        "A = 2",
    ),
    Probe(
        "init_var",
        """
@dataclasses.dataclass
class K:
    v: int
    k: dataclasses.InitVar[int] = 1

    def __post_init__(self, k): self.v += k
"""
        + _step("K(1).v"),
        "] = 1",
        "] = 2",
    ),
    Probe(
        "new_type",
        "class K:\n    def go(self): return 1\nN = typing.NewType('N', K)" + _step("N.__supertype__().go()"),
        *_RETURNED,
    ),
]

_BY_VALUE = [
    Probe(f"value_{name}", f"{imports}\nT = {made}" + _step("str(T)"), old, new)
    for name, imports, made, old, new in (
        ("zone", "import datetime", "datetime.timezone(datetime.timedelta(hours=1))", "hours=1", "hours=2"),
        ("fraction", "import fractions", "fractions.Fraction(1, 3)", "1, 3", "2, 3"),
        ("address", "import ipaddress", "ipaddress.ip_network('10.0.0.0/8')", "/8", "/16"),
        ("context", "", "decimal.Context(prec=3)", "prec=3", "prec=4"),
        ("native_array", "import array", "array.array('i', [1])", "[1]", "[2]"),
        ("table", "import numpy", "numpy.array([[1, 2], [3, 4]])", "3", "5"),
        ("scalar", "import numpy", "[numpy.float64(0.5), numpy.dtype('i4')]", "0.5", "0.25"),
        ("chain", "", "collections.ChainMap({'a': 1}, {'b': 2})", "2", "3"),
        ("queue", "", "collections.deque([1, 2], maxlen=3)", "maxlen=3", "maxlen=4"),
        ("namespace", "import types", "types.SimpleNamespace(a=[1])", "[1]", "[2]"),
    )
]

_SHOWN = [
    Probe(
        f"shown_{name}",
        f"import logging, traceback, warnings\n@step\ndef s(x):\n    try: {{}}[x]\n    except KeyError as error:\n        {how}\n    return 1\n",
        *_RETURNED,
    )
    for name, how in (
        ("log", "logging.getLogger('w').exception('no')"),
        ("text", "traceback.format_exc()"),
        ("frames", "traceback.extract_tb(error.__traceback__)[0].line"),
        ("warning", "warnings.warn('no')"),
    )
]

HELD = [*_BOUND, *_ENUMS, *_MODELS, *_OWN_VALUES, *_LOOKING, *_BY_VALUE, *_SHOWN]
