"""What an odd header may mean is proposed by name and by content, and never taken by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillcli.intake.proposals import Proposals, propose

from .build import KEYS, codes, person, read_one, roster_xlsx

PEOPLE = [person(n, phone=f"1380013{n:04d}", level="中级工" if n % 2 else "高级工") for n in range(12)]
WITH_PHONE = [*KEYS, "phone"]


def looked_at(path: Path, titles: dict[str, str], **options: object) -> Proposals:
    return propose(roster_xlsx(path, PEOPLE, keys=WITH_PHONE, titles=titles), {}, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "header", "title", "why"),
    [
        ("id_number", "公民证件编号", "身份证号", "内容是身份证号"),
        ("id_number", "代码", "身份证号", "内容是身份证号"),
        ("phone", "tel", "联系电话", "内容是手机号"),
        ("level", "档次", "技能等级", "内容都是“技能等级”的常用词"),
        ("categories", "对象", "人员类别", "内容都是“人员类别”的常用词"),
        ("training_kind", "班型", "培训类型", "内容都是“培训类型”的常用词"),
        ("certificate_no", "证书的编号", "证书编号", "名称与“证书编号”相近"),
        ("end", "结业日", "结课日期", "名称与“结课日期”相近"),
        ("institution", "承办培训机构", "培训机构", "名称与“培训机构”相近"),
    ],
)
def test_an_odd_header_is_proposed(key: str, header: str, title: str, why: str, tmp_path: Path) -> None:
    done = looked_at(tmp_path / "a.xlsx", {key: header})
    assert [(each.written, each.title, each.why) for each in done.found] == [(header, title, why)]
    assert done.missing == ()


def test_a_proposal_is_never_taken_by_itself_and_works_once_registered(tmp_path: Path) -> None:
    done = looked_at(tmp_path / "a.xlsx", {"id_number": "公民证件编号", "phone": "tel"})
    assert codes(read_one(tmp_path / "a.xlsx")) == ["F04"]
    roster = read_one(tmp_path / "a.xlsx", mapping={each.written: each.title for each in done.found})
    assert codes(roster) == []
    assert roster.frame["id_number"].tolist() == [each["id_number"] for each in PEOPLE]


def test_headers_hardly_known_at_all_are_looked_at_too(tmp_path: Path) -> None:
    odd = {key: f"第{n}项" for n, key in enumerate(WITH_PHONE)} | {"name": "学员姓名字"}
    done = looked_at(tmp_path / "a.xlsx", odd)
    assert {each.title for each in done.found} >= {"姓名", "身份证号", "联系电话", "技能等级", "人员类别"}
    assert "开班日期" in done.missing


def test_a_known_roster_needs_nothing(tmp_path: Path) -> None:
    done = looked_at(tmp_path / "a.xlsx", {})
    assert (done.found, done.left, done.missing) == ((), (), ())
    assert done.institution == "第一职业培训学校"


def test_a_header_like_a_date_with_other_content_is_not_proposed(tmp_path: Path) -> None:
    people = [{**each, "end": "很好"} for each in PEOPLE]
    done = propose(roster_xlsx(tmp_path / "a.xlsx", people, titles={"end": "结课日期情况"}), {})
    assert done.found == ()
    assert done.left == ("结课日期情况",)
    assert done.missing == ("结课日期",)


def test_what_resembles_nothing_is_named_as_left(tmp_path: Path) -> None:
    done = looked_at(tmp_path / "a.xlsx", {"phone": "tel", "institution": "办学点"})
    assert done.left == ("办学点",)
    assert done.missing == ("培训机构",)


def test_what_is_registered_already_is_not_proposed_again(tmp_path: Path) -> None:
    path = roster_xlsx(tmp_path / "a.xlsx", PEOPLE, keys=WITH_PHONE, titles={"phone": "tel"})
    assert propose(path, {"tel": "联系电话"}).found == ()
