"""The receipt of a check: a code that says which files, how many rows, how much money and by which rules.

A code such as ``SK1-20200410-120-9000000-1a2b3c4d-…`` carries day, rows and fen openly and the rest as
short hashes, so that whoever holds the files can say which part no longer agrees; its last part seals all
of them with their whole hashes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.jobs.basis import basis_sha256
from skillcli.ledger.batch import files_digest

if TYPE_CHECKING:
    from skillcli.jobs.hearing import Hearing
    from skillcli.policy.model import Policy
    from skillcli.schema.roster import Roster

FORM = "SK1"
_SHORT, _SEAL = 8, 16
CODE = re.compile(
    rf"{FORM}-(\d{{8}})-(\d+)-(\d+)-([0-9a-f]{{8}})-([0-9a-f]{{8}})-([0-9a-f]{{8}})-([0-9a-f]{{8}}|0)-([0-9a-f]{{16}})"
)


class Receipt(Struct, frozen=True):
    """What a check rested on and came to. ``files``: digest of the roster files; ``basis``: of
    readings and catalogue; ``head``: the ledger's head, "" where the check used none."""

    as_of: date
    rows: int
    amount_fen: int
    files: str
    policy: str
    basis: str
    head: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The code's parts but the seal, in order."""
        hashes = (self.files, self.policy, self.basis, self.head)
        return (f"{self.as_of:%Y%m%d}", str(self.rows), str(self.amount_fen), *(h[:_SHORT] or "0" for h in hashes))

    @property
    def code(self) -> str:
        """The code as printed."""
        whole = "\n".join((FORM, *self.parts[:3], self.files, self.policy, self.basis, self.head))
        return "-".join((FORM, *self.parts, hashlib.sha256(whole.encode()).hexdigest()[:_SEAL]))


def receipt_of(roster: Roster, heard: Hearing, policy: Policy, as_of: date) -> Receipt:
    """The receipt of a check of a whole run."""
    return Receipt(
        as_of,
        len(roster.frame),
        int(heard.decision.lines["amount_fen"].sum()),
        files_digest(sheet.sha256 for sheet in roster.sheets),
        policy.sha256,
        basis_sha256(policy, heard.catalogue),
        heard.head,
    )


class Part(Struct, frozen=True):
    """One part of two receipts side by side, as a clerk reads it."""

    title: str
    said: str
    found: str

    @property
    def same(self) -> bool:
        """Whether the receipt says what was found."""
        return self.said == self.found


TITLES = ("判定日期", "行数", "金额（元）", "花名册文件", "政策", "口径和目录", "台账")


def split_code(text: str) -> tuple[str, ...]:
    """The parts of a code, the seal last. Raises ClerkError when it is none."""
    found = CODE.fullmatch(text.strip())
    if found is None:
        raise ClerkError(
            f"“{text.strip()[:60]}”不是收据号。", f"收据号以 {FORM}- 开头，印在补贴测算的“说明”里，请整段复制。"
        )
    return found.groups()


def day_of(code: str) -> date:
    """The day a receipt was made for. Raises ClerkError when the code is none."""
    text = split_code(code)[0]
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise ClerkError(f"收据号里的日期 {text} 不存在。", "请核对收据号。") from None


def uses_ledger(code: str) -> bool:
    """Whether the check behind a code used a ledger. Raises ClerkError when the code is none."""
    return split_code(code)[6] != "0"


def compare(code: str, found: Receipt) -> tuple[Part, ...]:
    """Every part of a code beside what was found, and the seal last where all parts agree but it."""
    *said, seal = split_code(code)
    parts = [
        Part(title, *map(_shown, (title, title), pair))
        for title, pair in zip(TITLES, zip(said, found.parts, strict=True), strict=True)
    ]
    if all(part.same for part in parts):
        parts.append(Part("校验", seal, found.code.rpartition("-")[2]))
    return tuple(parts)


def code_in(texts: Iterable[str]) -> str:
    """The first receipt code that stands in these texts, "" without one."""
    return next((found[0] for text in texts if (found := CODE.search(text))), "")


def _shown(title: str, text: str) -> str:
    from skillcli.core.money import yuan_text

    if title == TITLES[0]:
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if title == TITLES[2]:
        return yuan_text(int(text))
    return "未使用" if title == TITLES[6] and text == "0" else text
