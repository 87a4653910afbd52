"""What labels mean: the phrases that business documents print beside their values, and the names that users give fields.

Language knowledge only, written from general knowledge of forms, invoices and receipts; nothing here comes from a data set.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["concept_of", "label_concepts", "label_share", "name_tokens", "similarity", "tokens_of"]

# concept: phrases, each with a strength after a star (1 where none is given). Longest phrases win.
_PHRASES = """
total: grand total*1.6, nett total*1.5, net total*1.4, total*1, total amount*1.3, total payable*1.6, amount payable*1.5, amount due*1.5, balance due*1.4, total due*1.6, total amount due*1.7, net amount*1, nett amount*1.2, nett*.8, total to pay*1.6, to pay*1, payable*1, invoice total*1.6, bill total*1.4, total rounded*1.5, rounded total*1.5, total after rounding*1.6, total sales*1, sales total*1, amount*.5, net payable*1.5, gesamtbetrag*1.5, gesamt*1.2, summe*1.1, zu zahlen*1.5, endbetrag*1.5, total ttc*1.6, montant total*1.4, net a payer*1.6, importe total*1.5, totale*1.2, totaal*1.2, jumlah*1.1, jumlah besar*1.5, bil*.6, total bill*1.4, total rm*1.3, total sale*1, charge*.4, total charge*1.2, order total*1.4, total price*1.2
subtotal: subtotal, sub total, sub-total, total before, zwischensumme, sous total, total excl, total excluding, total exclusive, total ht, total before tax, subtotaal, amount before, taxable amount, excluding, excl, exclusive, before, total net of, total w o, goods value, gross amount
tax: tax, vat, gst, sst, sales tax, tva, iva, mwst, ust, btw, moms, service tax, hst, pst, total gst, total tax, total vat, gst amount, tax amount, vat amount, gst summary, tax summary, mehrwertsteuer, zero rated, standard rated
inclusive: incl gst, incl vat, incl tax, inclusive of gst, inclusive gst, including gst, inclusive of tax, inclusive tax, including tax, including vat, inclusive, incl, gst incl, with gst, with tax, inc gst, inc vat, tax incl, gst inclusive, tax inclusive, inclusive of
cash: cash, tendered, tender, paid, payment, amount paid, cash received, received, amount tendered, visa, mastercard, master, credit card, debit, card, deposit, prepaid, amount received, bar, especes, efectivo, contanti, total paid, cheque, tunai, voucher
change: change, change due, balance*.5, cash change, refund, wechselgeld, rendu, cambio, baki, kembali
discount: discount, disc, saving, savings, total savings, you saved, total discount, rabatt, remise, descuento, sconto, less, rebate, voucher discount, promotion
rounding: rounding, rounding adjustment, rounding adj, round adj, round off, rounded adj, adjustment, rnd adj, rounding amt, adj
quantity: quantity, qty, items, item, total qty, total quantity, total items, total item, item count, no of items, menge, quantite, cantidad, pcs, unit, units, count, total pcs, no of pieces
price: price, unit price, u price, rate, each, price rm, prix, preis, precio
service: service charge, service, svc chg, tip, gratuity, delivery, shipping, freight
balance: balance, balance brought forward, opening balance, closing balance, new balance, outstanding, balance outstanding
points: points, point, member points, loyalty, reward
date: date*1.2, invoice date*1.5, date of issue*1.4, issue date*1.4, issued*1, issued on*1.2, bill date*1.4, receipt date*1.5, order date*.8, transaction date*1.2, tax invoice date*1.5, doc date*1.3, document date*1.4, datum, rechnungsdatum*1.5, date facture*1.5, fecha, data, tarikh, dated, date time, purchase date, effective date, dato, sale date
due: due date, payment due, due by, pay by, date due, due on, payable by, faellig, fällig, fälligkeitsdatum, zahlbar bis, echeance, echéance, vencimiento, scadenza, due
period: period, from, until, valid until, valid till, expiry, expires, expiry date, expiration date, exp date, best before, print date, printed, printed on, delivery date, ship date, shipping date, start date, end date, birth, date of birth, dob, valid from, statement period, last updated, approved, approval date, gst registration date
company: company, company name, vendor, seller, supplier, from, issued by, merchant, store, shop, business name, biller, payee, firma, lieferant, verkaeufer, fournisseur, vendeur, proveedor, fornitore, remit to, sold by, legal name, name of company, registrant
customer: customer, customer name, bill to, billed to, sold to, client, buyer, ship to, invoice to, deliver to, kunde, acheteur, cliente, recipient, account name, attn, attention, purchaser, to, guest, bill name, member name, member
address: address, adresse, direccion, indirizzo, alamat, anschrift, registered office, business address, office address, street address, head office, registered address, location, company address, vendor address
number: invoice no*1.5, invoice number*1.5, invoice*1, inv no*1.5, receipt no*1.2, receipt number, bill no*1.2, document no, doc no, reference, reference no, ref no, ref, rechnungsnummer*1.5, rechnung nr*1.5, numero de facture*1.5, facture no*1.5, factura no*1.5, no, number, order no, order number, po number, po no, purchase order, account no, account number, customer no, customer number, trans no, transaction no, trn, ticket no, slip no, cash bill no, tax invoice no, voucher no, contract no, serial no, case no
registration: registration no, reg no, co reg no, company no, company reg no, gst no, gst id, gst reg no, vat no, vat reg no, vat number, tax id, tax number, abn, ein, gst registration no, business registration, roc no, co no, tin, ust id, siret, vat id, gst id no, co reg, uen
phone: tel, telephone, phone, fax, mobile, hp, tel no, fax no, contact, hotline, call, tel fax, telefon, contact no, phone no, customer service
email: email, e mail, mail, website, web, www, http, url, facebook
currency: currency, währung, devise, moneda, valuta, ccy
time: time, uhrzeit, heure, hora, masa
cashier: cashier, served by, staff, operator, clerk, server, waiter, sales person, salesperson, sales rep, salesman, cashier name, kassierer, employee, user, attended by, sales person name, juruwang
table: table, table no, tisch, pax, covers, counter, terminal, pos, till, register, station, lane, pos no, counter no
iban: iban, bank account, account, bic, swift, sort code, routing number, bank
description: description, desc, particulars, details, subject, re, betreff, remarks, note, memo
""".strip()

_ALIASES = {
    "vendor": "company", "seller": "company", "supplier": "company", "merchant": "company", "store": "company", "shop": "company",
    "issuer": "company", "biller": "company", "payee": "company", "organisation": "company", "organization": "company",
    "buyer": "customer", "client": "customer", "recipient": "customer", "payer": "customer", "amount": "total", "sum": "total",
    "payable": "total", "gross": "total", "vat": "tax", "gst": "tax", "sst": "tax", "tva": "tax", "iva": "tax", "mwst": "tax",
    "id": "number", "no": "number", "nr": "number", "num": "number", "reference": "number", "ref": "number", "invoice": "number",
    "deadline": "due", "currency": "currency", "street": "address", "location": "address", "telephone": "phone", "mobile": "phone",
    "issued": "date", "day": "date", "server": "cashier", "operator": "cashier", "clerk": "cashier", "qty": "quantity",
    "subtotal": "subtotal", "net": "subtotal", "discount": "discount", "rebate": "discount", "tip": "service", "receipt": "number",
}  # fmt: skip
# Where a name has several telling tokens, the concept earlier in this list decides: `due_date` is due, `vat_number` registration.
_PRECEDENCE = [
    "due",
    "registration",
    "subtotal",
    "discount",
    "change",
    "rounding",
    "cash",
    "service",
    "quantity",
    "price",
    "balance",
    "period",
    "tax",
    "customer",
    "phone",
    "email",
    "iban",
    "address",
    "cashier",
    "number",
    "currency",
    "time",
    "total",
    "date",
    "company",
]
_SYNONYMS = {
    "no": "number", "nr": "number", "num": "number", "numero": "number", "id": "number", "#": "number", "inv": "invoice",
    "qty": "quantity", "amt": "amount", "desc": "description", "tel": "phone", "telephone": "phone", "vendor": "company",
    "supplier": "company", "seller": "company", "client": "customer", "buyer": "customer", "gst": "tax", "vat": "tax",
    "ref": "reference", "acct": "account", "addr": "address", "reg": "registration", "po": "order",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+|#")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST = 4


def _compile() -> dict[tuple[str, ...], list[tuple[str, float]]]:
    table: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for line in _PHRASES.splitlines():
        concept, _, phrases = line.partition(": ")
        for phrase in phrases.split(", "):
            words, _, strength = phrase.partition("*")
            table.setdefault(tuple(_WORD.findall(words)), []).append((concept, float(strength or 1)))
    return table


_TABLE = _compile()


def tokens_of(text: str) -> tuple[str, ...]:
    """Return the words of a label, lower case, digits and marks left out."""
    return tuple(_WORD.findall(text.lower()))


def name_tokens(name: str) -> tuple[str, ...]:
    """Return the words of a field's name: `invoiceNumber` and `invoice_number` are ("invoice", "number")."""
    return tokens_of(_CAMEL.sub(" ", name).replace("_", " "))


