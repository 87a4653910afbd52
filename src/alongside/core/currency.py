"""What a currency says of its figures, wherever amounts are read: in what people state and on a page alike.

A lone comma or point before exactly three digits groups them, or is the decimal mark. A comma groups, unless the
currency is written with a decimal comma and cents (EUR, BRL, TND): then it's open ("1,859 €" is a litre's price or what
an Irish bill prints for two thousand). A point groups where the amount says that it has no cents ("1.234,-"), or where
the currency is written with a decimal comma or without decimals (EUR, IDR, JPY). With three decimals (KWD) it is the
decimal point. Where cents stand behind a point (USD, GBP, MYR) it's open: "$3.459" is a price per gallon or what three
thousand are elsewhere. What is stated and open is refused; of what is printed so, both readings may be meant. A figure
without a currency is a program's where it's stated ("1.234" as Decimal reads it); its point may be either where it's
printed. Several of a mark group, whatever the currency.
"""

__all__ = ["THREE_DECIMALS", "mark_groups"]

THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
"""The codes whose amounts have three decimals (ISO 4217), so that a point before three digits groups nothing."""

_BEHIND_A_POINT = """
    AED AUD BBD BDT BMD BND BSD BTN BWP BZD CAD CHF CNY DOP EGP ETB FJD FKP GBP GHS GIP GMD GTQ GYD HKD HNL ILS INR JMD
    KES KYD LKR LRD MMK MNT MOP MUR MVR MWK MXN MYR NAD NGN NIO NPR NZD PAB PEN PGK PHP PKR QAR SAR SBD SCR SGD SHP SLE
    SOS SSP SVC SZL THB TOP TTD TWD TZS USD WST XCD YER ZAR ZMW ZWG
    RM RMB RS FR SFR ₹ ฿ ₦ ₪ ₱ ₵ ₨ ৳
"""
"""Codes and signs of the currencies whose cents stand behind a point at home (Unicode CLDR, number symbols)."""
_DECIMAL_POINT = frozenset(_BEHIND_A_POINT.split())

_WITH_A_COMMA = """
    AOA ARS AZN BAM BGN BOB BRL BYN CZK DKK DZD EUR GEL LYD MAD MDL MKD MZN NOK PLN RON RSD RUB SEK SRD TND TRY UAH UYU VES
    € R$ ZŁ KČ KR ₽ ₺ ₴ ₼ ₾
"""
"""Codes and signs of the currencies whose cents are written, and behind a comma at home (CLDR as above)."""
_BEHIND_A_COMMA = frozenset(_WITH_A_COMMA.split())


def mark_groups(mark: str, currency: str) -> bool | None:
    """Whether a lone `mark` (comma or point) before exactly three digits groups them; None: that's open.

    `currency` is the code or sign that stands beside the figures. A percent sign's figure is a number whose point is
    the decimal one. Without a currency a point is open.
    """
    name = currency.strip().rstrip(".").upper()
    if mark == ",":
        return None if name in _BEHIND_A_COMMA else True
    if name in THREE_DECIMALS or name == "%":
        return False
    is_open = not name or name in _DECIMAL_POINT or (name[-1] in "$£" and name != "R$")
    return None if is_open else True
