"""What a mail says: of several wordings of one text the one that has it all, every other part as it stands.

MIME part 2 (RFC 2046, 5.1) says how parts belong together; HTML is read as browsers read it (WHATWG, by lexbor).
"""

import contextlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["Body", "html_text", "read_body"]

_BLOCKS: Final = "address,article,blockquote,br,center,dd,div,dl,dt,figure,footer,form,h1,h2,h3,h4,h5,h6,header,hr,li,main,nav,ol,p,pre,section,table,tr,ul"
_SILENT: Final = ["script", "style", "template", "title"]
_SPACES: Final = re.compile(r"\s+")
_ADDRESS: Final = re.compile(r"https?://\S+")
_WORD: Final = re.compile(r"\w+")
_UNSHOWN: Final = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.IGNORECASE)
_WHOLE: Final = 0.8
"""The share of a text, by its words' characters, that another wording must have to stand for it."""


@dataclass(slots=True)
class Body:
    """The texts that a mail shows, those that it has in another wording, and the parts that are files."""

    texts: list[str] = field(default_factory=list[str])
    instead: list[str] = field(default_factory=list[str])
    files: list[Any] = field(default_factory=list[Any])

    def take(self, other: "Body") -> None:
        """Append what another part has."""
        self.texts += other.texts
        self.instead += other.instead
        self.files += other.files


def read_body(part: Any) -> Body:
    """Return what a part (`email.message.EmailMessage`) and the parts in it hold, in order."""
    kind = part.get_content_type()
    if part.get_content_maintype() != "multipart":
        if kind not in {"text/plain", "text/html"} or part.is_attachment() or part.get_filename():
            return Body(files=[part])
        text = _decoded(part)
        return Body([html_text(text) if kind == "text/html" else text])
    if not part.is_multipart():  # its boundary is nowhere
        return Body([_decoded(part)])
    inner = [read_body(one) for one in part.iter_parts()]
    if part.get_content_subtype() == "alternative":
        return _alternative(inner)
    whole = Body()
    for one in inner:
        whole.take(one)
    return whole


def html_text(html: str) -> str:
    """Return the text of an HTML page: one line a block element, cells apart by two spaces; what a browser doesn't show isn't in it."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_SPACES.sub(" ", html))
    tree.strip_tags(_SILENT)
    for node in tree.css("[hidden],[style]"):
        if "hidden" in node.attributes or _UNSHOWN.search(node.attributes.get("style") or ""):
            node.decompose()
    body = tree.body or tree.root
    if body is None:
        return ""
    for node in body.css(_BLOCKS):
        node.insert_before("\n")
        node.insert_after("\n")
    for node in body.css("td,th"):
        node.insert_before("  ")
    lines = (line.strip() for line in body.text().split("\n"))
    return "\n".join(line for line in lines if line)


def _alternative(wordings: Sequence[Body]) -> Body:
    """Return the first wording that has all that the others say; where none has, all of them, the richest first."""
    whole = Body(files=[file for one in wordings for file in one.files])
    said = ["\n".join(one.texts) for one in wordings if any(text.strip() for text in one.texts)]
    chosen = next((one for one in said if all(_has(one, other) for other in said)), None)
    whole.texts = said[::-1] if chosen is None else [chosen]
    whole.instead = [text for one in wordings for text in one.instead]
    whole.instead += [] if chosen is None else [one for one in said if one is not chosen]
    return whole


def _has(one: str, other: str) -> bool:
    """Whether a wording has nearly all the words of another, and all its figures; addresses of links apart."""
    words, wanted = (Counter(_WORD.findall(_ADDRESS.sub(" ", text))) for text in (one, other))
    missing = wanted - words
    if any(word.isdigit() and word not in words for word in missing):
        return False
    return _length(missing) <= (1 - _WHOLE) * _length(wanted)


def _length(words: Counter[str]) -> int:
    return sum(len(word) * count for word, count in words.items())


def _decoded(part: Any) -> str:
    with contextlib.suppress(LookupError, UnicodeError):  # a charset that nobody knows
        return str(part.get_content())
    payload = part.get_payload(decode=True)
    return payload.decode("latin-1") if isinstance(payload, bytes) else ""
