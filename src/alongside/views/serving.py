"""Where requests are answered."""

from collections.abc import Mapping
from typing import Any

from alongside.views.figures import short_id
from alongside.views.parts import Facts, View

__all__ = ["serving_view"]


def serving_view(told: Mapping[str, Any]) -> View:
    """Show what `web.serving` announces."""
    live = short_id(told["live"]) if told["live"] else "nothing yet: `alongside ship` makes a version live"
    facts = (
        ("serving", f"{told['customer']} at {told['url']}"),
        ("live", live),
        ("browser", f"{told['open']} (opens once, for 5 minutes)"),
        ("token", told["token"]),
    )
    return View(dict(told), [Facts(facts)])
