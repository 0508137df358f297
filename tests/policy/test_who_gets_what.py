"""Who matches which line, read off the shipped files by a matcher of a few lines, case by case."""

from __future__ import annotations

import pytest

from skillcli.policy.load import load_policy
from skillcli.policy.model import Line, Policy, Route

POLICIES = {"林口": load_policy("linkou-2019"), "太原": load_policy("taiyuan-2019")}

# city · 人员类别 · 培训类型 · 等级 · 证书 · 户口 → group line; other lines (with the readings they ask)
CASES = """
林口 | 服刑人员、农村转移就业劳动者 | 就业技能培训 | | | 农村 | custodial |
林口 | 戒毒人员、两后生 | 项目制培训 | | | 农村 | custodial |
林口 | 服刑人员、贫困劳动力 | 以工代训 | | | | | ojt
林口 | 贫困劳动力 | 项目制培训 | | | | project | living
林口 | 去产能失业人员 | 项目制培训 | | | | project |
林口 | 农村转移就业劳动者 | 项目制培训 | | | | project ?project_other_groups |
林口 | 企业职工、退役军人 | 项目制培训 | | | | project |
林口 | 企业职工 | 项目制培训 | | | | |
林口 | 农村转移就业劳动者 | 就业技能培训 | 初级工 | | | free |
林口 | 新生代农民工 | 创业培训 | | | | free |
林口 | 残疾人 | 就业技能培训 | | | | free | living
林口 | 就业困难人员 | 就业技能培训 | | | | free ?free_other_workers | living
林口 | 零就业家庭成员 | 劳动预备制培训 | | | | free ?free_other_workers | living
林口 | 其他 | 就业技能培训 | | | | free ?free_other_workers |
林口 | 其他 | 岗位技能提升培训 | 初级工 | | | free ?free_other_workers |
林口 | 高校毕业生 | 就业技能培训 | | | | free ?free_other_workers |
林口 | 毕业年度高校毕业生 | 就业技能培训 | | | | free |
林口 | 转岗职工 | 就业技能培训 | | | | free |
林口 | 转岗职工 | 安全技能培训 | | | | free |
林口 | 转岗职工 | 转岗转业培训 | | | | transfer |
林口 | 企业职工 | 转岗转业培训 | | | | transfer |
林口 | 下岗失业人员 | 转岗转业培训 | | | | |
林口 | 退役军人 | 高技能人才培训 | 高级工 | | | free |
林口 | 企业职工、退役军人 | 高技能人才培训 | 高级工 | | | staff |
林口 | 企业职工、农村转移就业劳动者 | 就业技能培训 | | | | free |
林口 | 企业职工 | 就业技能培训 | | | | |
林口 | 企业职工 | 岗位技能提升培训 | 技师 | | | staff |
林口 | 企业职工 | 岗位技能提升培训 | | | | staff |
林口 | 企业职工 | 岗位技能提升培训 | 专项职业能力 | | | |
林口 | 企业职工 | 企业新型学徒制培训 | 中级工 | | | apprentice |
林口 | 企业职工 | 岗前培训 | | | | prejob |
林口 | 企业职工 | 安全技能培训 | | | | prejob |
林口 | 贫困劳动力 | 岗前培训 | | | | | living ?living_in_staff_training
林口 | 企业职工、贫困劳动力 | 安全技能培训 | | | | prejob | living ?living_in_staff_training
林口 | 贫困劳动力 | 安全技能培训 | | | | free | living
林口 | 企业职工、贫困劳动力 | 就业技能培训 | | | | free | living
林口 | 两后生 | 就业技能培训 | | | 农村 | free | living
林口 | 两后生 | 就业技能培训 | | | 城镇 | free |
林口 | 两后生、城市低保家庭 | 就业技能培训 | | | 城镇 | free | living
林口 | 两后生、城乡低保家庭 | 就业技能培训 | | | | free |
林口 | 两后生、戒毒人员 | 就业技能培训 | | | 农村 | custodial |
林口 | 残疾人 | 以工代训 | | | | | ojt
林口 | 零就业家庭成员 | 以工代训 | | | | | ojt
林口 | 两后生 | 以工代训 | | | 农村 | |
太原 | 企业职工 | 岗前培训 | | | | prejob |
太原 | 企业职工 | 转岗转业培训 | | | | prejob |
太原 | 转岗职工 | 转岗转业培训 | | | | prejob |
太原 | 转岗职工 | 岗前培训 | | | | |
太原 | 农村转移就业劳动者 | 就业技能培训 | | | | general |
太原 | 残疾人 | 劳动预备制培训 | | | | general |
太原 | 毕业年度高校毕业生 | 就业技能培训 | | | | general |
太原 | 高校毕业生 | 创业培训 | | | | general ?general_covers_startup |
太原 | 退役军人 | 岗位技能提升培训 | | | | general |
太原 | 企业职工、退役军人 | 岗位技能提升培训 | 初级工 | 专项职业能力证书 | | | certificate
太原 | 企业职工、退役军人 | 就业技能培训 | | | | general |
太原 | 贫困劳动力 | 就业技能培训 | | | | general >general_poor_above_cap |
太原 | 贫困劳动力 | 创业培训 | | | | general ?general_covers_startup >general_poor_above_cap |
太原 | 贫困劳动力、残疾人 | 就业技能培训 | | | | general |
太原 | 贫困劳动力、贫困家庭子女 | 就业技能培训 | | | | general >general_poor_above_cap |
太原 | 贫困家庭子女 | 就业技能培训 | | | | general ?general_other_groups |
太原 | 零就业家庭成员 | 创业培训 | | | | general ?general_other_groups ?general_covers_startup |
太原 | 零就业家庭成员 | 岗位技能提升培训 | | | | general ?general_other_groups |
太原 | 其他 | 就业技能培训 | 初级工 | 职业技能等级证书 | | | certificate
太原 | 企业职工 | 高技能人才培训 | 技师 | 职业资格证书 | | senior |
太原 | 企业职工 | 岗位技能提升培训 | 高级技师 | 职业技能等级证书 | | senior ?senior_accepts_level_certificate |
太原 | 企业职工 | 高技能人才培训 | 技师 | 培训合格证书 | | |
太原 | 企业职工 | 高技能人才培训 | 技师 | | | senior |
太原 | 企业职工 | 高技能人才培训 | 高级工 | 职业资格证书 | | | certificate
太原 | 企业职工 | 高技能人才培训 | 高级工 | | | | certificate
太原 | 退役军人 | 高技能人才培训 | 技师 | 职业资格证书 | | |
太原 | 两后生 | 就业技能培训 | 中级工 | 职业资格证书 | | general | certificate
太原 | 两后生 | 就业技能培训 | | 专项职业能力证书 | | general | certificate
太原 | 两后生 | 就业技能培训 | 专项职业能力 | | | general | certificate
太原 | 两后生 | 就业技能培训 | | 职业资格证书 | | general |
太原 | 两后生 | 就业技能培训 | 初级工 | 特种作业操作证 | | general |
太原 | 两后生 | 以工代训 | 初级工 | 职业资格证书 | | |
太原 | 高校毕业生、城市低保家庭 | 就业技能培训 | | | | general | living
太原 | 高校毕业生、零就业家庭成员 | 创业培训 | | | | general ?general_covers_startup | living
太原 | 高校毕业生、建档立卡贫困家庭 | 项目制培训 | | | | | living ?living_in_staff_training
太原 | 高校毕业生、城乡低保家庭 | 岗位技能提升培训 | | | | general | living
太原 | 企业职工、高校毕业生、城乡低保家庭 | 岗位技能提升培训 | | | | | living ?living_in_staff_training
太原 | 两后生、城乡低保家庭 | 就业技能培训 | | | | general |
太原 | 高校毕业生 | 就业技能培训 | | | | general |
太原 | 高校毕业生、城乡低保家庭 | 以工代训 | | | | |
"""


