"""What months are called where dates are read: whole words and usual abbreviations of a dozen languages."""

import unicodedata
from collections.abc import Mapping
from typing import Final

__all__ = ["MONTHS", "bare_letters"]

# English, German, French, Spanish, Italian, Portuguese, Dutch, Malay, Indonesian, Swedish, Danish, Norwegian; no accents.
_NAMES = (
    "jan january januar janner jaenner januari janv janvier ene enero gen genn gennaio janeiro",
    "feb febr february februar feber februari fev fevr fevrier febrero febbr febbraio fevereiro",
    "mar march marz maerz mrz mars marzo marco mrt maart mac maret marts",
    "apr april avr avril abr abril aprile",
    "may mai mayo mei mag magg maggio maio maj",
    "jun june juni juin junio giu giugno junho",
    "jul july juli juil juillet julio lug luglio julho julai",
    "aug august aout agosto ago augustus augusti ogos ogo agustus agu agt ags",
    "sep sept september septembre septiembre setiembre sett set settembre setembro",
    "oct october okt oktober octobre octubre ott ottobre out outubro",
    "nov november novembre noviembre novembro",
    "dec december dez dezember decembre dic diciembre dicembre dezembro dis disember des desember",
)
MONTHS: Final[Mapping[str, int]] = {
    name: month for month, names in enumerate(_NAMES, 1) for name in names.split()
}
"""The number of a month by each of its names, as `bare_letters` writes them."""


def bare_letters(word: str) -> str:
    """Return the word in small letters without accents."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
