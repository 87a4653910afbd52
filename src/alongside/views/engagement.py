"""The engagement's folder and what it declares."""

from collections.abc import Mapping
from pathlib import Path

from alongside.core.counting import counted
from alongside.core.engagement import Engagement, Promise
from alongside.store.export import Checked
from alongside.store.versions import Pointer
from alongside.views.figures import short_id
from alongside.views.parts import Facts, Part, Table, View

__all__ = ["checked_view", "engagement_view", "made_view", "moved_view"]

_FOLDERS = (
    ("alongside.toml", "limits, models, people, and the written definition of done"),
    ("workflows/", "ordinary Python with steps; receipt.py runs as it is"),
    ("prompts/", "one Markdown file a prompt"),
    ("cases/", "what must hold, one file a case"),
    ("models/", "what was learned from corrections"),
    ("documents/", "the customer's files; git ignores them until their data class allows it"),
)


def made_view(engagement: Engagement, *, in_git: bool) -> View:
    """Show a new engagement, and where git would come from, if it isn't `in_git`."""
    data = {"customer": engagement.customer, "folder": str(engagement.root)}
    parts: list[Part] = [f"made {engagement.root} for {engagement.customer}", Facts(_FOLDERS)]
    return View(
        data,
        parts
        if in_git
        else [*parts, "", "`git init` in it, and git shows every edit: no command makes a repository"],
    )


def engagement_view(engagement: Engagement, counts: Mapping[str, int], pointer: Pointer) -> View:
    """Show what an engagement declares and how much is in it."""
    limits = engagement.limits
    declared = {
        "cost_per_run": limits.cost_per_run,
        "cost_per_replay": limits.cost_per_replay,
        "seconds_per_run": limits.seconds_per_run,
        "regions": None if limits.regions is None else list(limits.regions),
    }
    held = ", ".join(f"{name} {value}" for name, value in declared.items() if value is not None)
    facts = Facts(
        (
            ("customer", engagement.customer),
            ("folder", str(engagement.root)),
            ("live", short_id(pointer.live) if pointer.live else "nothing yet"),
            (
                "data classes",
                ", ".join(f"{name}: {kind}" for name, kind in engagement.data_classes.items()) or "none",
            ),
            ("limits", held or "none declared"),
            ("models", ", ".join(engagement.models) or "none"),
            ("people", ", ".join(f"{one.name} ({one.role})" for one in engagement.people) or "none"),
            ("holds", ", ".join(f"{count} {name}" for name, count in counts.items())),
        )
    )
    done = tuple((one.name, _measure(one), _goal(one), one.owner) for one in engagement.done)
    parts: list[Part] = [facts]
    parts += (
        ["", Table(("done when", "measure", "goal", "owner"), done)]
        if done
        else ["no definition of done yet"]
    )
    data = {
        "customer": engagement.customer,
        "folder": str(engagement.root),
        "live": pointer.live or None,
        "previous": pointer.previous or None,
        "data_classes": dict(engagement.data_classes),
        "held_out": engagement.held_out,
        "limits": declared,
        "models": list(engagement.models),
        "params": dict(engagement.params),
        "people": [{"name": one.name, "role": one.role} for one in engagement.people],
        "done": [
            {
                "name": o.name,
                "measure": o.measure,
                "at_least": o.at_least,
                "at_most": o.at_most,
                "owner": o.owner,
                "workflow": o.workflow,
            }
            for o in engagement.done
        ],
        "counts": dict(counts),
    }
    return View(data, parts)


def moved_view(what: str, tar: Path, folder: Path, manifest: Mapping[str, str], size: int) -> View:
    """Show an export or an import."""
    data = {"file": str(tar), "folder": str(folder), "files": len(manifest), "bytes": size}
    return View(
        data, [f"{what}: {counted(len(manifest), 'file')}, {size / 1e6:.1f} MB, each with its checksum"]
    )


def checked_view(place: Path, checked: Checked) -> View:
    """Show whether a folder or a tar is what was exported."""
    rows = tuple(
        (what, name)
        for what, names in (
            ("changed", checked.changed),
            ("missing", checked.missing),
            ("added", checked.added),
        )
        for name in names
    )
    kept = "" if checked.is_tar else " beside the store, which changes with every run"
    head = f"{place}: {counted(checked.files, 'file')}{kept}: {'all as exported' if checked.whole else 'NOT as exported'}"
    data = {
        "place": str(place),
        "whole": checked.whole,
        "files": checked.files,
        "changed": list(checked.changed),
        "missing": list(checked.missing),
        "added": list(checked.added),
    }
    return View(data, [head, *([Table(("", "file"), rows)] if rows else [])])


def _measure(promise: Promise) -> str:
    return f"{promise.measure} of {promise.workflow}" if promise.workflow else promise.measure


def _goal(promise: Promise) -> str:
    if promise.at_least is not None:
        return f"at least {promise.at_least:g}"
    return f"at most {promise.at_most:g}" if promise.at_most is not None else "signed"
