"""Whether code may ask for local time, whose rules are the machine's and no argument's.

`time.mktime` and its like say so when they are called. The methods of `datetime` are made in C, and only their names tell.
"""

import re
import sys
from pathlib import Path

from alongside.engine.code.origin import Origins

__all__ = ["ZONED", "names_zone"]

ZONED = frozenset({"astimezone", "fromtimestamp", "get_localzone", "timestamp", "tzlocal"})
"""Names of what tells local time: a step that reaches for one leans on the zone."""
_WORDS = re.compile(
    rf"\b({'|'.join(sorted(ZONED))}|localtime|mktime|ctime|strftime|tzname|altzone|daylight|time\.timezone)\b".encode()
)


def names_zone(origins: Origins) -> bool:
    """Whether any loaded module of the project names one of these, or what else tells local time."""
    files = {
        file
        for name, module in list(sys.modules.items())
        if (file := getattr(module, "__file__", None)) and origins.is_project(name) and file.endswith(".py")
    }
    return any(_WORDS.search(Path(file).read_bytes()) for file in files if Path(file).is_file())
