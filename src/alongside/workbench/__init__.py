"""Opens an engagement: the only place that chooses and wires adapters."""

from alongside.workbench.loop import Workbench, open_engagement
from alongside.workbench.workers import new_id, worker

__all__ = ["Workbench", "new_id", "open_engagement", "worker"]
