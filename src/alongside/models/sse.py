"""Server-sent events as a parser without I/O: bytes in, in any pieces; the data of whole events out.

Source: WHATWG HTML Living Standard, section 9.2 "Server-sent events". Only `data` fields matter here; event
names, ids and comments are passed over. Where the spec drops an event that the stream's end cuts short, `end`
returns it: servers exist that leave out the last blank line.
"""

__all__ = ["EventParser"]

_BOM = b"\xef\xbb\xbf"


class EventParser:
    """Collects one stream's events. Lines end in CRLF, LF or CR."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._started = False

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the data of the events that `piece` completes."""
        text = self._without_bom(self._rest + piece)
        # A CR at the end may be half of a CRLF: it waits for the next piece.
        held = b"\r" if text.endswith(b"\r") else b""
        text = text.removesuffix(b"\r")
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = text.split(b"\n")
        self._rest = rest + held
        return [event for line in lines if (event := self._line(line)) is not None]

    def end(self) -> list[bytes]:
        """Return the event that the end of the stream cut short, if any."""
        events = self.feed(b"\n\n")
        self._rest = b""
        return events

    def _without_bom(self, text: bytes) -> bytes:
        if self._started or len(text) < len(_BOM):
            return text
        self._started = True
        return text.removeprefix(_BOM)

    def _line(self, line: bytes) -> bytes | None:
        if not line:
            data, self._data = self._data, []
            return b"\n".join(data) if data else None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        return None
