"""What a project's modules put into a library's containers when they are imported is part of every step; their own are not."""

from pathlib import Path

import pytest
from driving import Driver

HEAD = """
import collections, html, html.entities, operator
from html.entities import html5

from alongside import step, workflow

"""
TAIL = """

@step
def s(x: str) -> str: return html.unescape(x)

@workflow
def {name}(x: str) -> str: return s(x)
"""
# Each puts what `html.unescape("&NAME;")` answers, 1 before the edit and 2 after it.
FILLED = {
    "value": "V = '1'\nhtml5['value;'] = V",
    "chain": "html.entities.html5['chain;'] = '1'",
    "update": "html5.update({'update;': '1'})",
    "default": "OLD = html5.setdefault('default;', '1')",
    "union": "html5 |= {'union;': '1'}",
    "alias": "T = html.entities.html5\nT['alias;'] = '1'",
    "local": "def put():\n    t = html.entities.html5\n    t['local;'] = '1'\nput()",
    "given": "def put(t, v): t['given;'] = v\nput(html5, '1')",
    "decorated": "def reg(f):\n    html5[f.__name__ + ';'] = f()\n    return f\n@reg\ndef decorated(): return '1'",
    "named": "def reg(name):\n    def put(f):\n        html5[name] = f()\n        return f\n    return put\n@reg('named;')\ndef f(): return '1'",
    "method": "class Setup:\n    def run(self): html5['method;'] = '1'\nSetup().run()",
    "subclassed": "class Rule:\n    def __init_subclass__(cls): html5[cls.name] = cls.value\nclass A(Rule):\n    name, value = 'subclassed;', '1'",
    "helper": "import lib.filling",
}
OWN = """
REG = collections.defaultdict(dict)
NESTED = {{"a": {{}}}}
ORDERED = collections.OrderedDict()
def reg(f):
    REG[f.__name__] = f
    ORDERED.update(f=f)
    return f
@reg
def f(): return {value}
REG["g"] = f
NESTED["a"]["b"] = {value}
"""


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    files = {f"workflows/{name}.py": HEAD + text + TAIL.format(name=name) for name, text in FILLED.items()}
    helper = "from html.entities import html5\nhtml5['helper;'] = '1'\n"
    return Driver(tmp_path, files | {"lib/__init__.py": "", "lib/filling.py": helper})


def test_what_an_import_puts_into_a_container_of_a_library_is_followed(driver: Driver) -> None:
    asked = {name: f"&{name};" for name in FILLED}
    with driver.bench:
        assert {name: driver.done(name, mode="replay", x=x) for name, x in asked.items()} == dict.fromkeys(
            FILLED, "1"
        )
        for name in FILLED:
            driver.edit("lib/filling.py" if name == "helper" else f"workflows/{name}.py", "'1'", "'2'")
            assert driver.done(name, mode="replay", x=asked[name]) == "2", name
        driver.write("workflows/own.py", HEAD + OWN.format(value=1) + TAIL.format(name="own"))
        asked["own"] = "y"
        for name, x in asked.items():
            driver.done(name, mode="replay", x=x)
        driver.write("workflows/own.py", HEAD + OWN.format(value=2) + TAIL.format(name="own"))
        again = {name: driver.run(name, mode="replay", x=x).executed for name, x in asked.items()}
        assert again == dict.fromkeys(asked, 0)
