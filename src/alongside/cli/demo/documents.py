"""The demo's documents: three dozen receipts and invoices of a dozen invented vendors, and what is printed on them."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from alongside.cli.demo.layout import invoice, stamped, till
from alongside.cli.demo.mail import mail
from alongside.cli.demo.pdf import picture_pdf, text_pdf
from alongside.cli.demo.sales import Sale, draw
from alongside.cli.demo.scan import LOOKS, encode, scan
from alongside.cli.demo.shops import SHOPS
from alongside.cli.demo.suppliers import SUPPLIERS

__all__ = ["arrive", "generate"]

_FORMS = """
tillstone: jpg office, jpg cream, jpg sideways, png office, jpg faint
quicklime: jpg folded, jpg worn, png office
merrin: jpg folded, jpg office, pdf, eml pdf
osgood: pdf, pdf, pdf office
kessler: pdf, pdf, jpg office
kettle: jpg cream, jpg upside-down, png office
calder: jpg office, jpg folded, jpg sideways
wenwaste: eml, eml, pdf
northlight: pdf, pdf, pdf
pell: jpg cream, jpg faint
saltmarsh: tiff fax, tiff fax
ardent: pdf, eml pdf
"""
"""A vendor's documents: the file's suffix, then how it was scanned (a native PDF and a plain mail weren't)."""

_PAGE_DPI = 165
_LATER = (("kessler", "jpg", "office"), ("pell", "jpg", "faint"), ("osgood", "pdf", ""))


class _Plan(NamedTuple):
    sale: Sale
    suffix: str
    look: str
    rng: Random


def generate(to: Path, *, seed: int = 7) -> None:
    """Write `documents/NN-vendor.SUFFIX` in the order of their dates, and `truth.json`, below `to`.

    The truth maps a file's stem to the company, the date (ISO) and the total (two decimals) that are printed on it.
    The same seed gives the same bytes.
    """
    folder = to / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    truth: dict[str, dict[str, str]] = {}
    for n, plan in enumerate(_plans(seed), 1):
        sale = plan.sale
        stem = f"{n:02}-{sale.vendor.key}"
        (folder / f"{stem}.{plan.suffix}").write_bytes(_render(plan))
        truth[stem] = _printed(sale)
    text = json.dumps(truth, indent=2, ensure_ascii=False) + "\n"
    (to / "truth.json").write_text(text, encoding="utf-8")


def arrive(to: Path, *, seed: int = 7) -> dict[Path, dict[str, str]]:
    """Write three documents that come in later, of vendors that are known, to the folder `to`.

    Returns what is printed on each, as the truth file says it of the others.
    """
    to.mkdir(parents=True, exist_ok=True)
    first = {(plan.sale.vendor.key, plan.suffix, plan.look): plan for plan in reversed(_plans(seed + 1))}
    made: dict[Path, dict[str, str]] = {}
    for n, form in enumerate(_LATER, sum(len(row.split(", ")) for row in _FORMS.strip().splitlines()) + 1):
        vendor, suffix, _ = form
        path = to / f"{n:02}-{vendor}.{suffix}"
        path.write_bytes(_render(first[form]))
        made[path] = _printed(first[form].sale)
    return made


def _printed(sale: Sale) -> dict[str, str]:
    return {"company": sale.company, "date": sale.date.isoformat(), "total": f"{sale.total:.2f}"}


def _plans(seed: int) -> list[_Plan]:
    """Return what to make, by date. Each document has a `Random` of its own, so that none depends on another."""
    vendors = {vendor.key: vendor for vendor in (*SHOPS, *SUPPLIERS)}
    plans: list[_Plan] = []
    for row in _FORMS.strip().splitlines():
        key, forms = row.split(": ")
        for n, form in enumerate(forms.split(", ")):
            rng = Random(f"{seed}/{key}/{n}")  # noqa: S311 - no secret: it makes pictures
            suffix, _, look = form.partition(" ")
            plans.append(_Plan(draw(vendors[key], rng), suffix, look, rng))
    return sorted(plans, key=lambda plan: (plan.sale.date, plan.sale.vendor.key))


def _render(plan: _Plan) -> bytes:
    """Return the file's bytes."""
    sale = plan.sale
    sheet = till(sale) if sale.vendor.kind == "till" else invoice(sale)
    match plan.suffix, plan.look:
        case "eml", "":
            return mail(sale)
        case "eml", _:
            return mail(sale, text_pdf(sheet))
        case "pdf", "":
            return text_pdf(sheet)
        case suffix, name:
            look = LOOKS[name]
            if sale.vendor.kind != "till":
                sheet, look = stamped(sheet, sale, plan.rng), replace(look, dpi=_PAGE_DPI)
            picture = scan(sheet, look, plan.rng)
            if suffix == "pdf":
                return picture_pdf(encode(picture, ".jpg", look), picture.size, dpi=look.dpi)
            return encode(picture, f".{suffix}", look)
