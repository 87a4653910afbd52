"""What somebody has typed and not saved: the version and the cases that saving it would make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case
from alongside.core.digest import digest
from alongside.core.release import Version

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Unsaved", "cases_with", "version_with"]


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Texts by file of the working tree, parameters by name, and what `case` would expect (empty: none is touched)."""

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    case: str = ""
    expected: Mapping[str, Any] = field(default_factory=dict[str, Any])


def version_with(bench: "Workbench", saved: Version, unsaved: Unsaved) -> Version:
    """Return the version that saving would make; nothing is written."""
    from alongside.engine.versions import version_of

    manifest = saved.manifest
    files = {path: digest(text.encode()) for path, text in unsaved.files.items()}
    changed = replace(
        manifest, files={**manifest.files, **files}, params={**manifest.params, **unsaved.params}
    )
    return saved if changed == manifest else version_of(changed, database=bench.database, clock=bench.clock)


def cases_with(cases: Sequence[Case], unsaved: Unsaved) -> list[Case]:
    """Return the cases as saving would leave them."""
    return [replace(one, expected=unsaved.expected) if one.id == unsaved.case else one for one in cases]
