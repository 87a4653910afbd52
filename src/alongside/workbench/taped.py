"""Whether the steps that a replay is told to treat otherwise are there, and have a tape that can be taken."""

from collections.abc import Iterable, Mapping
from typing import Any

from alongside.core.errors import UsageError
from alongside.core.nearest import nearest

__all__ = ["check_named"]


def check_named(
    named: Iterable[str], *, option: str, offers: Mapping[str, Any], taped: Mapping[str, set[str]]
) -> None:
    """Raise UsageError `no-such-step` or `not-external` for a step that the option does nothing for.

    `offers` is what the version's workflows have, `taped` the effects of the steps that are on some tape.
    """
    effects = {name: set(found) for name, found in taped.items()}
    for workflow in offers.values():
        for name, step in workflow["steps"].items():
            effects.setdefault(name.rpartition(".")[2], set()).add(step["effect"])
    external = sorted(name for name, found in effects.items() if "external" in found)
    for name in named:
        if name not in effects:
            best = nearest(name, external)
            fix = f"name {best}" if best else "leave it out: no step here has effect external"
            raise UsageError("no-such-step", f"{option} {name}: no step is called that", fix=fix)
        if name not in external:
            kind = " or ".join(sorted(effects[name]))
            fix = "use --refresh, which reads anew" if "read" in effects[name] else "leave it out"
            raise UsageError(
                "not-external",
                f"{option} {name}: it is a {kind} step, and only an external one's tape is taken",
                fix=fix,
            )