def everything(policy: Policy, categories: str) -> set[str]:
    held = set(categories.split("、"))
    return held | {brought for word in held for brought in policy.implies.get(word, [])}


def fits(policy: Policy, route: Route, people: set[str], row: dict[str, str]) -> bool:
    def member(name: str) -> bool:
        group = policy.person_group(name)
        return not people & set(group.without) and any(
            (not who.categories or people & set(who.categories))
            and people >= set(who.all)
            and not people & set(who.without)
            and who.household in ("", row["household"])
            for who in group.any
        )

    return (
        (not route.groups or any(map(member, route.groups)))
        and not any(map(member, route.not_groups))
        and not people & set(route.without)
        and row["kind"] in policy.kinds(route.kinds)
        and (not route.levels or row["level"] in route.levels or (route.blank_level and not row["level"]))
        and (
            not route.certificates
            or row["certificate"] in route.certificates
            or (route.blank_certificate and not row["certificate"])
        )
        and not route.flag
    )


def told(line: Line, route: Route) -> str:
    above = [f">{route.price_over}"] if route.price_over else []
    return " ".join([line.id, *(f"?{key}" for key in route.readings), *above])


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_a_training_matches_the_lines_of_the_contract(case: str) -> None:
    city, categories, kind, level, certificate, household, group, *others = [cell.strip() for cell in case.split("|")]
    policy = POLICIES[city]
    row = {"kind": kind, "level": level, "certificate": certificate, "household": household}
    people = everything(policy, categories)
    earned: dict[str, list[str]] = {"training": [], "": []}
    for line in policy.lines:
        route = next((route for route in line.match if fits(policy, route, people, row)), None)
        if route is not None and not (line.group and earned[line.group]):
            earned[line.group].append(told(line, route))
    assert (" ".join(earned["training"]), "; ".join(earned[""])) == (group, others[0] if others else "")


def test_placement_asks_for_the_flag_and_a_focus_group() -> None:
    (route,) = POLICIES["林口"].line("placement").match
    assert (route.flag, route.groups) == ("placed", ["focus"])
    assert "以工代训" not in POLICIES["林口"].kinds(route.kinds)
    focus = set(POLICIES["林口"].person_group("focus").any[0].categories)
    assert focus == {
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


def test_a_certificate_is_paid_to_the_employer_only_for_staff_on_staff_kinds() -> None:
    first, last = POLICIES["太原"].line("certificate").payee
    assert (first.to, first.categories) == ("用人单位", ["企业职工"])
    assert POLICIES["太原"].kinds(first.kinds) == {
        "岗前培训",
        "安全技能培训",
        "转岗转业培训",
        "岗位技能提升培训",
        "高技能人才培训",
        "企业新型学徒制培训",
    }
    assert (last.to, last.categories, last.kinds, last.payer) == ("培训机构", [], [], "")


@pytest.mark.parametrize("line", ["linkou-2019 free", "taiyuan-2019 general"])
def test_who_paid_the_fee_gets_it_back(line: str) -> None:
    policy, name = line.split()
    assert [(p.to, p.payer) for p in load_policy(policy).line(name).payee] == [("个人", "个人缴费"), ("培训机构", "")]
