"""Spreadsheet errors, which CSV files contain as text."""

from __future__ import annotations

from typing import Any

_ENGLISH = "#N/A #DIV/0! #REF! #NAME? #NULL! #NUM! #VALUE! #SPILL! #CALC! #GETTING_DATA #FIELD! #BLOCKED! #UNKNOWN!"
_MORE = "#CONNECT! #BUSY! #PYTHON! #EXTERNAL! #TIMEOUT! #ERROR! #N/A! Err:502 Err:504 Err:508 Err:509 Err:511 Err:522"
_TRANSLATED = "#NV #WERT! #BEZUG! #ZAHL! #ÜBERLAUF! #VALEUR! #NOM? #NOMBRE! #NUL! #¡VALOR! #¡REF! #¿NOMBRE? #¡NUM!"

ERRORS = frozenset(f"{_ENGLISH} {_MORE} {_TRANSLATED} #¡DIV/0! #¡NULO! #VALORE! #RIF! #NOME? #WAARDE! #VERW!".split())
"""Errors of Excel, LibreOffice and Google Sheets, in English, German, French, Spanish, Italian and Dutch."""


def is_error(cell: Any) -> bool:
    """Whether a cell's text is a spreadsheet error."""
    return isinstance(cell, str) and cell.strip() in ERRORS
