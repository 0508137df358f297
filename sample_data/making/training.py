"""A clean training of each kind, with a person of its own; cases overwrite what they are about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from making.people import People, sex_of
from making.sheet import Row

LEVELS = {"初级工": 5, "中级工": 4, "高级工": 3, "技师": 2, "高级技师": 1}


class Maker:
    """Makes rows for one city."""

    def __init__(self, seed: str, area: str, towns: tuple[str, ...], *, cards: bool = False) -> None:
        self.people = People(seed, area)
        self.towns = towns
        self.cards = cards
        self.serial = 0

    def row(self, usual: dict[str, Any], **cells: Any) -> Row:
        """A passed training. ``usual``: the institution's ordinary class; ``of``: another row whose person this is;
        every other cell overwrites."""
        other: Row | None = cells.pop("of", None)
        person = self._person(cells) if other is None else {k: other.cells[k] for k in PERSONAL if k in other.cells}
        start = cells.get("start", date(2020, 2, 17))
        base: dict[str, Any] = GENERIC | {"start": start, "end": start + timedelta(days=18)} | usual | person | cells
        if base["result"] == "合格":
            issued = base["end"] + timedelta(days=10) if isinstance(base["end"], date) else None
            base.setdefault("issued_on", issued)
            base.setdefault("certificate_no", self.certificate(base))
        return Row(base)

    def _person(self, cells: dict[str, Any]) -> dict[str, Any]:
        people = self.people
        number = cells.get("id_number") or people.identity()
        return {
            "name": people.name(),
            "id_number": number,
            "sex": sex_of(number) if len(str(number)) == 18 else None,
            "phone": people.phone(),
            "household": "农村",
            "town": people.rng.choice(self.towns),
            "account": people.account(),
            "employment_card": f"{number[:6]}{people.rng.randrange(10**10):010d}" if self.cards else None,
        }

    def certificate(self, cells: dict[str, Any]) -> str:
        """A new number of the form that belongs to the certificate kind."""
        self.serial += 1
        year = cells["issued_on"].strftime("%y") if isinstance(cells.get("issued_on"), date) else "20"
        kind = cells["certificate_kind"]
        if kind == "职业技能等级证书":
            return f"S0000{self.people.area[:2]}000101{year}{LEVELS.get(cells['level'], 5)}{self.serial:06d}"
        if kind == "职业资格证书":
            return f"{year}{self.people.area[:2]}100101"[:8] + f"01{LEVELS.get(cells['level'], 5)}{self.serial:05d}"
        if kind == "特种作业操作证":
            return f"T{cells['id_number']}"
        return f"{'ZX' if kind == '专项职业能力证书' else 'HG'}20{year}{self.serial:05d}"


GENERIC = {
    "training_kind": "就业技能培训",
    "level": "初级工",
    "hours": 120,
    "days": 15,
    "attendance": "95%",
    "result": "合格",
    "certificate_kind": "职业技能等级证书",
    "payer": "机构垫付",
    "bank": "农村信用社",
}
PERSONAL = (
    "name",
    "id_number",
    "sex",
    "phone",
    "household",
    "town",
    "account",
    "employment_card",
    "categories",
    "employer",
)
