"""A new engagement's folder: a commented `alongside.toml` and a place for each thing."""

from pathlib import Path

from alongside.core.engagement import Engagement
from alongside.core.errors import UsageError
from alongside.store.atomic_file import write_atomic
from alongside.store.engagement_file import FILE, load_engagement
from alongside.store.toml_literal import toml_literal

__all__ = ["FOLDERS", "keep_gitignore", "write_new"]

FOLDERS = ("workflows", "prompts", "cases", "models", "documents")
"""`documents` may be ignored by git; `.alongside`, the state, always is and is made when it is needed."""

_DOCUMENTS = ("/documents/", "/exports/")  # a report shows snippets of their pages
_IGNORED = ("/.alongside/", "__pycache__/")

_TEMPLATE = """\
# One customer, one folder. Every key here is read, and every limit is enforced.
customer = {customer}

# The share of documents (or vendors) whose cases measure and never teach.
held_out = 0.2

[data_classes]
# public, internal, confidential or personal. Git keeps documents/ and exports/ only where they are public or internal.
documents = "confidential"

[limits]
# What isn't here has no limit. Money in US dollars.
# cost_per_run = 0.05
# cost_per_replay = 2.00
# seconds_per_run = 60
# regions = ["eu", "local"]     # a model elsewhere is refused before any connection

# A model that speaks the OpenAI protocol. The key stays in the environment; prices are dollars a million tokens.
# [models.small]
# base_url = "http://127.0.0.1:8080/v1"
# model = "name-on-the-server"
# api_key_env = "SMALL_API_KEY"
# region = "local"
# input_price = 0.10
# output_price = 0.40

[params]
# What a workflow reads with param("name").

# Who may sign in: viewer looks, reviewer judges and signs, engineer changes and ships what passes the gate, approver
# ships past it, admin says who may do what; any other role reviews.
# [[people]]
# name = "Kim"
# role = "reviewer"

# The definition of done. A share of cases is met once its one-sided 90 % lower bound reaches at_least.
# measure: field:NAME, check:NAME, cases, cost (dollars a run), latency (seconds, 95th percentile) or sign-off.
# [[done]]
# name = "totals are right"
# measure = "field:total"
# workflow = "read"             # without it, the cases of all workflows count together
# at_least = 0.90
# owner = "Kim"
"""


def write_new(root: Path, *, customer: str) -> Engagement:
    """Make the folders, `.gitignore` and `alongside.toml`, and return the engagement.

    Files that are there already stay. Raises UsageError `engagement-exists` where `alongside.toml` is one of them.
    """
    if (root / FILE).exists():
        raise UsageError(
            "engagement-exists",
            f"{root / FILE} is there already",
            fix="work in that folder, or name another one",
        )
    for name in FOLDERS:
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            (folder / ".gitkeep").touch()  # git keeps no empty folder
    keep_gitignore(root, documents=True)
    write_atomic(root / FILE, _TEMPLATE.format(customer=toml_literal(customer)).encode())
    return load_engagement(root)


def keep_gitignore(root: Path, *, documents: bool) -> None:
    """Hold `.gitignore` to the declared data class: the state is ignored, `documents/` and `exports/` where `documents` is true.

    Other lines stay as they are, and a file that is right isn't touched.
    """
    path = root / ".gitignore"
    text = path.read_bytes().decode("utf-8", "surrogateescape") if path.is_file() else ""
    lines = text.splitlines()
    wanted = (*_IGNORED, *_DOCUMENTS) if documents else _IGNORED
    kept = [line for line in lines if documents or line.strip() not in _DOCUMENTS]
    held = [*kept, *(line for line in wanted if line not in kept)]
    if held != lines:
        write_atomic(path, "".join(f"{line}\n" for line in held).encode("utf-8", "surrogateescape"))
