"""Which province a place of work lies in, for the few places the random rosters name."""

from __future__ import annotations

INSIDE = ("黑龙江", "哈尔滨", "牡丹江", "林口", "齐齐哈尔", "佳木斯")
PROVINCES = {
    "11": "北京",
    "12": "天津",
    "13": "河北",
    "14": "山西",
    "21": "辽宁",
    "22": "吉林",
    "31": "上海",
    "32": "江苏",
    "33": "浙江",
    "37": "山东",
    "44": "广东",
}


def where(place: str | None) -> str:
    """``inside``, ``outside`` or ``unknown`` (blank or not recognised), seen from Heilongjiang."""
    if not place:
        return "unknown"
    if place.isdigit() and len(place) == 6:
        return "inside" if place[:2] == "23" else "outside" if place[:2] in PROVINCES else "unknown"
    if place.startswith(INSIDE):
        return "inside"
    return "outside" if place.startswith(tuple(PROVINCES.values())) else "unknown"
