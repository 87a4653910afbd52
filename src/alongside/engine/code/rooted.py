"""Places in a version's own tree, told as from its root: each version's tree stands somewhere else.

`Path(__file__).parent` is no other value after an edit of a comment, though the tree of the version that it is in is
another folder then.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

__all__ = ["Rooted"]

_KEPT = rb"\/in the engagement"
"""JSON's writer never escapes a slash, so no value can be mistaken for it; its reader gives readable text."""
_SHOWN = "/in the engagement"


class Rooted:
    """Takes a tree's place out of texts, and out of encoded values, where it can be put back."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        places = sorted({self.root, os.path.realpath(root)}, key=len, reverse=True)
        self._texts = [place for place in places if len(place) > 1]
        self._written = [json.dumps(place)[1:-1].encode() for place in self._texts]
        self._here = json.dumps(self.root)[1:-1].encode()

    def told(self, text: str) -> str:
        """Return a text for people or for a digest."""
        for place in self._texts:
            if place in text:
                text = text.replace(place, _SHOWN)
        return text

    def kept(self, data: bytes) -> bytes:
        """Return an encoded value as it is kept."""
        for place in self._written:
            if place in data:
                data = data.replace(place, _KEPT)
        return data

    def here(self, data: bytes) -> bytes:
        """Return an encoded value as it was kept, in this tree."""
        return data.replace(_KEPT, self._here) if _KEPT in data else data

    def placed(self, tree: Any) -> Any:
        """Return JSON that people have seen, a case's inputs and expectations, in this tree."""
        if isinstance(tree, str):
            return tree.replace(_SHOWN, self.root) if _SHOWN in tree else tree
        if isinstance(tree, Mapping):
            return {key: self.placed(one) for key, one in cast("Mapping[str, Any]", tree).items()}
        if isinstance(tree, list | tuple):
            return [self.placed(one) for one in cast("Sequence[Any]", tree)]
        return tree
