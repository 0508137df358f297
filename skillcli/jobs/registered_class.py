"""What an advance takes from the register of classes (开班登记): planned heads, institution, and the price of what is taught."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.money import fen
from skillcli.ledger.netting import fold
from skillcli.ledger.registers import Registers
from skillcli.rules.catalogue import Shelf
from skillcli.rules.facts import normal, without_bracket
from skillcli.schema.registers import CLASSES

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger


class RegisteredClass(Struct, frozen=True):
    """An entry of the register. ``standard_fen``: price of its occupation and level in the catalogue on the first day (of a
    class without one: on the advance's day), None where there is none."""

    class_no: str
    institution: str
    planned: int
    occupation: str
    standard_fen: int | None


def registered_class(ledger: Ledger, class_no: str, institution: str, day: date) -> RegisteredClass | None:
    """The class of this number (and institution, "": whichever has it); None when the register has none.

    Raises ClerkError when several institutions have one and none is named.
    """
    entries = Registers(ledger).read(CLASSES)
    if entries is None:
        return None
    found = entries[entries["class_no"].fillna("").map(fold).eq(fold(class_no))]
    if institution:
        found = found[found["institution"].fillna("").map(fold).eq(fold(institution))]
    if len(found) > 1:
        names = "、".join(found["institution"])
        raise ClerkError(
            f"开班登记里有几个单位的班级都叫 {class_no}：{names}。", "请用 --institution 写明是哪一个单位。"
        )
    if found.empty:
        return None
    entry = found.iloc[0]
    return RegisteredClass(
        str(entry["class_no"]),
        str(entry["institution"]),
        int(entry["planned"]),
        "" if pd.isna(entry["occupation"]) else str(entry["occupation"]),
        _price(ledger, found, day),
    )


def measure(
    class_no: str, known: RegisteredClass | None, payee: str, heads: int | None, standard: Decimal | None
) -> tuple[int, int]:
    """Heads and fen a head: as given, else as registered. Raises ClerkError where neither says."""
    if known is None and (heads is None or standard is None or not payee.strip()):
        whose = f"“{payee.strip()}”的" if payee.strip() else ""
        raise ClerkError(
            f"开班登记里没有{whose}班级 {class_no.strip()}，不知道计划人数和标准。",
            "先用 skillcli register import 导入开班登记；或者写明 --institution（或 --employer）、--heads 和 --standard。",
        )
    if known is not None and heads is not None and heads > known.planned:
        raise ClerkError(
            f"--heads 写的是 {heads:,} 人，开班登记的班级 {known.class_no} 计划 {known.planned:,} 人。",
            "请核对人数；班级扩招的，先更改开班登记再导入。",
        )
    if heads is None and known is not None:
        heads = known.planned
    standard_fen = _fen(standard) if standard is not None else known.standard_fen if known else None
    if heads is None or standard_fen is None:
        what = known.occupation if known and known.occupation else "这个班级的职业（工种）"
        raise ClerkError(f"目录里没有“{what}”的收费标准。", "请用 --standard 写明每人的补贴标准，或先导入目录。")
    return heads, standard_fen


def _fen(yuan: Decimal) -> int:
    try:
        return fen(yuan)
    except ValueError as error:
        raise ClerkError(f"补贴标准 {yuan:f} 元多于两位小数。", "请写到分。") from error


def _price(ledger: Ledger, entry: pd.DataFrame, day: date) -> int | None:
    items = ledger.catalogue().items
    if items is None or items.empty:
        return None
    exact = normal(entry["occupation"])
    asked = entry.assign(
        occupation_exact=exact,
        occupation_n=without_bracket(exact),
        start=entry["start"].fillna(pd.Timestamp(day)),
    )
    shelf = Shelf(items)
    row = int(shelf.find(asked, "start")[0])
    return int(shelf.price[row]) if row >= 0 and shelf.price[row] > 0 else None
