"""The first workflow of a new engagement, and a document to run it on."""

from pathlib import Path

from alongside.store.atomic_file import write_atomic

__all__ = ["write_example"]

_WORKFLOW = '''\
"""Receipts: who was paid, when and how much. Rename it, change the fields, write steps of your own."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from alongside import File, Value, learned, parse, step, workflow


@dataclass(frozen=True)
class Receipt:
    company: Value[str]
    date: Value[date]
    total: Value[Decimal]


# Learns from the corrections of your cases: `alongside learn`.
extract = learned("receipt-fields", Receipt)


@step
def tidy(draft: Receipt) -> Receipt:
    """The customer's own rules go here. A change of this function re-runs this step alone."""
    return draft


@workflow
def receipt(file: File) -> Receipt:
    """Read a receipt."""
    return tidy(extract(parse(file)))
'''

_DOCUMENT = """\
HARBOUR LANE STATIONERS
14 Harbour Lane, Port Ellis
Tel 555 0142

RECEIPT 20417
Date: 14/03/2026

Notebook A5 ruled      2 x 4.50      9.00
Fountain pen ink       1 x 7.80      7.80
Envelopes C5 (50)      1 x 6.20      6.20

Subtotal                            23.00
Tax 10 %                             2.30
TOTAL                               25.30
Cash                                30.00
Change                               4.70

Thank you
"""


def write_example(root: Path) -> None:
    """Write `workflows/receipt.py` and `documents/sample-receipt.txt`; a file that is there stays."""
    for name, text in (("workflows/receipt.py", _WORKFLOW), ("documents/sample-receipt.txt", _DOCUMENT)):
        path = root / name
        if not path.exists():
            write_atomic(path, text.encode())
            (path.parent / ".gitkeep").unlink(missing_ok=True)
