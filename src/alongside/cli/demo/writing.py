"""The files that the demo writes into its engagement: a workflow and an `alongside.toml`, as a person would."""

from collections.abc import Mapping, Sequence

from alongside.store.toml_literal import toml_literal

__all__ = ["TIDY", "definition_of_done", "workflow"]

TIDY = '''\
@step
def tidy(draft: {shape}) -> {shape}:
    """What this customer knows better than any model, in plain Python. Nothing yet."""
    return draft
'''
"""The step that the code edits replace."""

_WORKFLOW = '''\
"""Reads what a {noun} says. A change here is proven on every case before anybody meets it."""

{imports}

@dataclass(frozen=True)
class {shape}:
    """What is wanted of a {noun}. A Value says what was read, where it stands and how sure that is."""

{fields}


# Reads with no corrections at all, as well as it can; `alongside learn` teaches it what people corrected.
extract = learned("{workflow}-fields", {shape})


{tidy}

@workflow
def {workflow}(file: File) -> {shape}:
    """Read a {noun}."""
    return tidy(extract(parse(file)))
'''

_DONE = """\
# One customer, one folder. This file says who, under which limits, and when the work is done.
customer = {customer}

# One document in five never teaches: it only measures. Which ones, the documents' hashes decide.
held_out = 0.2

[data_classes]
documents = "internal"
{limits}
[[people]]
name = "Dana"
role = "expert"         # pays the bills, and says what is wrong

[[people]]
name = "Kim"
role = "engineer"       # changes the workflow, and ships it

{note}{promises}"""

_PROMISE = """
[[done]]
name = {name}
measure = {measure}
at_least = {goal}
owner = "Dana"
"""


def workflow(
    name: str, shape: str, types: Mapping[str, str], *, tidy: str = TIDY, needs_rules: bool = False
) -> str:
    """Return `workflows/NAME.py`: a dataclass of the fields, an extractor that learns, a step to edit.

    `types` says for each field "str", "date" or "Decimal"; `needs_rules`: `tidy` uses `re`, `replace` and `param`.
    """
    fields = "\n".join(f"    {field}: Value[{kind}]" for field, kind in types.items())
    return _WORKFLOW.format(
        noun=name,
        workflow=name,
        shape=shape,
        fields=fields,
        tidy=tidy.format(shape=shape),
        imports=_imports(set(types.values()), needs_rules=needs_rules),
    )


def definition_of_done(
    customer: str, promises: Sequence[tuple[str, str, float]], *, note: str, limits: str
) -> str:
    """Return `alongside.toml`; promises are (name, measure, the least share).

    `note` says why they are such; `limits` is the table of limits, or empty.
    """
    told = "".join(
        _PROMISE.format(name=toml_literal(name), measure=toml_literal(measure), goal=f"{goal:.2f}")
        for name, measure, goal in promises
    )
    comment = "".join(f"# {line}\n" for line in note.splitlines())
    return _DONE.format(customer=toml_literal(customer), note=comment, promises=told, limits=limits)


def _imports(kinds: set[str], *, needs_rules: bool) -> str:
    """Return the import lines, sorted as ruff sorts them."""
    lines = ["from dataclasses import dataclass"]
    lines += ["from datetime import date"] * ("date" in kinds)
    lines += ["from decimal import Decimal"] * ("Decimal" in kinds)
    if needs_rules:
        lines = ["import re", "from dataclasses import dataclass, replace", *lines[1:]]
    ours = ["File", "Value", "learned", *(["param"] if needs_rules else []), "parse", "step", "workflow"]
    return "\n".join([*lines, "", f"from alongside import {', '.join(ours)}", ""])
