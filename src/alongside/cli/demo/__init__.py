r"""`alongside demo`: documents of an invented customer with what is printed on them, and the story told with them.

`documents.generate(folder, seed=7)` writes both; nothing in a document or in the truth is copied from elsewhere.
The total is what the document asks for: after rounding, deposit and rebate, before balances of earlier documents.

Two edits of `tidy(draft)` for the story. One vendor bills from abroad and prints 09-11-25 for the 11th of September;
read day first that is a real date, two months late, and a few corrections hardly teach the order.

- Refused: take every date with dashes month first, `\d\d-\d\d-\d{2,4}`. It mends that vendor's invoices and
  breaks the paint shop's dockets, which print 02-10-2025 for the 2nd of October.
- Right: take only the short form month first, `\d\d-\d\d-\d\d`. No vendor of this customer prints that day first.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alongside.cli.demo.playing import command

__all__ = ["command"]


def __getattr__(name: str) -> Any:
    """Import the command when it is asked for: the documents need no command line."""
    if name != "command":
        raise AttributeError(name)
    from alongside.cli.demo.playing import command

    return command
