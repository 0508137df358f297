"""Last guard before a screen or a log: no whole identity, account or telephone number passes.

Messages are masked where they are made; this catches what a library put into an exception or
a user into a command line.
"""

from __future__ import annotations

import re

from skillcli.core.identity import mask, mask_account

_SPACED = re.compile(r"(?<!\d)\d{6} \d{8} \d{3}[\dXx](?!\d)|(?<!\d)\d{4}(?: \d{4}){2,4}(?: \d{1,3})?(?!\d)")
_RUN = re.compile(r"(?<![\dA-Za-z])\d{11,}[Xx]?(?![\dA-Za-z])")
_IDENTITY_LENGTHS = (15, 17, 18)


def redact(text: str) -> str:
    """``text`` with every run of eleven or more digits masked, grouped by blanks or not.

    Runs inside a word of letters and digits (a hash) are left alone.
    """
    return _RUN.sub(_masked, _SPACED.sub(lambda found: _cover(found[0].replace(" ", "")), text))


def _masked(found: re.Match[str]) -> str:
    return _cover(found[0])


def _cover(number: str) -> str:
    return mask(number) if len(number) in _IDENTITY_LENGTHS else mask_account(number)
