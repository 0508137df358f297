"""太原市推进职业技能提升培训实施方案, clause by clause (policy page, section 4)."""

from __future__ import annotations

from datetime import date

from oracle.facts import OJT, STAFF_KINDS, Row, closure, level_of
from oracle.line import YUAN, Line, Setting, ask, fee_payee, living, price

GENERAL_KINDS = {"就业技能培训", "劳动预备制培训", "创业培训"}
GENERAL = {
    "农村转移就业劳动者",
    "两后生",
    "高校毕业生",
    "下岗失业人员",
    "退役军人",
    "就业困难人员",
    "贫困劳动力",
}
CERTIFICATE = {"初级工": 300, "高级工": 600}
SENIOR = {"技师": 2000, "高级技师": 3000}
FIRST_CERTIFICATE = date(2019, 7, 1)


def lines(row: Row, setting: Setting) -> list[Line]:
    """Every line that matches, conditions and amounts included (``certificate_stacks`` comes later)."""
    kind, people = row["training_kind"], closure(row["categories"])
    if kind is None or kind == OJT:
        return []
    staff = "企业职工" in people
    kinds = GENERAL_KINDS if staff else GENERAL_KINDS | {"岗位技能提升培训"}
    out = []
    group = group_line(row, kind, people, kinds, setting)
    if group:
        group.group = True
        out.append(group)
    certificate = certificate_line(row, kind, staff, setting)
    if certificate:
        out.append(certificate)
    if "高校毕业生" in people and people & {"建档立卡贫困家庭", "城乡低保家庭", "零就业家庭"}:
        out.append(living(row, setting, kind in kinds))
    return out


def group_line(row: Row, kind: str, people: set[str], kinds: set[str], setting: Setting) -> Line | None:
    """The first match in the order prejob, general, senior."""
    staff = "企业职工" in people
    if (staff and kind in ("岗前培训", "安全技能培训", "转岗转业培训")) or (
        "转岗职工" in people and kind == "转岗转业培训"
    ):
        return Line("prejob", "用人单位", True, True, amount=300 * YUAN)
    if kind in kinds and people & (GENERAL | {"贫困家庭子女", "零就业家庭成员"}):
        line = Line("general", fee_payee(row), True, True)
        full = price(line, row, setting, cap=1000 * YUAN)
        if not people & GENERAL:
            ask(line, setting, "general_other_groups")
        if kind == "创业培训":
            ask(line, setting, "general_covers_startup")
        if people & GENERAL == {"贫困劳动力"} and full is not None and full > 1000 * YUAN:
            above_cap(line, full, setting)
        return line
    level = level_of(row)
    certified = row["certificate_kind"] in (None, "职业资格证书", "职业技能等级证书")
    if staff and kind in ("岗位技能提升培训", "高技能人才培训") and level in SENIOR and certified:
        line = Line("senior", "用人单位", True, True, amount=SENIOR[level] * YUAN)
        if row["certificate_kind"] == "职业技能等级证书":
            line.say("A06", "warning")
        return line
    return None


def above_cap(line: Line, full: int, setting: Setting) -> None:
    """为贫困劳动力提供免费职业技能培训 against 不超过1000元: the whole price (yes) or the cap (no)?"""
    whole = setting.readings.get("general_poor_above_cap")
    if whole is None:
        line.say("E09", "ruling")
    elif whole:
        line.amount = full


def certificate_line(row: Row, kind: str, staff: bool, setting: Setting) -> Line | None:
    """取证补贴. A certificate kind that is blank or unknown may still turn out to be one that is paid (C02 aims here)."""
    level, certificate = level_of(row), row["certificate_kind"]
    special = certificate == "专项职业能力证书" or (certificate is None and level == "专项职业能力")
    graded = certificate in (None, "职业资格证书", "职业技能等级证书") and level in (*CERTIFICATE, "中级工")
    if not special and not graded:
        return None
    line = Line("certificate", "用人单位" if staff and kind in STAFF_KINDS else "培训机构", True, True)
    if special:
        line.amount = 150 * YUAN
    elif level in CERTIFICATE:
        line.amount = CERTIFICATE[level] * YUAN
    elif certificate is not None or row["result"] == "合格":  # 中级工: the text names no amount
        line.amount = ask(line, setting, "certificate_intermediate")
    if row["issued_on"] is not None and row["issued_on"] < FIRST_CERTIFICATE:
        line.say("E07", "error")
    return line
