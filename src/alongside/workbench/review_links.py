"""Links for people without an account: a few questions, each about one field of one run, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from alongside.core.errors import UsageError
from alongside.store import feedback, links
from alongside.store.links import Link, Question
from alongside.workbench.people import HOUR, new_secret
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    from alongside.core.feedback import Feedback
    from alongside.workbench.loop import Workbench

__all__ = ["Asking", "asking", "make", "revoke", "said", "standing", "take_back"]


@dataclass(frozen=True, slots=True)
class Asking:
    """A link and what it asks; `next` is the first question without an answer (None: all are answered)."""

    link: Link
    questions: tuple[Question, ...]

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return sum(bool(one.word) for one in self.questions)

    @property
    def next(self) -> Question | None:
        """The first question without an answer."""
        return next((one for one in self.questions if not one.word), None)

    def at(self, place: int) -> Question:
        """Return a question by its place. Raises UsageError `no-such-question`."""
        found = next((one for one in self.questions if one.place == place), None)
        if found is None:
            raise UsageError(
                "no-such-question", f"this link asks no question {place}", fix="go back to the first"
            )
        return found


def make(
    bench: "Workbench", asked: Sequence[tuple[str, str]], *, person: str, by: str, hours: float
) -> tuple[str, Link]:
    """Return the secret of a link that asks `person` these questions (run, field), and the link.

    Raises UsageError `nothing-to-ask`, `no-name`.
    """
    if not person.strip():
        raise UsageError("no-name", "a review link is for somebody", fix="say whom it is for")
    if not asked:
        raise UsageError(
            "nothing-to-ask",
            "no answer waits for a word",
            fix="run the workflow on more documents, or name runs",
        )
    now = bench.clock()
    secret, kept = new_secret()
    link = Link(new_id("link"), "review", person.strip(), by, now, now + hours * HOUR)
    bench.database.write(lambda connection: links.add(connection, link, kept, asked))
    return secret, link


def asking(bench: "Workbench", link: str) -> Asking:
    """Return a link with its questions. Raises UsageError `no-such-link`."""
    found = links.get(bench.database, link)
    if found is None or found.kind != "review":
        raise UsageError("no-such-link", f"{link} is no review link here", fix="see `alongside link list`")
    return Asking(found, tuple(links.questions(bench.database, link)))


def standing(bench: "Workbench") -> list[Asking]:
    """Return all review links, newest first."""
    return [
        Asking(link, tuple(links.questions(bench.database, link.id)))
        for link in links.all_of(bench.database, "review")
    ]


def revoke(bench: "Workbench", link: str) -> bool:
    """End a link now, for the browsers that it opened too; False where it had ended. Raises UsageError `no-such-link`."""
    found = asking(bench, link)
    return bench.database.write(partial(links.end, identity=found.link.id, at=bench.clock()))


def said(bench: "Workbench", ask: Asking, question: Question, judgement: Any, **more: Any) -> "Feedback":
    """Record the answer to a question as a word on its run, in the name of whom the link is for.

    Raises UsageError `answered` for the second answer to the same question.
    """
    if question.word:
        raise UsageError("answered", "this question has an answer", fix="take it back first, with Undo")
    by = f"{ask.link.person}, by link"
    word = bench.judge(question.run, judgement, field=question.field, by=by, **more)
    bench.database.write(partial(links.answer, link=ask.link.id, place=question.place, word=word.id))
    return word


def take_back(bench: "Workbench", ask: Asking, word: str) -> bool:
    """Take one of this link's own words back and ask again; False for any other word."""
    if not bench.database.write(partial(links.unanswer, link=ask.link.id, word=word)):
        return False
    by, at = f"{ask.link.person}, by link", bench.clock()
    return bench.database.write(partial(feedback.undo, feedback=word, by=by, at=at))
