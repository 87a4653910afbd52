"""What people call things: a version by the number of its first release, a run by what it was asked about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from alongside.core.digest import short
from alongside.core.run import Run
from alongside.store import versions
from alongside.views.inputs import Load
from alongside.workbench import Workbench
from alongside.workbench.titles import label_of, place_label, title_of

__all__ = ["Named", "draft_of", "file_of", "label_of", "place_label", "run_title", "version_names"]


@dataclass(frozen=True, slots=True)
class Named:
    """Names of versions: `v3` for the third that went live; one that never did goes by the start of its id."""

    released: Mapping[str, str]
    live: str
    previous: str

    def of(self, version: str) -> str:
        """Return the version's name."""
        return self.released.get(version) or short(version)

    def find(self, name: str) -> str:
        """Return the id of a version by its name (`live` is one, once something is), or the text as it is."""
        if name == "live":
            return self.live or name
        return next((version for version, known in self.released.items() if known == name), name)


def version_names(bench: Workbench) -> Named:
    """Return the names of all versions that were ever live."""
    pointer = versions.pointer(bench.database)
    moved = sorted(versions.releases(bench.database), key=lambda release: release.at)
    order = dict.fromkeys(release.version for release in moved)
    released = {version: f"v{number}" for number, version in enumerate(order, 1)}
    return Named(released, pointer.live, pointer.previous)


def draft_of(bench: Workbench, names: Named) -> str:
    """Return the version of the working tree where it was never live: what somebody is working on; else empty."""
    tree = bench.working_tree().id
    return "" if tree in names.released else tree


def file_of(run: Run, load: Load) -> dict[str, Any]:
    """Return the first input that is a file, as `{"file": name, "media_type", "source"}`; empty where there is none."""
    for kept in run.inputs.values():
        value = load(kept)
        if isinstance(value, dict) and {"file", "source"} <= set(cast("dict[str, Any]", value)):
            return cast("dict[str, Any]", value)
    return {}


def run_title(run: Run, load: Load) -> str:
    """Return a run's name in the user's words: its file without the suffix, else what was asked, else its id."""
    name = file_of(run, load).get("file", "")
    if name:
        return str(name).rpartition(".")[0] or str(name)
    return title_of({name: load(kept) for name, kept in run.inputs.items()}) or run.id
