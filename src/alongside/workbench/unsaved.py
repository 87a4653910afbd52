"""What somebody has typed and not saved: the version and the cases that saving it would make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case, expecting
from alongside.core.digest import digest
from alongside.core.errors import UsageError
from alongside.core.release import Version
from alongside.workbench.editing import RefusedFieldsError, prompt_files, read_text, text_to_save
from alongside.workbench.recasing import meant_by
from alongside.workbench.standing import find_case
from alongside.workbench.stating import ABSENT, Said, field_text, typed_param

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Unsaved", "cases_with", "unsaved_case", "unsaved_params", "unsaved_prompt", "version_with"]


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Texts by file of the working tree, parameters by name, and what `case` would expect (empty: none is touched)."""

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    case: str = ""
    expected: Mapping[str, Any] = field(default_factory=dict[str, Any])


def unsaved_prompt(bench: "Workbench", path: str, text: str) -> Unsaved:
    """Return what a prompt's text would change; nothing where it is what the file says, or there is no such prompt."""
    if path not in prompt_files(bench):
        return Unsaved()
    text = text_to_save(read_text(bench, path).text, text)
    return Unsaved(files={path: text})


def unsaved_params(bench: "Workbench", given: Mapping[str, str]) -> Unsaved:
    """Return what typed parameters would change. Raises UsageError `bad-parameter`."""
    params = bench.engagement.params
    typed = {
        name: text for name, text in given.items() if name in params and text != field_text(params[name])
    }
    return Unsaved(params={name: typed_param(name, text, params[name]) for name, text in typed.items()})


def unsaved_case(bench: "Workbench", name: str, expect: Mapping[str, Said]) -> Unsaved:
    """Return what a case would expect. Raises RefusedFieldsError for what can't be read."""
    case, _ = find_case(bench, name)
    meant = {**case.expected, **meant_by(case, expect, {})}
    expected = {field: value for field, value in meant.items() if value is not ABSENT}
    try:
        return Unsaved(case=case.id, expected=expecting(case, expected).expected)
    except UsageError as error:
        new = next(place for place in reversed(meant) if meant[place] is not case.expected.get(place))
        raise RefusedFieldsError({new: error}) from error


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
    return [expecting(one, unsaved.expected) if one.id == unsaved.case else one for one in cases]
