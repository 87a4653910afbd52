"""`alongside doctor`."""

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen
from alongside.core.errors import AlongsideError

__all__ = ["command"]


@click.command(short_help="Check the installation and the engagement.")
@framed
def command(screen: Screen) -> int:
    """Check Python, the parser, OCR data and extras; in an engagement also its store, versions, runs, effects, cases
    and steps. Each finding says how to mend it.

    \b
    alongside doctor
    alongside doctor --json

    Exit code 1 where something is wrong. With --json: {"well", "findings": [{"what", "status": "fine" | "note" |
    "wrong", "told", "fix"}]}.
    """  # noqa: D205  one sentence
    from alongside.views.health import health_view
    from alongside.workbench.health import Finding, examine_engagement, examine_installation

    findings = examine_installation()
    try:
        with screen.open() as bench:
            findings += examine_engagement(bench)
    except AlongsideError as error:
        is_elsewhere = error.code == "no-engagement" and screen.engagement is None
        status = "note" if is_elsewhere else "wrong"
        findings.append(Finding("engagement", status, error.message, error.fix))
    well = not any(one.status == "wrong" for one in findings)
    following = "alongside replay" if well else "alongside doctor"
    screen.show(health_view(findings), following=following)
    return 0 if well else 1
