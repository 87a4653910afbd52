"""What a line of text looks like: an address, a company's name, a code, a line that is neither."""

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Look", "look"]


@dataclass(frozen=True, slots=True)
class Look:
    """Scores of one line, each about 0 to 1 (address and company may pass it).

    `generic`: its words name a kind of company, not one, `legal`: a legal form stands here, `goes_on`: it starts as
    the rest of the line above would, `open_end`: it ends as a line does that goes on below.
    """

    address: float
    company: float
    junk: float
    starts_address: float
    ends_address: float
    digits: float
    upper: float
    alpha: float
    words: int
    generic: float
    legal: float
    goes_on: float
    open_end: float


_STREET = frozenset(
    "street st road rd avenue ave lane ln drive dr boulevard blvd highway hwy way court ct place pl square sq terrace crescent cres "
    "close parkway pkwy route circle jalan jln lorong lrg persiaran lebuh lebuhraya lengkok leboh rue allee allée chemin via viale "
    "piazza corso calle avenida av carrera plaza rua strasse straße platz weg gasse straat laan plein gata gatan vej soi".split()
)
_COMPOUND = (
    "strasse",
    "straße",
    "weg",
    "gasse",
    "platz",
    "allee",
    "straat",
    "laan",
    "gatan",
    "vägen",
    "gade",
    "vej",
    "katu",
)
_PART = frozenset(
    "lot no unit suite floor level block blok building bldg tower centre center complex kompleks mall estate park apartment apt "
    "house po box ground wisma menara bangunan plaza arcade industrial kawasan business shop room bandar taman tmn kampung kg "
    "seksyen section seksyen sek mukim batu desa medan dataran town city district county province state village pusat jaya baru "
    "north south east west north-east upper lower mile km kota bukit bt sungai sg etage floor-".split()
)
_PLACE = frozenset(
    "usa uk united kingdom states republic england scotland ireland germany france spain italy netherlands belgium austria switzerland sweden norway denmark "
    "finland poland portugal canada australia zealand singapore malaysia indonesia thailand philippines vietnam india china japan "
    "korea taiwan hongkong kong brasil brazil mexico argentina africa uae emirates deutschland österreich schweiz españa italia "
    "nederland selangor johor perak kedah kelantan terengganu pahang penang pinang melaka malacca sabah sarawak perlis negeri "
    "sembilan kuala lumpur putrajaya darul ehsan takzim al ak az ar ca co de fl ga hi ia il ks ky la ma md mi mn ms mo mt nc nd ne "
    "nh nj nm nv ny oh ok pa ri sc sd tn tx ut va vt wa wi wv wy dc california texas florida york washington london paris berlin "
    "nsw vic qld tas ontario quebec alberta manitoba bavaria bayern".split()
)
_LEGAL = re.compile(
    r"\b(?:sdn\.?\s?bhd|s/b|bhd|ltd|limited|llc|l\.l\.c|llp|inc|incorporated|corp|corporation|plc|gmbh|ag|kg|ohg|ug|sarl|sas|s\.a|s\.l|srl|"
    r"s\.?p\.?a|b\.?v|n\.?v|a/s|aps|oy|kft|pty|pte|pvt|tbk|syarikat)\b\.?",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"\b(?:co|company|enterprises?|trading|holdings?|group|partners|associates|bros|brothers|sons|industries|international|services|solutions|"
    r"systems|perniagaan|kedai|restoran|restaurante?|ristorante|caf[eé]|stores?|shop|mart|market|supermarket|hypermarket|pharmacy|farmasi|"
    r"apotheke|clinic|klinik|hotel|bakery|bäckerei|boulangerie|hardware|stationery|books|bookstore|foods?|motors?|station|bank|university|"
    r"foundation|association|institute|agency|club|studio|boutique|gallery|electrical|electronics|machinery|confectionery|bistro|kitchen|grill|"
    r"sal[o]{1,2}n|workshop|supplies|marketing|ventures|resources|management|retail)\b",
    re.IGNORECASE,
)
_JUNK = re.compile(
    r"\b(?:tel|telephone|phone|fax|e-?mail|www|http|hotline|gst|vat|tax|invoice|receipt|reg|roc|cash|date|time|cashier|website|bill|"
    r"table|order|member|served|qty|total|amount|thank|welcome|customer|cust|page|counter|terminal|pos|pax|description|item|price|"
    r"hp|contact|iban|swift|account)\b|[@]|\.com|\(?\b\d{5,}\s?-\s?[A-Z]\b|#|\d{2,3}[-\s]\d{6,}|[:]\s*$",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"(?<![\d-])\d{5}(?![\d-])|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b|(?<!\d)\d{5}-\d{4}\b|\b\d{4} [A-Z]{2}\b|(?<![\d-])\d{6}(?![\d-])"
)
_START = re.compile(
    r"^\W*(?:no|lot|unit|suite|level|floor|block|blok|ground|p\.?o\.? box|plot|shop|jalan|jln|lorong|\d{1,5}\s?[-/&,A-Za-z])",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"\b(?:no\.?\s?:?\s?)?\d{1,5}[A-Za-z]?(?:[-/&]\d{1,5}[A-Za-z]?)*\s?,|\bno\.?\s?:?\s?\d|\b[A-Za-z]{1,3}\d{1,3}/\d",
    re.IGNORECASE,
)
_OPEN_END = ("&", "-", " and", " of", " und", " et")
_BRACKETS = re.compile(r"\([^()]*\)")
_WORDS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=16384)
def look(text: str) -> Look:
    """Return what a line looks like; pure, so kept by text."""
    words = [w.lower() for w in _WORDS.findall(text)]
    size = max(1, len(text.replace(" ", "")))
    digits = sum(c.isdigit() for c in text) / size
    alpha = sum(c.isalpha() for c in text)
    upper = sum(c.isupper() for c in text) / max(1, alpha)
    junk = min(1.0, 0.6 * len(_JUNK.findall(text)))
    return Look(
        address=_address(text, words),
        company=_company(text, words, digits),
        junk=junk,
        starts_address=1.0 if not junk and _START.match(text) else 0.0,
        ends_address=_end(text, words),
        digits=digits,
        upper=upper,
        alpha=alpha / size,
        words=len(words),
        generic=_generic(text, words),
        legal=float(bool(_LEGAL.search(text))),
        goes_on=float(text.startswith(("(", "&", ",", "-")) or text[:1].islower() or _closes(text)),
        open_end=float(text.lower().endswith(_OPEN_END) or text.count("(") > text.count(")")),
    )


