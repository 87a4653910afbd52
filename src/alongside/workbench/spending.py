"""What the orders of a replay may cost, asked of the version that is to run them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case
from alongside.core.release import Version

if TYPE_CHECKING:
    from alongside.engine.order import Order
    from alongside.workbench.opened import Opened

__all__ = ["ahead", "ask_standing"]


def ahead(
    bench: "Opened", version: Version, orders: "Sequence[tuple[Case, Order]]"
) -> dict[tuple[str, int], int | None]:
    """Return what each order may cost at most on a version, by (case id, draw): see `engine.forecast.ahead`."""
    from alongside.engine.forecast import ahead as costs

    asked = [(case, order.draw, order.refresh) for case, order in orders]
    return costs(
        bench.database, asked, salt=bench.salt, ask=lambda question: ask_standing(bench, version, question)
    )


def ask_standing(bench: "Opened", version: Version, question: dict[str, Any]) -> Mapping[str, Any]:
    """Return how steps, classes and reads stand in a version: see `engine.standing`."""
    return bench.runners.call(version, "standing", {"question": question})
