"""More edits that a code hash can miss: parametrised classes, code found by its name, code that looks at itself, imports
that change what is outside the project."""

from change_probes import Probe

__all__ = ["AT_IMPORT", "FOUND"]

_RETURNED = ("return 1", "return 2")
_GENERIC = """
T = typing.TypeVar("T")
class Box(typing.Generic[T]):
    def go(self): return 1
"""
_FILE = {"lib/found.py": "def go(): return 1\n"}
_PREC = ("6", "3")
_THIRD = """
@step
def s(x): return str(decimal.Decimal(1) / decimal.Decimal(3))
"""
_DIALECT = """
import csv
@step
def s(x): return next(csv.reader(["a;b,c"], "acme"))[0]
"""

FOUND = [
    Probe("alias", f"{_GENERIC}\nB = Box[int]\n@step\ndef s(x): return B().go()\n", *_RETURNED),
    Probe(
        "alias_default",
        f"{_GENERIC}\n@dataclasses.dataclass\nclass C:\n    kind: type = Box[int]\n@step\ndef s(x): return C().kind().go()\n",
        *_RETURNED,
    ),
    Probe(
        "alias_inline",
        f"{_GENERIC}\ndef h(k=Box[int]): return k().go()\n@step\ndef s(x): return h()\n",
        *_RETURNED,
    ),
    Probe(
        "bound_var",
        """
class K:
    def go(self): return 1
V = typing.TypeVar("V", bound=K)
@step
def s(x): return V.__bound__().go()
""",
        *_RETURNED,
    ),
    Probe(
        "from_file",
        """
import importlib.util as u
@step
def s(x):
    spec = u.spec_from_file_location("found", "lib/found.py")
    made = u.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made.go()
""",
        *_RETURNED,
        file="lib/found.py",
        beside=_FILE,
    ),
    Probe(
        "resolve_name",
        "\nimport pkgutil\n@step\ndef s(x): return pkgutil.resolve_name('lib.found:go')()\n",
        *_RETURNED,
        file="lib/found.py",
        beside=_FILE,
    ),
    Probe(
        "locate",
        "\nimport pydoc\n@step\ndef s(x): return pydoc.locate('lib.found.go')()\n",
        *_RETURNED,
        file="lib/found.py",
        beside=_FILE,
    ),
    Probe(
        "get_data",
        "\nimport pkgutil, lib\n@step\ndef s(x): return pkgutil.get_data('lib', 'get_data.txt').decode()\n",
        "1",
        "2",
        file="lib/get_data.txt",
        beside={"lib/get_data.txt": "1"},
    ),
    Probe(
        "warm_cache",
        """
@functools.cache
def rates(): return json.loads(Path("data/warm.json").read_text())
rates()
@step
def s(x): return rates()["k"]
""",
        "1",
        "2",
        file="data/warm.json",
        beside={"data/warm.json": '{"k":1}'},
    ),
    Probe(
        "sizes",
        "\nimport os\n@step\ndef s(x): return sum(one.stat().st_size for one in os.scandir('data/sizes'))\n",
        "1",
        "123",
        file="data/sizes/a.txt",
        beside={"data/sizes/a.txt": "1"},
    ),
    Probe(
        "told_return",
        """
def coerced(f):
    def inner(*a): return f.__annotations__["return"](f(*a))
    return inner
@coerced
def three(x) -> int: return x
@step
def s(x): return str(three(3))
""",
        "-> int",
        "-> float",
    ),
    Probe(
        "class_order",
        """
class R:
    b = 1; a = 2
@step
def s(x): return [name for name in vars(R) if name[0] != "_"]
""",
        "b = 1; a = 2",
        "a = 2; b = 1",
    ),
    Probe(
        "enum_of_objects",
        """
class V:
    def __init__(self, a): self.a = a
    def __repr__(self): return "V"
class E(enum.Enum):
    A = V(1)
@step
def s(x): return E.A.value.a
""",
        "V(1)",
        "V(2)",
    ),
    Probe(
        "enum_of_partials",
        """
def one(): return 1
class E(enum.Enum):
    A = enum.member(functools.partial(one))
@step
def s(x): return E.A.value()
""",
        *_RETURNED,
    ),
    Probe(
        "enum_of_plain_objects",
        """
class V:
    def __init__(self, a): self.a = a
class E(enum.Enum):
    A = V(1)
@step
def s(x): return E.A.value.a
""",
        "V(1)",
        "V(2)",
    ),
    Probe(
        "metadata",
        """
@dataclasses.dataclass
class R:
    a: int = dataclasses.field(default=1, metadata={"v": lambda x: x + 1})
@step
def s(x): return dataclasses.fields(R)[0].metadata["v"](1)
""",
        "x + 1",
        "x + 2",
    ),
]

AT_IMPORT = [
    Probe("prec_constant", f"\nPREC = 6\ndecimal.getcontext().prec = PREC\n{_THIRD}", *_PREC),
    Probe("prec_function", f"\ndef setup():\n    decimal.getcontext().prec = 6\nsetup()\n{_THIRD}", *_PREC),
    Probe(
        "prec_local", f"\ndef setup():\n    c = decimal.getcontext()\n    c.prec = 6\nA = setup()\n{_THIRD}", *_PREC
    ),
    Probe("prec_assigned", f"\n_ = decimal.setcontext(decimal.Context(prec=6))\n{_THIRD}", *_PREC),
    Probe("prec_file", f"\ndecimal.getcontext().prec = int(Path('data/prec.txt').read_text())\n{_THIRD}", *_PREC,
        file="data/prec.txt", beside={"data/prec.txt": "6"}),
    Probe("dialect", f"\nimport csv\nSEP = ';'\ncsv.register_dialect('acme', delimiter=SEP)\n{_DIALECT}", "';'", "','"),
    Probe(
        "dialects",
        f"\nimport csv\nT = {{'acme': ';'}}\nfor k, v in T.items():\n    csv.register_dialect(k, delimiter=v)\n{_DIALECT}",
        "';'",
        "','",
    ),
    Probe(
        "codec",
        """
import codecs
from lib import handlers
codecs.register_error("mine", handlers.swap)
@step
def s(x): return "é".encode("ascii", "mine").decode()
""",
        '"A"',
        '"B"',
        file="lib/handlers.py",
        beside={"lib/handlers.py": 'def swap(e): return ("A", e.end)\n'},
    ),
    Probe(
        "patched",
        """
import textwrap
from lib import munging
textwrap.TextWrapper._munge_whitespace = munging.munge
@step
def s(x): return textwrap.fill(x)
""",
        "X1",
        "X2",
        file="lib/munging.py",
        beside={"lib/munging.py": "def munge(self, text): return text.replace('a', 'X1')\n"},
    ),
]  # fmt: skip
