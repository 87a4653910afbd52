"""What the days of the week are called where dates are stated: whole words and usual abbreviations of a dozen languages."""

from collections.abc import Mapping
from typing import Final

__all__ = ["WEEKDAYS"]

# English, German, French, Spanish, Italian, Portuguese, Dutch, Malay, Indonesian, Scandinavian, Japanese; no accents.
_NAMES = (
    "monday mon montag mo lundi lun lunes lunedi segunda-feira segunda seg maandag ma isnin isn senin sen mandag man 月",
    "tuesday tue tues dienstag di mardi mar martes martedi terca-feira terca ter dinsdag selasa sel tisdag tirsdag tis tir 火",
    "wednesday wed mittwoch mi mercredi mer miercoles mie mercoledi quarta-feira quarta qua woensdag wo rabu rab onsdag ons 水",
    "thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedi gio quinta-feira quinta qui donderdag khamis kha "
    "kamis kam torsdag tor 木",
    "friday fri freitag fr vendredi ven viernes vie venerdi sexta-feira sexta sex vrijdag vr jumaat jum jumat fredag fre 金",
    "saturday sat samstag sonnabend sa samedi sam sabado sab sabato zaterdag za sabtu lordag lørdag lor lør 土",
    "sunday sun sonntag so dimanche dim domingo dom domenica zondag zo ahad ahd minggu min sondag søndag son søn 日",
)
WEEKDAYS: Final[Mapping[str, int]] = {name: day for day, names in enumerate(_NAMES) for name in names.split()}
"""The number of a day of the week (`date.weekday`: Monday is 0) by each of its names, as `bare_letters` writes them."""
