"""Edits that a code hash misses where it only looks at what a name reaches, and not at which name reaches it.

Each probe is a workflow of its own, so that one engagement holds them all: `text` is edited from `old` to `new`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["OUTSIDE", "PROBES", "Probe"]

_HEAD = """
import collections, dataclasses, decimal, enum, functools, json, typing
from pathlib import Path

from alongside import step, workflow
"""

_F_AND_G = """
def f(x): return x+"f"
def g(x): return x+"g"
"""
_RETURNED = ("return 1", "return 2")
_DEFAULT = ("k: int = 3", "k: int = 4")
_SAID = ('"one"', '"two"')


class Probe(NamedTuple):
    """`file` is where the edit is made; `inputs` are what the workflow is run with, in this order."""

    name: str
    text: str
    old: str
    new: str
    file: str = ""
    beside: Mapping[str, str] = MappingProxyType({})
    inputs: tuple[str, ...] = ("abc",)
    head: str = _HEAD

    def files(self, *, edited: bool) -> dict[str, str]:
        """Return the probe's files."""
        body = f"{self.head}{self.text}\n\n@workflow\ndef {self.name}(x: str) -> object:\n    return s(x)\n"
        found = {f"workflows/{self.name}.py": body, **self.beside}
        edit = self.file or f"workflows/{self.name}.py"
        assert self.old in found[edit], self.name
        return found | ({edit: found[edit].replace(self.old, self.new)} if edited else {})


