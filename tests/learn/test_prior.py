from datetime import date
from decimal import Decimal

import pytest
from learn_papers import paper

from alongside.core.fields import Field
from alongside.learn.model import untrained

GERMAN = paper(
    "german",
    (40, "Müller Werkzeuge GmbH", 400, "Rechnung"),
    (40, "Lindenstraße 14"),
    (40, "80331 München"),
    (40, "Deutschland"),
    (40, "Kunde: Anna Schmidt"),
    (340, "Rechnungsnummer: 2024-0815"),
    (340, "Rechnungsdatum: 03.04.2024"),
    (340, "Fällig: 17.04.2024"),
    (40, "Bohrer", 400, "1.200,00"),
    (340, "Zwischensumme", 460, "1.200,00"),
    (340, "MwSt 19%", 460, "228,00"),
    (340, "Gesamtbetrag", 460, "1.428,00 €"),
)
AMERICAN = paper(
    "american",
    (40, "Acme Plumbing Inc."),
    (40, "4100 Main Street, Suite 12"),
    (40, "Austin, TX 78701"),
    (40, "Phone: (512) 555-0100"),
    (40, "Invoice # 10442", 340, "Date: 02/13/2024"),
    (40, "PO Number: 7781", 340, "Due: 03/04/2024"),
    (40, "Labor", 400, "$1,050.00"),
    (40, "Parts", 400, "$212.40"),
    (340, "Subtotal", 460, "$1,262.40"),
    (340, "Sales Tax (8.25%)", 460, "$104.15"),
    (340, "Balance Due", 460, "$1,366.55"),
)
LETTER = paper(
    "letter",
    (40, "Harbour Dental Clinic"),
    (40, "7 Quay Lane, Cork"),
    (40, "14 May 2023"),
    (40, "Dear Ms Byrne,"),
    (40, "Reference: HD/2291"),
    (40, "Your appointment on 2 June 2023 is confirmed."),
    (40, "The fee of EUR 85.00 is payable on the day."),
)
FORM = paper(
    "form",
    (40, "Name of registrant", 300, "Registration No."),
    (40, "Blue Ridge Partners LLC", 300, "6112"),
    (40, "Date of birth", 300, "Effective date"),
    (40, "01/02/1980", 300, "05/20/2021"),
)
KINDS = {str: "text", date: "date", Decimal: "amount"}


@pytest.mark.parametrize(
    ("document", "name", "value"),
    [
        (GERMAN, "seller", "Müller Werkzeuge GmbH"),
        (GERMAN, "address", "Lindenstraße 14 80331 München Deutschland"),
        (GERMAN, "customer", "Anna Schmidt"),
        (GERMAN, "invoice_number", "2024-0815"),
        (GERMAN, "invoice_date", date(2024, 4, 3)),
        (GERMAN, "due_date", date(2024, 4, 17)),
        (GERMAN, "subtotal", Decimal("1200.00")),
        (GERMAN, "vat", Decimal("228.00")),
        (GERMAN, "total", Decimal("1428.00")),
        (AMERICAN, "vendor", "Acme Plumbing Inc."),
        (AMERICAN, "address", "4100 Main Street, Suite 12 Austin, TX 78701"),
        (AMERICAN, "invoice_no", "10442"),
        (AMERICAN, "po_number", "7781"),
        (AMERICAN, "phone", "(512) 555-0100"),
        (AMERICAN, "due_date", date(2024, 3, 4)),
        (AMERICAN, "tax", Decimal("104.15")),
        (AMERICAN, "amount_due", Decimal("1366.55")),
        (LETTER, "company", "Harbour Dental Clinic"),
        (LETTER, "date", date(2023, 5, 14)),
        (LETTER, "reference", "HD/2291"),
        (LETTER, "fee", Decimal("85.00")),
        (FORM, "registrant_name", "Blue Ridge Partners LLC"),
        (FORM, "registration_number", "6112"),
        (FORM, "effective_date", date(2021, 5, 20)),
        (FORM, "date_of_birth", date(1980, 1, 2)),
    ],
)
def test_documents_of_many_kinds_are_read_without_a_correction(document, name, value):
    field = Field(name, KINDS[type(value)], type(value))
    assert untrained().extract(document, [field])[name].value == value
