"""The versions of the built-in steps: raise one and what that step answered before is made again."""

from typing import Final

__all__ = ["CHAT", "LEARNED", "PROMPTED", "built_in_versions"]

CHAT: Final = "1"
LEARNED: Final = "3"
PROMPTED: Final = "3"


def built_in_versions() -> str:
    """Return the versions of the built-in steps, `parse` aside, whose version its parser knows."""
    return f"chat/{CHAT} learned/{LEARNED} prompted/{PROMPTED}"
