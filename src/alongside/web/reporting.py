"""The report as one file that stands alone: no script, no request, its pictures and its style sheet inside."""

import json
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alongside.views.report_markdown import report_markdown
from alongside.views.screens.report import report_screen
from alongside.web.rendering import asset_path, render
from alongside.web.roles import needs
from alongside.workbench import Workbench

__all__ = ["report_file", "report_routes"]

_SHEETS = ("workbench.css", "screens.css")


def report_routes(bench: Workbench) -> list[Route]:
    """Return the routes of the report's files; the page itself is a screen."""
    return [
        Route("/report.html", needs("viewer", partial(_file, bench, "html"))),
        Route("/report.md", needs("viewer", partial(_file, bench, "md"))),
    ]


def report_file(bench: Workbench, kind: str) -> str:
    """Return the report as text, of the kind `html`, `md` or `json`."""
    page = report_screen(bench)
    if kind == "md":
        return report_markdown(page.body)
    if kind == "json":
        return f"{json.dumps(page.to_json(), indent=2)}\n"
    paths = [path for name in _SHEETS if (path := asset_path(name))]
    sheet = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return render("report.html", {"page": page, "b": page.body, "sheet": sheet})


async def _file(bench: Workbench, kind: str, _: Request) -> Response:
    text = await run_in_threadpool(report_file, bench, kind)
    media = {"html": "text/html", "md": "text/markdown"}[kind]
    headers = {"Content-Disposition": f'attachment; filename="report.{kind}"'}
    return Response(text, media_type=media, headers=headers)
