"""Acts as forms: a POST says what, and answers with the way back (303), so that everything works without a script."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse

__all__ = ["back_to", "form_of", "local", "query_of"]

_MOST_FIELDS = 20_000
"""A form has several fields for each value that it shows; the size of what is sent is limited before (`web.guard`)."""


async def form_of(request: Request) -> dict[str, str]:
    """Return a form's texts by name; files are refused."""
    async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def back_to(address: str, **more: str) -> RedirectResponse:
    """Return the way back to an address of ours (any other leads home), with `more` in its query; empty ones are left out."""
    address = local(address)
    query = urlencode(query_of(address) | {name: text for name, text in more.items() if text})
    path = urlsplit(address).path
    return RedirectResponse(f"{path}?{query}" if query else path, status_code=303)


def local(address: str, *, default: str = "/") -> str:
    """Return an address where it is one of ours, else the default."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return default
    own = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return address if own and not parts.path.startswith("//") else default


def query_of(address: str) -> dict[str, str]:
    """Return the query of an address."""
    return dict(parse_qsl(urlsplit(address).query))
