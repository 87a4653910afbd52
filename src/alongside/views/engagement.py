"""The engagement's folder and what it declares."""

from alongside.core.engagement import Engagement
from alongside.views.parts import Facts, View

__all__ = ["made_view"]

_FOLDERS = (
    ("alongside.toml", "limits, models, people, and the written definition of done"),
    ("workflows/", "ordinary Python with steps; receipt.py runs as it is"),
    ("prompts/", "one Markdown file a prompt"),
    ("cases/", "what must hold, one file a case"),
    ("models/", "what was learned from corrections"),
    ("documents/", "the customer's files; git ignores them until their data class allows it"),
)


def made_view(engagement: Engagement) -> View:
    """Show a new engagement."""
    data = {"customer": engagement.customer, "folder": str(engagement.root)}
    return View(data, [f"made {engagement.root} for {engagement.customer}", Facts(_FOLDERS)])