PROBES = [
    Probe(
        "swap_table",
        _F_AND_G
        + """
T={"a":f,"b":g}
@step
def s(x): return T["a"](x)+T["b"](x)*2
""",
        'T={"a":f,"b":g}',
        'T={"a":g,"b":f}',
    ),
    Probe(
        "swap_alias",
        _F_AND_G
        + """
A=f
B=g
@step
def s(x): return A(x)+B(x)*2
""",
        "A=f\nB=g",
        "A=g\nB=f",
    ),
    Probe(
        "order_table",
        _F_AND_G
        + """
T={"a":f,"b":g}
@step
def s(x):
    for h in T.values(): x=h(x)
    return x
""",
        'T={"a":f,"b":g}',
        'T={"b":g,"a":f}',
    ),
    Probe(
        "order_list",
        _F_AND_G
        + """
T=[f,g]
@step
def s(x):
    for h in T: x=h(x)
    return x
""",
        "T=[f,g]",
        "T=[g,f]",
    ),
    Probe(
        "two_closures",
        """
def make(n):
    def add(x): return x+str(n)
    return add
A=make(2)
B=make(3)
@step
def s(x): return A(x)+B(x)
""",
        "A=make(2)",
        "A=make(5)",
    ),
    Probe(
        "stacked_deco",
        """
def times(n):
    def deco(fn):
        @functools.wraps(fn)
        def inner(*a): return fn(*a)*n
        return inner
    return deco
@step
@times(2)
@times(3)
def s(x): return x
""",
        "@times(2)\n@times(3)",
        "@times(4)\n@times(3)",
    ),
    Probe(
        "defaults_swap",
        _F_AND_G
        + """
@step
def s(x): return h(x)
def h(x,a=f,b=g): return a(x)+b(x)*2
""",
        "a=f,b=g",
        "a=g,b=f",
    ),
    Probe(
        "partial_swap",
        _F_AND_G
        + """
def both(a,b,x): return a(x)+b(x)*2
H=functools.partial(both,f,g)
@step
def s(x): return H(x)
""",
        "both,f,g",
        "both,g,f",
    ),
    Probe(
        "class_attr_swap",
        _F_AND_G
        + """
class C:
    a=staticmethod(f); b=staticmethod(g)
@step
def s(x): return C.a(x)+C.b(x)*2
""",
        "a=staticmethod(f); b=staticmethod(g)",
        "a=staticmethod(g); b=staticmethod(f)",
    ),
    Probe(
        "fn_attr",
        """
def f(x): return x*f.n
f.n=2
@step
def s(x): return f(x)
""",
        "f.n=2",
        "f.n=3",
    ),
    Probe(
        "fn_doc",
        '''
def f(x):
    """Doc one."""
@step
def s(x): return f.__doc__
''',
        "Doc one",
        "Doc two",
    ),
    Probe(
        "defaultdict",
        """
D=collections.defaultdict(lambda: 1, {"a":1})
@step
def s(x): return D.get(x) or D.default_factory()
""",
        "lambda: 1",
        "lambda: 2",
    ),
    Probe(
        "dictsub",
        """
class D(dict):
    def __missing__(self,k): return 1
T=D(a=1)
@step
def s(x): return T[x]
""",
        *_RETURNED,
    ),
    Probe(
        "listsub",
        """
class L(list):
    def top(self): return 1
T=L(["a"])
@step
def s(x): return T.top()
""",
        *_RETURNED,
    ),
    Probe(
        "countertype",
        """
D=collections.Counter({"a":1})
@step
def s(x): return type(D).__name__
""",
        "collections.Counter(",
        "collections.OrderedDict(",
    ),
    Probe(
        "singled",
        """
@functools.singledispatch
def f(v): return "any"
@f.register(int)
def _(v): return "int"
@step
def s(x): return f(3)+f(3.0)
""",
        "@f.register(int)",
        "@f.register(float)",
    ),
    Probe(
        "match_args",
        """
class Pt:
    __match_args__=("a","b")
    def __init__(self): self.a=1; self.b=2
@step
def s(x):
    match Pt():
        case Pt(q): return q
""",
        '("a","b")',
        '("b","a")',
    ),
    Probe(
        "hashm",
        """
class Pt:
    def __hash__(self): return 1
    def __eq__(self,o): return True
@step
def s(x): return hash(Pt())
""",
        *_RETURNED,
    ),
    Probe(
        "metaclass",
        """
class M(type):
    def __call__(cls): return 1
class A(metaclass=M): pass
@step
def s(x): return A()
""",
        *_RETURNED,
    ),
    Probe(
        "enum_missing",
        """
class E(enum.Enum):
    A="a"; B="b"
    @classmethod
    def _missing_(cls,v): return cls.A
@step
def s(x): return E(x).value
""",
        "return cls.A",
        "return cls.B",
    ),
    Probe(
        "namedt",
        """
class N(typing.NamedTuple):
    a: int = 1
    def go(self): return self.a
@step
def s(x): return N().go()
""",
        "a: int = 1",
        "a: int = 2",
    ),
    Probe(
        "pyd_validator",
        """
from pydantic import BaseModel, field_validator
class F(BaseModel):
    a: int=1
    b: int=1
    @field_validator("a")
    @classmethod
    def chk(cls,v): return v+1
@step
def s(x): return F(a=1,b=1).a
""",
        '@field_validator("a")',
        '@field_validator("b")',
    ),
    Probe(
        "pyd_future",
        """
from __future__ import annotations
from alongside import step, workflow
from pydantic import BaseModel
class Inner(BaseModel):
    k: int = 3
class F(BaseModel):
    a: Inner
@step
def s(x: str) -> int: return F.model_validate({"a":{}}).a.k
""",
        *_DEFAULT,
        head="",
    ),
    Probe(
        "pyd_annot",
        """
from pydantic import BaseModel, AfterValidator
from typing import Annotated
def up(v): return v+1
Num=Annotated[int, AfterValidator(up)]
class F(BaseModel):
    a: list[Num]
@step
def s(x): return F(a=[1]).a[0]
""",
        "return v+1",
        "return v+2",
    ),
    Probe(
        "dyn_import",
        """
import importlib
@step
def s(x): return importlib.import_module("lib.dyn_"+"import").V
""",
        "V=1",
        "V=2",
        file="lib/dyn_import.py",
        beside={"lib/dyn_import.py": "V=1\n"},
    ),
    Probe(
        "inner_import",
        """
@step
def s(x):
    import lib.inner_import as r
    def go(): return r.f()
    return go()
""",
        *_RETURNED,
        file="lib/inner_import.py",
        beside={"lib/inner_import.py": "def f(): return 1\n"},
    ),
    Probe(
        "inner_import3",
        """
@step
def s(x):
    from lib import inner_import3 as m
    return [m.f() for _ in range(1)]
""",
        *_RETURNED,
        file="lib/inner_import3.py",
        beside={"lib/inner_import3.py": "def f(): return 1\n"},
    ),
    Probe(
        "subclasses",
        """
class B: pass
class B1(B): pass
@step
def s(x): return [k.__name__ for k in B.__subclasses__()]
""",
        "class B1(B): pass",
        "class B1(B): pass\nclass B2(B): pass",
    ),
    Probe(
        "stepfn",
        """
@step
def t(x): return "one"
@step
def s(x): return t.function(x)
""",
        *_SAID,
    ),
    Probe(
        "stepwrapped",
        """
@step
def t(x): return "one"
@step
def s(x): return t.__wrapped__(x)
""",
        *_SAID,
    ),
    Probe(
        "modelfile",
        """
@step(effect="model")
def s(x): return Path("data/modelfile.txt").read_text()
""",
        "1",
        "2",
        file="data/modelfile.txt",
        beside={"data/modelfile.txt": "1"},
    ),
    Probe(
        "stdname",
        """
import profile as pr
@step
def s(x): return pr.f()
""",
        *_RETURNED,
        file="profile.py",
        beside={"profile.py": "def f(): return 1\n"},
    ),
    Probe(
        "classes2",
        """
def mk(n):
    class K:
        v=n
        def go(self): return self.v
    return K
A=mk(1); B=mk(2)
@step
def s(x): return [A().go(),B().go()]
""",
        "A=mk(1)",
        "A=mk(7)",
    ),
    Probe(
        "inst_swap",
        """
class K:
    def __init__(self,f): self.f=f
    def go(self,x): return self.f(x)
def f(x): return "f"
def g(x): return "g"
A=K(f); B=K(g)
@step
def s(x): return [A.go(x),B.go(x)]
""",
        "A=K(f); B=K(g)",
        "A=K(g); B=K(f)",
    ),
    Probe(
        "slots_inst",
        """
class K:
    __slots__=("n",)
    def __init__(self,n): self.n=n
A=K(1)
@step
def s(x): return A.n
""",
        "A=K(1)",
        "A=K(2)",
    ),
    Probe(
        "inst_type",
        """
class K1:
    def go(self): return 1
class K2:
    def go(self): return 2
A=K1(); B=K2()
@step
def s(x): return [A.go(),B.go()]
""",
        "A=K1(); B=K2()",
        "A=K2(); B=K1()",
    ),
    Probe(
        "bound",
        """
class K:
    def __init__(self,n): self.n=n
    def go(self): return self.n
    def og(self): return -self.n
k=K(1)
A=k.go; B=k.og
@step
def s(x): return [A(),B()]
""",
        "A=k.go; B=k.og",
        "A=k.og; B=k.go",
    ),
    Probe(
        "propswap",
        """
def f(self): return 1
def g(self): return 2
class K:
    a=property(f); b=property(g)
@step
def s(x): return [K().a,K().b]
""",
        "a=property(f); b=property(g)",
        "a=property(g); b=property(f)",
    ),
    Probe(
        "kwnames",
        """
def f(a=1,b=2): return a*10+b
@step
def s(x): return f(a=3)
""",
        "f(a=3)",
        "f(b=3)",
    ),
    Probe(
        "regdeco",
        """
REG={}
def reg(n):
    def d(f): REG[n]=f; return f
    return d
@reg("a")
def one(): return 1
@reg("b")
def two(): return 2
@step
def s(x): return REG["a"]()+10*REG["b"]()
""",
        '@reg("a")\ndef one(): return 1\n@reg("b")',
        '@reg("b")\ndef one(): return 1\n@reg("a")',
    ),
    Probe(
        "dc_future",
        """
from __future__ import annotations
import typing
from dataclasses import dataclass, fields
from alongside import step, workflow
@dataclass
class Inner:
    k: int = 3
@dataclass
class F:
    a: Inner
@step
def s(x: str) -> int:
    h=typing.get_type_hints(F)
    return h["a"]().k
""",
        *_DEFAULT,
        head="",
    ),
    Probe(
        "genalias",
        """
@dataclasses.dataclass
class Inner:
    k: int = 3
AL=list[Inner]
@step
def s(x): return AL.__args__[0]().k
""",
        *_DEFAULT,
    ),
    Probe(
        "cached_file",
        """
@functools.cache
def rates(): return json.loads(Path("data/cached_file.json").read_text())
@step
def s1(x): return rates()["k"]
@step
def s(x):
    return rates()["k"]
""",
        "1",
        "2",
        file="data/cached_file.json",
        beside={"data/cached_file.json": '{"k":1}'},
        inputs=("abc", "abd"),
    ),
    Probe(
        "cached_step",
        """
@step
def inner(x): return "one"
@functools.cache
def cc(): return inner("z")
@step
def s(x):
    return cc()
""",
        *_SAID,
        inputs=("abc", "abd"),
    ),
]

OUTSIDE = [
    Probe(
        "decctx",
        """
import decimal
decimal.getcontext().prec=5
@step
def s(x): return str(decimal.Decimal(1)/decimal.Decimal(3))
""",
        "prec=5",
        "prec=6",
    ),
    Probe(
        "monkey",
        """
import textwrap
def mine(*a,**k): return "one"
textwrap.TextWrapper.fill=mine
@step
def s(x): return textwrap.fill("a b c")
""",
        *_SAID,
    ),
    Probe(
        "protoreg",
        """
import abc
class A(abc.ABC): pass
class B: pass
A.register(B)
@step
def s(x): return isinstance(B(),A)
""",
        "A.register(B)",
        "",
    ),
]
