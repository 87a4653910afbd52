"""What to do about a step, or a workflow's body, that did what a pure one mustn't, or whose outcome nobody knows."""

__all__ = ["TEMPORARY", "UNKNOWN_EFFECT", "declared"]

TEMPORARY = " among the temporary files"
"""What is said of a change there: nobody else sees it, and a reading may make it again."""

UNKNOWN_EFFECT = (
    "look in the system that it calls whether it happened, then run the workflow anew, or leave it: going on with the "
    "run stops here again"
)
"""What to do about a call that was made when its run stopped, so that nobody knows its outcome."""

_CHANGING = ("writes", "removes", "renames", "makes", "truncates", "changes", "signals", "sends", "binds")
_EITHER = ("connects", "starts")
_READ, _EXTERNAL = '`@step(effect="read")`', '`@step(effect="external")`'


def declared(what: str) -> str:
    """Return how a step that does this is declared; what changes the world must not be done again for a reading."""
    words = what.removeprefix("it ").split(" ")
    if what.endswith(TEMPORARY):
        return f"{_READ} where all it changes are temporary files of its own, else {_EXTERNAL}"
    if words[0] in _CHANGING:
        return _EXTERNAL
    return f"{_READ}, or {_EXTERNAL} where it changes something" if words[0] in _EITHER else _READ
