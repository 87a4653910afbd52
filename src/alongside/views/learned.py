"""What was learned, from how much."""

from alongside.core.counting import counted
from alongside.evals.learning import Learned
from alongside.views.figures import short_id
from alongside.views.parts import Part, Table, View

__all__ = ["learned_view"]


def learned_view(learned: Learned) -> View:
    """Show the models that were learned, and what had nothing to learn."""
    models = learned.models
    rows = tuple(
        (
            one.name,
            counted(len(one.corrections), "correction"),
            short_id(one.weights),
            "as before" if one.kept else "new",
        )
        for one in models
    )
    data = {
        "models": [
            {
                "name": one.name,
                "file": f"models/{one.name}.json",
                "corrections": len(one.corrections),
                "weights": one.weights,
                "folds": list(one.folds),
                "seed": one.seed,
                "kept": one.kept,
                "left_out": [
                    {"case": left.case, "name": left.name, "field": left.field or None, "why": left.why}
                    for left in one.left_out
                ],
            }
            for one in models
        ],
        "skipped": [{"name": one.name, "why": one.why, "fix": one.fix} for one in learned.skipped],
    }
    parts: list[Part] = [Table(("extractor", "learned from", "weights", ""), rows)]
    left = [(one.name, left) for one in models for left in one.left_out]
    silent = tuple((name, one.name, one.why) for name, one in left if not one.field)
    unread = tuple((name, one.file, one.why) for name, one in left if one.field)
    if silent:
        parts += ["", f"{counted(len(silent), 'train case')} taught nothing"]
        parts.append(Table(("extractor", "case", "why"), silent))
    if unread:
        parts += ["", f"{counted(len(unread), 'value')} can't be read, and taught nothing"]
        parts.append(Table(("extractor", "file", "why"), unread))
    for one in learned.skipped:
        parts += ["", f"{one.name} learned nothing: {one.why}", f"  fix: {one.fix}"]
    return View(data, parts)
