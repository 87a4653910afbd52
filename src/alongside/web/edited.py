"""What an edit in a browser leads to: saved; both texts, where two people changed the same; or the form again, as it was typed."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alongside.core.errors import AlongsideError, PolicyError
from alongside.views.screens.page import Problem, Typed
from alongside.views.screens.text_diff import side_by_side
from alongside.web.forms import local
from alongside.web.refusals import refuse, status_of, wants_page
from alongside.web.rendering import render
from alongside.web.roles import whose_drafts
from alongside.web.screens import draw_again
from alongside.workbench import Workbench
from alongside.workbench.editing import ChangedMeanwhileError, Clash, RefusedFieldsError, Saved
from alongside.workbench.merging import as_posted
from alongside.workbench.stating import ABSENT, field_text

__all__ = ["before_of", "both_shown", "given", "page_at", "saved", "typed_again"]


def given(said: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the form's fields below a prefix (`p:`), by what follows it."""
    return {name.removeprefix(prefix): text for name, text in said.items() if name.startswith(prefix)}


def before_of(said: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """Return what was seen in each field, from JSON beside it (`s:p:NAME`); an empty text: the field wasn't there."""
    before: dict[str, Any] = {}
    for name, text in given(said, f"s:{prefix}").items():
        try:
            before[name] = json.loads(text) if text else ABSENT
        except ValueError:
            continue  # not of a form of ours: nobody knows what was seen
    return before


def saved(
    bench: Workbench,
    request: Request,
    said: Mapping[str, str],
    save: Callable[[], Saved],
    *,
    prefix: str = "",
) -> Response | Saved:
    """Save, and return how that went; else the page to answer with. `prefix` is that of the form's fields."""
    try:
        return save()
    except PolicyError:
        raise
    except ChangedMeanwhileError as conflict:
        return both_shown(request, said, conflict, prefix=prefix)
    except AlongsideError as error:
        if not wants_page(request.headers):
            raise
        shown = {"": _problem(error)}
        if isinstance(error, RefusedFieldsError):
            shown = {f"{prefix}{name}": _problem(one) for name, one in error.fields.items()}
        return typed_again(bench, request, said, error, shown)


def both_shown(
    request: Request, said: Mapping[str, str], conflict: ChangedMeanwhileError, *, prefix: str = ""
) -> Response:
    """Answer where two people changed the same: with what is now and what is theirs, to choose or to put together."""
    if not wants_page(request.headers):
        return refuse(conflict, now=conflict.now.text, yours=conflict.yours, seen=conflict.now.seen)
    return _page(request, said, render("conflict.html", _conflict(request, said, conflict, prefix)), conflict)


def typed_again(
    bench: Workbench,
    request: Request,
    said: Mapping[str, str],
    error: AlongsideError,
    problems: Mapping[str, Problem] | None = None,
    *,
    name: str = "expected",
) -> Response:
    """Answer a form that was refused with itself, as it was typed; `problems` by field (without: the error, of `name`)."""
    shown = problems or {name: _problem(error)}
    return _page(request, said, draw_again(bench, request, _here(said), Typed(said, shown)), error)


def _page(request: Request, said: Mapping[str, str], page: str, error: AlongsideError) -> Response:
    return page_at(request, _here(said), page, error)


def page_at(request: Request, address: str, page: str, error: AlongsideError) -> Response:
    """Answer a form that was refused with a page under an address of its own: there, a reload finds what was typed."""
    headers = {"HX-Push-Url": address} if request.headers.get("hx-request") == "true" else None
    return HTMLResponse(page, status_of(error.code, error.exit_code), headers)


def _conflict(
    request: Request, said: Mapping[str, str], conflict: ChangedMeanwhileError, prefix: str
) -> dict[str, Any]:
    """Return what the page of a conflict shows: the fields, or the text, with what is now and what is yours."""
    names = {f"{prefix}{one.field}" for one in conflict.clashes} or {"text"}
    seen = {f"s:{prefix}{one.field}": _json(one.now) for one in conflict.clashes} or {
        "s:text": json.dumps(conflict.now.text)
    }
    kept = {name: text for name, text in said.items() if name not in names and name not in seen}
    if kept.get("act") == "revert":
        kept["act"] = "save"
    added = kept.get("field", "")
    if f"{prefix}{added}" in names:
        kept |= {"field": "", "value": "", "how": ""}
    if "expected" in names:  # of a run: what is chosen counts, and no more how it was said before
        kept = {name: text for name, text in kept.items() if name not in {"given", "absent", "pick"}}
        if conflict.clashes[0].yours is None:
            kept["absent"] = "1"
    left, right = side_by_side(conflict.now.text, conflict.yours) if not conflict.clashes else ((), ())
    return {
        "path": conflict.now.path,
        "beside": _beside(said, names, prefix),
        "clashes": [_clash(one, prefix, conflict.now.path) for one in conflict.clashes],
        "left": left,
        "right": right,
        "yours": conflict.yours,
        "action": request.url.path,
        "here": _here(said),
        "draft": said.get("draft", ""),
        "who": whose_drafts(request.scope),
        "fields": kept | seen | {"seen": conflict.now.seen, "clash": json.dumps(sorted(names))},
    }


def _beside(said: Mapping[str, str], names: set[str], prefix: str) -> list[str]:
    """Return the fields that this person changed and nobody else."""
    if not prefix:
        return []
    before = before_of(said, prefix)
    return [
        name
        for name, text in given(said, prefix).items()
        if f"{prefix}{name}" not in names
        and name in before
        and as_posted(text) != as_posted(field_text(before[name]))
    ]


def _clash(one: Clash, prefix: str, path: str) -> dict[str, Any]:
    now, yours = _text(one.now), _text(one.yours)
    name = "reason" if one.field == "retired" and not prefix else f"{prefix}{one.field}"
    return {
        "field": path if one.field == "expected" and not prefix else one.field or "answer",
        "name": name,
        "now": now,
        "now_is": _is(one.now),
        "yours": yours,
        "yours_is": _is(one.yours),
        "long": any("\n" in text or len(text) > 60 for text in (now, yours)),  # noqa: PLR2004
    }


def _text(value: Any) -> str:
    """Return a value as text; of a list each item in a line of its own, so that both can be held side by side."""
    if not isinstance(value, list) or not value:
        return field_text(value)
    return (
        "[\n"
        + ",\n".join(f" {json.dumps(item, ensure_ascii=False)}" for item in cast("list[Any]", value))
        + "\n]"
    )


def _is(value: Any) -> str:
    return "not judged" if value is ABSENT else "nothing is there" if value is None else ""


def _json(value: Any) -> str:
    return "" if value is ABSENT else json.dumps(value, default=str)


def _problem(error: AlongsideError) -> Problem:
    return Problem(error.code, error.message, error.fix, error.place)


def _here(said: Mapping[str, str]) -> str:
    return local(said.get("here", "/fix"), default="/fix")
