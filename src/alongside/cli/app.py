"""The command `alongside`."""

import click

from alongside.cli.group import App

__all__ = ["app", "main"]

COMMANDS = {
    "The loop": {
        "init": "Make an engagement's folder, with a workflow that runs.",
        "run": "Run a workflow on documents or values.",
        "review": "Judge runs: right, wrong, and what it should have said.",
        "learn": "Learn from the corrections of the cases.",
        "replay": "Hold the working tree against every case.",
        "gate": "Hold it against the definition of done.",
        "ship": "Gate it and make it live.",
        "rollback": "Make the previous version live again.",
        "report": "Write the page that says whether it is done.",
        "serve": "Answer requests with the live version.",
    },
    "The records": {
        "case": "What must hold: add, list, show, edit, retire, import, export.",
        "document": "What the parser read, and what it lost.",
        "engagement": "The folder: show, export, import, verify.",
        "release": "Versions: list, show, approve.",
        "runs": "What ran: list, show, diff.",
        "workflow": "What the workflows take, answer and do.",
    },
    "Looking closer": {
        "demo": "Play the whole story on made-up documents.",
        "doctor": "Check the installation and the engagement.",
        "forget": "Drop a kept result that is wrong.",
        "gc": "Free what nothing needs any more.",
        "why": "Say why a step ran again.",
    },
}


@click.group(
    cls=App,
    lazy=COMMANDS,
    package="alongside.cli",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="alongside", message="alongside %(version)s")
def app() -> None:
    """Turn a failure into a case, a proven fix and a release, in one sitting.

    \b
    alongside demo                          see the whole story, no network and no key
    alongside init acme && cd acme          begin an engagement
    alongside run receipt documents/*.jpg   run its workflow
    """


def main() -> None:
    """Enter here from the command line."""
    app()
