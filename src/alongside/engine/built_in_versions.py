"""The versions of the built-in steps: raise one and what that step answered before is made again.

`RENDER` is of how prompts are filled in, which workflows do themselves: raise it and cases are judged anew.
"""

from typing import Final

__all__ = ["CHAT", "LEARNED", "PROMPTED", "RENDER", "built_in_versions"]

CHAT: Final = "1"
LEARNED: Final = "7"
PROMPTED: Final = "3"
RENDER: Final = "2"


def built_in_versions() -> str:
    """Return the versions of the built-in steps, `parse` aside, whose version its parser knows."""
    return f"chat/{CHAT} learned/{LEARNED} prompted/{PROMPTED} render/{RENDER}"
