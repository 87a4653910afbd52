"""E-mails as vendors send them: the invoice in the body, or attached as a PDF. After RFC 5322 and RFC 2046."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from alongside.cli.demo.layout import letter
from alongside.cli.demo.sales import Sale
from alongside.cli.demo.vendors import CUSTOMER

__all__ = ["mail"]


def mail(sale: Sale, pdf: bytes | None = None) -> bytes:
    """Return the `.eml` file, sent the day after the sale; with `pdf` the invoice is attached instead."""
    message = EmailMessage(policy=SMTP)
    number, key = sale.shown["number"], sale.vendor.key
    sent = datetime(sale.date.year, sale.date.month, sale.date.day, 6, 40, tzinfo=UTC) + timedelta(days=1)
    message["From"] = f"Accounts <accounts@{key}.example>"
    message["To"] = f"{CUSTOMER[0]} <payables@brackenmoor.example>"
    message["Subject"] = f"Your invoice {number}"
    message["Date"] = format_datetime(sent)
    message["Message-ID"] = f"<{sale.date:%Y%m%d}.{key}@{key}.example>"
    if pdf is None:
        message.set_content(letter(sale))
        return message.as_bytes()
    message.set_content(
        f"Good morning,\n\nplease find invoice {number} attached.\n\nKind regards\nAccounts\n"
    )
    name = "".join(character if character.isalnum() else "-" for character in number)
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"invoice-{name}.pdf")
    message.set_boundary(f"=_{key}_{sale.date:%Y%m%d}")
    return message.as_bytes()
