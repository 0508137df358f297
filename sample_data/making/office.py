"""What the offices have: catalogues, readings, a reference list, grants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from making import linkou, taiyuan
from making.sheet import Grid, Row
from making.write import xlsx

ITEMS = ("职业（工种）", "技能等级", "收费标准", "最低课时", "文号", "生效日期", "失效日期")
SHORTAGE = ("职业（工种）", "技能等级", "文号", "生效日期", "失效日期")
BODIES = (
    "机构名称",
    "统一社会信用代码",
    "机构类别",
    "准入方式",
    "文号",
    "开户银行",
    "银行账号",
    "生效日期",
    "失效日期",
)
READINGS = ("政策", "口径键", "口径", "认定人", "文号", "日期")
REFERENCE = ("名单", "姓名", "身份证号", "事项日期", "处理", "备注")
GRANTS = ("单位名称", "统一社会信用代码", "补助项目", "认定文号", "认定日期", "开户银行", "银行账号")

OLD, NEW = date(2019, 12, 31), date(2020, 1, 1)


def sheet(name: str, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> Grid:
    return Grid(name, [list(titles), *map(list, rows)], [], list(range(2, len(rows) + 2)), len(titles))


def catalogue_linkou(path: Path) -> None:
    """Prices in two versions (2019, 2020), an exact level beside a blank one."""
    number = "林人社〔2019〕8号"
    items: list[Sequence[Any]] = []
    for name, before, after in (
        ("家政服务员", 1100, 1200),
        ("养老护理员", 1300, 1400),
        ("美发师", 900, 900),
        ("保育员", 1000, 1050),
        ("农艺工", 800, 800),
        ("焊工", 1500, 1600),
        ("电工", 1300, 1300),
        ("汽车维修工", 1800, 1800),
        ("中式烹调师", 1500, 1500),
    ):
        items += [(name, None, before, 40, number, date(2019, 1, 1), OLD), (name, None, after, 40, number, NEW, None)]
    items.append(("焊工", "高级工", 2200, 80, number, None, None))
    shortage = [
        ("养老护理员", None, "林人社〔2019〕9号", date(2019, 6, 1), None),
        ("汽车维修工", "高级工", "林人社〔2019〕9号", date(2019, 6, 1), date(2020, 12, 31)),
    ]
    bodies = [
        (linkou.SCHOOL, None, "培训机构", "审核备案", number, "林口农商行", "230100000000000011", *VALID),
        (linkou.MINE, None, "培训机构", "审核备案", number, "林口农商行", "230100000000000022", *VALID),
        (linkou.SUN, None, "培训机构", "公开招标", number, None, None, *VALID),
        *(
            (name, None, "用人单位", None, number, "林口农商行", f"23010000000000{at}", *VALID)
            for at, name in EMPLOYERS
        ),
    ]
    xlsx(path, [sheet("培训项目", ITEMS, items), sheet("急需紧缺", SHORTAGE, shortage), sheet("机构", BODIES, bodies)])


VALID = (date(2019, 1, 1), date(2022, 12, 31))
EMPLOYERS = (("0033", linkou.COAL), ("0044", linkou.FOOD), ("0055", linkou.SHOP), ("0066", linkou.FARM))


def catalogue_taiyuan(path: Path) -> None:
    number = "并人社〔2019〕12号"
    items: list[Sequence[Any]] = []
    for name, before, after in (
        ("中式烹调师", 900, 960),
        ("汽车维修工", 1500, 1500),
        ("电子商务师", 1000, 1000),
        ("美发师", 700, 700),
        ("保育员", 800, 820),
        ("养老护理员", 980, 980),
        ("电工", 1100, 1100),
        ("创业指导", 1000, 1000),
        ("刀削面制作", 600, 600),
    ):
        items += [(name, None, before, 40, number, date(2019, 1, 1), OLD), (name, None, after, 40, number, NEW, None)]
    items.append(("中式烹调师", "高级工", 1600, 80, number, None, None))
    bodies = [
        (taiyuan.TECH, None, "培训机构", "审核备案", number, "晋商银行", "140100000000000011", *VALID),
        (taiyuan.DAWN, None, "培训机构", "公开招标", number, "晋商银行", "140100000000000022", *VALID),
        (taiyuan.PLANT, None, "用人单位", None, number, "晋商银行", "140100000000000033", *VALID),
    ]
    shortage = [("车工", "高级工", "并人社〔2019〕13号", None, None)]
    xlsx(path, [sheet("培训项目", ITEMS, items), sheet("急需紧缺", SHORTAGE, shortage), sheet("机构", BODIES, bodies)])


def classes(path: Path) -> None:
    """A class that is registered for fewer people than claim (T18), and one that passed after it had failed."""
    titles = (
        "班级编号",
        "培训机构",
        "职业（工种）",
        "技能等级",
        "计划人数",
        "开班日期",
        "结课日期",
        "地点",
        "备案日期",
    )
    rows = [
        (
            "PT01",
            taiyuan.TECH,
            "中式烹调师",
            "初级工",
            5,
            date(2020, 1, 1),
            date(2020, 3, 31),
            "实训楼",
            date(2019, 12, 20),
        ),
        ("QY01", taiyuan.PLANT, None, None, 200, None, None, "厂区", date(2019, 12, 20)),
    ]
    seen = ("班级编号", "培训机构", "检查方式", "日期", "检查人", "结果", "整改情况")
    visits = [
        ("PT01", taiyuan.TECH, "实地检查", date(2020, 1, 10), "某甲、某乙", "不合格", "到课人数不足，已要求补课"),
        ("PT01", taiyuan.TECH, "实地检查", date(2020, 1, 17), "某甲、某乙", "合格", "已补课"),
    ]
    xlsx(path, [sheet("开班登记", titles, rows), sheet("检查登记", seen, visits)])


def evaluation(path: Path) -> None:
    """What may be examined in Taiyuan: 中式烹调师 is not among it (T19)."""
    number = "并人社〔2019〕14号"
    entry = ("名称", "文号", "生效日期", "失效日期")
    xlsx(
        path,
        [
            sheet("评价机构", entry, [("太原市职业技能鉴定中心", number, None, None)]),
            sheet("专项能力考核", entry, [("刀削面制作", number, None, None)]),
            sheet("技能等级", entry, [("汽车维修工", number, None, None)]),
            sheet("职业资格", entry, [("电工", number, None, None)]),
        ],
    )


def readings(path: Path, policy: str) -> None:
    """Some holes answered; the others stay open on purpose."""
    answered = {
        "linkou-2019": (
            ("apprentice_yearly", "5000"),
            ("free_other_workers", "否"),
            ("minimum_attendance", "80"),
            ("maximum_class", "20"),
        ),
        "taiyuan-2019": (
            ("certificate_stacks", "是"),
            ("general_covers_startup", "否"),
            ("require_employment_card", "是"),
        ),
    }[policy]
    rows = [
        (policy, key, value, "局长办公会", f"会议纪要〔2020〕{at}号", date(2020, 1, 10))
        for at, (key, value) in enumerate(answered, start=1)
    ]
    xlsx(path, [sheet("政策口径", READINGS, rows)])


def reference(path: Path, listed: Sequence[Row]) -> None:
    """People of the rosters who stand on a list of another office."""
    rows = [("财政供养", r.cells["name"], r.cells["id_number"], date(2018, 7, 1), None, "在编人员") for r in listed]
    xlsx(path, [sheet("名单", REFERENCE, rows)])


def grants(path: Path) -> int:
    """Grant items of Taiyuan; returns the row of the item that was given before (D06)."""
    rows = [
        ("太原市技工学校", None, "市级高技能人才实训基地建设", "并人社〔2019〕30号", date(2019, 11, 5)),
        ("太原市迎泽机械厂", None, "市级技能大师工作室建设", "并人社〔2019〕31号", date(2019, 11, 5)),
        ("太原市迎泽机械厂", None, "工作室评估成绩优秀", "并人社〔2020〕2号", date(2020, 1, 15)),
        ("太原市技工学校", None, "市级高技能人才实训基地建设", "并人社〔2020〕3号", date(2020, 2, 18)),
    ]
    full = [(*r, "晋商银行", "140100000000000011" if "技工" in r[0] else "140100000000000033") for r in rows]
    xlsx(path, [sheet("项目补助", GRANTS, full)])
    return 5