def _closes(text: str) -> bool:
    """Whether a bracket closes that was opened on the line above."""
    return ")" in text and text.find(")") < (text + "(").find("(")


def _generic(text: str, words: list[str]) -> float:
    """Whether all words name a kind of company, none a company: such a line goes on the line above."""
    rest = _WORDS.findall(_BRACKETS.sub(" ", _TRADE.sub(" ", _LEGAL.sub(" ", text))))
    return float(bool(words) and not any(len(word) > 1 for word in rest))


def _address(text: str, words: list[str]) -> float:
    score = 0.0
    score += 0.5 * min(2, sum(w in _STREET or (len(w) > 6 and w.endswith(_COMPOUND)) for w in words))
    score += 0.25 * min(3, sum(w in _PART for w in words))
    score += 0.35 * min(2, sum(w in _PLACE for w in words))
    score += 0.5 * bool(_POSTCODE.search(text)) * bool(words)
    score += 0.35 * bool(_HOUSE.search(text))
    score += 0.12 * min(2, text.count(","))
    return score if words else 0.4 * score


def _company(text: str, words: list[str], digits: float) -> float:
    if not words:
        return 0.0
    legal = 0.9 * bool(_LEGAL.search(text)) + 0.5 * bool(_TRADE.search(text))
    return legal + (0.3 if digits < 0.1 else 0.0) + (0.2 if 2 <= len(words) <= 7 else 0.0)


def _end(text: str, words: list[str]) -> float:
    tail = words[-1] if words else ""
    score = (
        0.5 * (tail in _PLACE)
        + 0.3 * text.rstrip().endswith(".")
        - 0.5 * text.rstrip().endswith((",", "-", "&"))
    )
    return score + 0.4 * bool(_POSTCODE.search(text))
