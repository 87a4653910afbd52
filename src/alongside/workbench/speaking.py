"""Who speaks, and whose word may be taken back by whom."""

from alongside.core.engagement import Person, ranks
from alongside.core.errors import PolicyError
from alongside.core.feedback import Feedback
from alongside.workbench.opened import Opened

__all__ = ["check_own", "who_says"]


def check_own(word: Feedback, by: Person) -> None:
    """Raise PolicyError `not-your-word` unless it is theirs, or they are an engineer or above."""
    if word.by != by.name and not ranks(by.role, "engineer"):
        raise PolicyError(
            "not-your-word",
            f"{word.by} said that, and {by.name} is a {by.role}",
            fix=f"ask {word.by} or an engineer to take it back, or say what is right beside it",
        )


def who_says(bench: Opened, name: str, *, owner: str) -> Person:
    """Return who a name at this machine's terminal is: one of the people, or the owner, who may do all.

    Any other name is somebody without an account: as one who reviews.
    """
    known = next((one for one in bench.engagement.people if one.name == name), None)
    return known or Person(name, "admin" if name == owner else "reviewer")
