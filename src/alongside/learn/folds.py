"""Which fold a group belongs to: by hash, so that it never moves when other documents come."""

from alongside.core.digest import digest

__all__ = ["fold_of"]


def fold_of(group: str, folds: int) -> int:
    """Return the fold, 0 to `folds` - 1, of a group of documents."""
    return int(digest(group.encode("utf-8", "surrogatepass"))[:12], 16) % folds
