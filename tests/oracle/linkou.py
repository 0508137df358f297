"""林政办规〔2019〕4号, clause by clause (policy page, section 3)."""

from __future__ import annotations

from oracle.catalogue import entry_for
from oracle.facts import LEVELS, OJT, STAFF_KINDS, Row, add_months, closure, level_of, whole_months
from oracle.line import YUAN, Line, Setting, ask, fee_payee, living, price
from oracle.places import where

FOCUS = {
    "农村转移就业劳动者",
    "两后生",
    "下岗失业人员",
    "退役军人",
    "毕业年度高校毕业生",
    "就业困难人员",
    "零就业家庭成员",
    "贫困家庭子女",
    "贫困劳动力",
    "服刑人员",
    "戒毒人员",
}
FREE = {
    "贫困家庭子女",
    "贫困劳动力",
    "两后生",
    "农村转移就业劳动者",
    "下岗失业人员",
    "转岗职工",
    "退役军人",
    "毕业年度高校毕业生",
    "残疾人",
}
PROJECT = {"贫困劳动力", "去产能失业人员", "退役军人"}
FREE_KINDS = {"就业技能培训", "劳动预备制培训", "创业培训"}
FREE_KINDS_OUTSIDE_STAFF = {"安全技能培训", "岗位技能提升培训", "高技能人才培训"}
BASE = dict(zip(LEVELS, (1000, 1500, 2000, 2500, 3000), strict=True))
RAISED = dict(zip(LEVELS, (1200, 1800, 2500, 3500, 4500), strict=True))


def lines(row: Row, setting: Setting) -> list[Line]:
    """Every line that matches, conditions and amounts included."""
    kind, people = row["training_kind"], closure(row["categories"])
    if kind is None:
        return []
    out = []
    group = group_line(row, kind, people, setting)
    if group:
        group.group = True
        out.append(group)
    if kind == OJT and people & {"贫困劳动力", "就业困难人员", "零就业家庭成员"}:
        out.append(ojt(row, people))
    if kind != OJT and may_live(row, people):
        plain = kind not in STAFF_KINDS or ("企业职工" not in people and kind in FREE_KINDS_OUTSIDE_STAFF)
        out.append(living(row, setting, plain))
    if kind != OJT and people & FOCUS and row["placed"] is True:
        out.append(placement(row, setting))
    return out


def group_line(row: Row, kind: str, people: set[str], setting: Setting) -> Line | None:
    """The first match in the order custodial, project, free, staff, apprentice, prejob, transfer."""
    staff = "企业职工" in people
    if kind != OJT and people & {"服刑人员", "戒毒人员"}:
        line = Line("custodial", "培训机构", True, True)
        custody(line, row, people)
        price(line, row, setting)
        return line
    if kind == "项目制培训" and people & (PROJECT | FOCUS):
        line = Line("project", "培训机构", True, True)
        price(line, row, setting)
        if not people & PROJECT:
            ask(line, setting, "project_other_groups")
        return line
    free_kind = kind in FREE_KINDS or (kind in FREE_KINDS_OUTSIDE_STAFF and not staff)
    if free_kind and (people & FREE or not staff):
        line = Line("free", fee_payee(row), True, True)
        price(line, row, setting)
        if not people & FREE:
            ask(line, setting, "free_other_workers")
        return line
    if staff and kind in ("岗位技能提升培训", "高技能人才培训") and level_of(row) in (*LEVELS, None):
        line = Line("staff", "用人单位", True, True)
        staff_rate(line, row, setting)
        return line
    if staff and kind == "企业新型学徒制培训":
        line = Line("apprentice", "用人单位", True, True)
        apprentice(line, row, setting)
        return line
    if staff and kind in ("岗前培训", "安全技能培训"):
        return Line("prejob", "用人单位", True, True, amount=1000 * YUAN)
    if people & {"企业职工", "转岗职工"} and kind == "转岗转业培训":
        return Line("transfer", "用人单位", True, True, amount=1500 * YUAN)
    return None


def custody(line: Line, row: Row, people: set[str]) -> None:
    """距刑满释放不足一年; people in drug rehabilitation need no release date."""
    if "服刑人员" not in people or "戒毒人员" in people or row["start"] is None:
        return
    release = row["release_on"]
    if release is None or release < row["start"]:
        line.say("E02", "hold")
    elif release >= add_months(row["start"], 12):
        line.say("E03", "error")


def staff_rate(line: Line, row: Row, setting: Setting) -> None:
    level = level_of(row)
    if level is None:
        return
    if setting.catalogue.shortage is None:
        line.say("E13", "ruling")
        return
    urgent = entry_for(setting.catalogue.shortage, row["occupation"], level, row["start"]) is not None
    line.amount = (RAISED if urgent else BASE)[level] * YUAN


def apprentice(line: Line, row: Row, setting: Setting) -> None:
    yearly = ask(line, setting, "apprentice_yearly")
    if row["start"] is None or row["end"] is None or row["end"] < row["start"]:
        return
    years = whole_months(row["start"], row["end"]) // 12
    if years < 1:
        line.say("E08", "hold")
    line.amount = (4000 * YUAN if yearly is None else int(yearly)) * years


def ojt(row: Row, people: set[str]) -> Line:
    line = Line("ojt", "用人单位", needs_pass=False, needs_certificate=False)
    if "贫困劳动力" not in people and row["employer_insured"] is not True:
        line.say(*(("E05", "hold") if row["employer_insured"] is None else ("E04", "error")))
    if row["start"] is None or row["end"] is None or row["end"] < row["start"]:
        return line
    calendar = whole_months(row["start"], row["end"])
    line.months = calendar if row["ojt_months"] is None else row["ojt_months"]
    if line.months < 1 or line.months > calendar:
        line.say("E14", "error")
        line.months = 0
    line.amount = 500 * YUAN * line.months
    return line


def may_live(row: Row, people: set[str]) -> bool:
    if people & {"服刑人员", "戒毒人员"}:
        return False
    if people & {"贫困劳动力", "就业困难人员", "零就业家庭成员"}:
        return True
    return "两后生" in people and (row["household"] == "农村" or "城市低保家庭" in people)


def placement(row: Row, setting: Setting) -> Line:
    line = Line("placement", "培训机构", needs_pass=False, needs_certificate=False, amount=200 * YUAN)
    hired, place = row["employed_on"], where(row["employed_region"])
    late = hired is not None and row["end"] is not None and not row["end"] <= hired <= add_months(row["end"], 6)
    if late or (hired is not None and hired > setting.as_of) or place == "outside":
        line.say("E06", "error")
    if hired is None or place == "unknown":
        line.say("E11", "hold")
    return line
