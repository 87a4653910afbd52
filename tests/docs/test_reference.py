"""The pages that are looked up leave nothing out: errors, checks, names of the package."""

import alongside
from alongside.evals.checks import CHECKS
from docs import errors_page

REFERENCE = errors_page.PAGE.parent


def test_every_error_is_on_its_page() -> None:
    assert errors_page.PAGE.read_text(encoding="utf-8") == errors_page.page(), (
        "run python tests/docs/errors_page.py"
    )


def test_every_check_is_on_its_page() -> None:
    text = (REFERENCE / "checks.md").read_text(encoding="utf-8")
    assert not [name for name in CHECKS if f"| `{name}` |" not in text]


def test_every_name_of_the_package_is_on_its_page() -> None:
    text = (REFERENCE / "python.md").read_text(encoding="utf-8")
    assert not [name for name in alongside.__all__ if f"`{name}" not in text]


def test_every_page_is_reached_from_its_index() -> None:
    for index in REFERENCE.parent.glob("*/index.md"):
        text = index.read_text(encoding="utf-8")
        assert not [
            page.name for page in index.parent.glob("*.md") if page != index and f"]({page.name})" not in text
        ]
