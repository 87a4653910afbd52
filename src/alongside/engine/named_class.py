"""A class of a version by the name under which values are kept."""

import importlib
from typing import Any

from alongside.core.errors import DataError

__all__ = ["find_class"]


def find_class(name: str) -> Any:
    """Return the class that `module:qualname` names. Raises DataError `missing-class`."""
    module, _, qualname = name.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in qualname.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise DataError(
            "missing-class",
            f"{name} is not in this version",
            fix="bring the class back, or run the step anew",
        ) from error
    return found