@lru_cache(maxsize=4096)
def label_concepts(label: str) -> dict[str, float]:
    """Return the concepts that a label names with their strengths; the longest phrases are taken first."""
    found: dict[str, float] = {}
    for hits, _ in _matches(tokens_of(label)):
        for concept, strength in hits:
            found[concept] = max(strength, found.get(concept, 0.0))
    return found


@lru_cache(maxsize=16384)
def label_share(text: str) -> float:
    """Return how much of a text is label: 1 where all its words are phrases of `_PHRASES` and it holds no digit."""
    tokens = tokens_of(text)
    if not tokens or any(c.isdigit() for c in text):
        return 0.0
    return sum(size for _, size in _matches(tokens)) / len(tokens)


def _matches(tokens: tuple[str, ...]) -> Iterator[tuple[list[tuple[str, float]], int]]:
    """Yield the concepts of each phrase, the longest first from the left, and its length."""
    at = 0
    while at < len(tokens):
        for size in range(min(_LONGEST, len(tokens) - at), 0, -1):
            hits = _TABLE.get(tokens[at : at + size])
            if hits:
                yield hits, size
                at += size
                break
        else:
            at += 1


@lru_cache(maxsize=1024)
def concept_of(name: str, kind: str) -> str:
    """Return the concept that a field's name means, or "" for a field of the user's own."""
    tokens = name_tokens(name)
    found = {_ALIASES.get(token, token) for token in tokens}
    found.update(label_concepts(" ".join(tokens)))
    for concept in _PRECEDENCE:
        if concept in found and _fits(concept, kind):
            return concept
    return ""


