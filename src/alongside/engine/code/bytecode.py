# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is walked here are live objects of any type.
"""One code object: its normal form, and the names it reaches for.

The normal form is taken from the instructions, so it is the code as loaded: comments, docstrings,
positions and annotations of locals leave no trace in it, and a function that was patched or built at run
time has one too. Decision 0001 says why this and not the source's AST.
"""

import dis
import re
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from alongside.core.digest import digest_parts

__all__ = ["Reference", "attributes", "normal_form", "references"]

_DUNDER = re.compile(r"__\w+__")
_SKIPPED = {"CACHE", "NOP", "RESUME", "EXTENDED_ARG"}
_UNTOLD = {"__doc__", "__firstlineno__"}
_ATTRIBUTE = {"LOAD_ATTR", "LOAD_METHOD"}
_STORES = {"STORE_ATTR", "DELETE_ATTR"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that code reaches for, followed by the attributes read from it.

    `how` is `write` where the code rebinds a global, `store` where it sets or deletes the last attribute of the chain,
    `import` where it only gives an import a name.
    """

    scope: Literal["global", "closure", "import"]
    name: str
    chain: tuple[str, ...] = ()
    how: Literal["read", "write", "store", "import"] = "read"


def normal_form(code: types.CodeType) -> str:
    """Return the digest of what the code does."""
    instructions = [i for i in dis.get_instructions(code) if i.opname not in _SKIPPED]
    places = {instruction.offset: index for index, instruction in enumerate(instructions)}
    shape = (
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + 2],
        code.co_flags & ~0x4000000,  # CO_HAS_DOCSTRING, from Python 3.13 on
        code.co_freevars,
    )
    lines = [repr(shape)]
    for index, instruction in enumerate(instructions):
        if not _is_untold(instructions, index):
            lines.append(f"{instruction.opname} {_argument(code, instruction, places)}")
    for entry in dis.Bytecode(code).exception_entries:  # type: ignore[attr-defined]
        where = [_place(places, offset) for offset in (entry.start, entry.end, entry.target)]
        lines.append(f"try {where} {entry.depth} {entry.lasti}")
    return digest_parts(*lines)


def references(
    code: types.CodeType, package: str, imported: Mapping[str, Reference] = MappingProxyType({})
) -> Iterator[Reference]:
    """Yield every name outside the code that it, or code nested in it, reads or rebinds.

    `imported` are the imports of the code around it, by the name under which nested code finds them.
    """
    aliases = {name: imported[name] for name in code.co_freevars if name in imported}
    yield from _own_references(code, package, aliases)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from references(constant, package, aliases)


def attributes(code: types.CodeType) -> set[str]:
    """Return every name that the code, or code nested in it, reads as a global or an attribute, also by its text."""
    nested = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    texts = [one for one in _texts(code) if "__" in one]
    return set(code.co_names).union(*(attributes(inner) for inner in nested), *map(_DUNDER.findall, texts))


def _texts(code: types.CodeType) -> list[str]:
    """Return the texts in a function's code, less its docstring, which is the first constant or else that is None."""
    has_doc = code.co_flags & 0x4000000 if sys.version_info >= (3, 13) else code.co_flags & 2
    return [one for one in code.co_consts[1 if has_doc else 0 :] if isinstance(one, str)]


def _is_untold(instructions: Sequence[dis.Instruction], index: int) -> bool:
    """Whether this instruction only stores a nested class's docstring or line number."""
    own = instructions[index]
    after = instructions[index + 1] if index + 1 < len(instructions) else None
    return (own.opname == "STORE_NAME" and own.argval in _UNTOLD) or (
        own.opname == "LOAD_CONST"
        and after is not None
        and after.opname == "STORE_NAME"
        and after.argval in _UNTOLD
    )


def _argument(code: types.CodeType, instruction: dis.Instruction, places: dict[int, int]) -> str:
    if instruction.opcode in dis.hasjrel or instruction.opcode in dis.hasjabs:
        return f"-> {_place(places, instruction.argval)}"
    if instruction.opname == "KW_NAMES":  # until Python 3.12, and `dis` of 3.11 doesn't say which names
        return _constant(code.co_consts[instruction.arg or 0])
    if instruction.opname in {"LOAD_CONST", "RETURN_CONST"}:
        return _constant(instruction.argval)
    if (
        instruction.opcode in dis.hasname
        or instruction.opcode in dis.haslocal
        or instruction.opcode in dis.hasfree
    ):
        return f"{instruction.argval} {instruction.argrepr}"
    return repr(instruction.arg)


def _place(places: dict[int, int], offset: int) -> int:
    """Return the index of the first kept instruction at or after an offset."""
    while offset not in places and offset >= 0:
        offset += 2
        if offset > max(places, default=0):
            return len(places)
    return places[offset]


def _constant(value: Any) -> str:
    if isinstance(value, types.CodeType):
        return normal_form(value)
    if isinstance(value, tuple):
        return f"({', '.join(_constant(item) for item in value)})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(_constant(item) for item in value))}}}"
    return f"{type(value).__name__} {value!r}"


def _own_references(  # noqa: C901  one branch a kind of instruction
    code: types.CodeType, package: str, aliases: dict[str, Reference]
) -> Iterator[Reference]:
    pending: Reference | None = None
    module: Reference | None = None  # what the last IMPORT_NAME gave
    stack: list[Any] = []  # the two constants before an IMPORT_NAME: level, names
    for instruction in dis.get_instructions(code):
        name = instruction.opname
        if name in _SKIPPED or name == "PUSH_NULL":
            continue
        if name in _ATTRIBUTE and pending is not None:
            pending = Reference(pending.scope, pending.name, (*pending.chain, instruction.argval))
            continue
        if pending is not None:
            if name in _STORES:
                yield replace(pending, chain=(*pending.chain, instruction.argval), how="store")
            yield pending
            pending = None
        if name == "IMPORT_NAME":
            module = _imported(instruction.argval, stack, package)
            yield Reference(module.scope, module.name, ("__name__",))
        elif name == "IMPORT_FROM" and module is not None:
            stack = []  # more names of the same import may follow
            source = Reference("import", module.name, (*module.chain, instruction.argval))
            yield replace(source, how="import")
            aliases["\0from"] = source
        elif name.startswith("STORE_"):
            yield from _stored(instruction, aliases, module)
            module = module if stack == [] else None
            if name == "STORE_FAST_LOAD_FAST":  # Python 3.13 stores one local and loads another at once
                pending = aliases.get(instruction.argval[1])
        elif name == "POP_TOP":
            module = None
        else:
            yield from _loads_before_last(instruction, aliases)
            pending = _load(instruction, code, aliases)
        stack = (
            [*stack[-1:], instruction.argval]
            if name.startswith("LOAD_CONST") or name == "LOAD_SMALL_INT"
            else stack
        )
    if pending is not None:
        yield pending


def _imported(target: str, stack: Sequence[Any], package: str) -> Reference:
    level, names = (stack[-2], stack[-1]) if len(stack) >= 2 else (0, None)  # noqa: PLR2004
    full = target
    if isinstance(level, int) and level:
        root = package.rsplit(".", level - 1)[0] if level > 1 else package
        full = f"{root}.{target}" if target else root
    return Reference("import", full if names else full.split(".", maxsplit=1)[0])


def _stored(
    instruction: dis.Instruction, aliases: dict[str, Reference], module: Reference | None
) -> Iterator[Reference]:
    """Remember which local name an import was stored under; report a rebound global."""
    if instruction.opname == "STORE_GLOBAL":
        yield Reference("global", instruction.argval, how="write")
    if instruction.opname == "STORE_DEREF":
        yield Reference("closure", instruction.argval, how="write")
    source = aliases.pop("\0from", None) or module
    names = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
    if instruction.opname == "STORE_FAST_LOAD_FAST":
        names = names[:1]
    for name in names:
        if source is not None and isinstance(name, str):
            aliases[name] = source
            source = None


def _loads_before_last(instruction: dis.Instruction, aliases: dict[str, Reference]) -> Iterator[Reference]:
    """Python 3.13 loads two locals at once: the first of them can't be followed by an attribute."""
    if instruction.opname.startswith("LOAD_FAST") and isinstance(instruction.argval, tuple):
        pair: tuple[str, ...] = instruction.argval
        yield from (aliases[name] for name in pair[:-1] if name in aliases)


def _load(
    instruction: dis.Instruction, code: types.CodeType, aliases: dict[str, Reference]
) -> Reference | None:
    name = instruction.opname
    argument = (
        instruction.argval[-1]
        if isinstance(instruction.argval, tuple) and name.startswith("LOAD_FAST")
        else instruction.argval
    )
    if not isinstance(argument, str) or _hands_over(name, argument, code):
        return None
    if argument in aliases and name.startswith("LOAD_"):
        return aliases[argument]
    if name in {"LOAD_GLOBAL", "LOAD_NAME"}:
        return Reference("global", argument)
    if name.startswith("LOAD_") and argument in code.co_freevars and _is_deref(name):
        return Reference("closure", argument)
    return None


def _hands_over(name: str, argument: str, code: types.CodeType) -> bool:
    """Whether a cell is handed to nested code, which is asked itself what it reads."""
    return name == "LOAD_CLOSURE" or (name.startswith("LOAD_FAST") and argument in code.co_cellvars)


def _is_deref(name: str) -> bool:
    return "DEREF" in name or name == "LOAD_FAST"