_OF_KIND = {
    "date": {"date", "due", "period"},
    "amount": {
        "total",
        "subtotal",
        "tax",
        "cash",
        "change",
        "discount",
        "rounding",
        "price",
        "service",
        "balance",
        "quantity",
    },
    "integer": {"quantity", "number", "table", "points"},
}


def _fits(concept: str, kind: str) -> bool:
    if kind in _OF_KIND:
        return concept in _OF_KIND[kind]
    return not any(concept in concepts for concepts in (_OF_KIND["date"], _OF_KIND["amount"]))


@lru_cache(maxsize=16384)
def similarity(name: str, label: str) -> float:
    """Return 0 to 1: how far a label's words cover the words of a field's name, synonyms and prefixes counted."""
    wanted = {_SYNONYMS.get(t, t) for t in name_tokens(name)}
    have = {_SYNONYMS.get(t, t) for t in tokens_of(label)}
    if not wanted or not have:
        return 0.0
    covered = sum(1.0 for w in wanted if any(_alike(w, h) for h in have))
    extra = max(0, len(have) - len(wanted))
    return covered / len(wanted) / (1 + 0.1 * extra)


def _alike(a: str, b: str) -> bool:
    if a == b:
        return True
    return len(a) >= 4 and len(b) >= 4 and (a.startswith(b) or b.startswith(a))
