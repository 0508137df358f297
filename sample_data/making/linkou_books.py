"""Linkou's three workbooks: how each institution lays its roster out."""

from __future__ import annotations

from datetime import date

from making.linkou import COAL, MINE, SUN, Linkou
from making.sheet import Row, Sheet


def school(city: Linkou) -> list[Sheet]:
    """The school's workbook: two sheets, merged titles, aliases, extra columns, totals, signatures."""
    columns = [
        ("序号", ""),
        ("姓名*", "name"),
        ("性别", "sex"),
        ("公民身份号码", "id_number"),
        ("联系电话", "phone"),
        ("人员类别（可填多个）", "categories"),
        ("户口性质", "household"),
        ("乡镇", "town"),
        ("学历", ""),
        ("承训机构", "institution"),
        ("班级编号", "class_no"),
        ("培训类型", "training_kind"),
        ("培训工种", "occupation"),
        ("等级", "level"),
        ("开班时间", "start"),
        ("结课时间", "end"),
        ("总课时", "hours"),
        ("实际培训天数", "days"),
        ("出勤率", "attendance"),
        ("考核结果", "result"),
        ("证书类别", "certificate_kind"),
        ("证书号", "certificate_no"),
        ("发证日期", "issued_on"),
        ("企业名称", "employer"),
        ("培训费（元）", "fee"),
        ("缴费方式", "payer"),
        ("开户行", "bank"),
        ("银行卡号", "account"),
        ("是否领取养老金", "pension"),
        ("推荐就业", "placed"),
        ("就业时间", "employed_on"),
        ("就业地", "employed_region"),
        ("就业单位", "employed_at"),
        ("备注", "remark"),
    ]
    clean = [city.free() for _ in range(14)] + [
        city.free(categories=c, training_kind=k)
        for c, k in (
            ("退役军人", "项目制"),
            ("农民工、贫困劳动力", "就业技能培训"),
            ("新生代农民工", "订单式培训"),
            ("残疾人", "就业技能"),
            ("应届高校毕业生", "创业培训"),
        )
    ]
    identity, class_, money, repeated = (
        city.identity_rows(),
        city.class_rows(),
        city.money_rows(),
        city.repeated_rows(),
    )
    clean[0].plant("T14")
    titles = ("林口县职业技能提升行动培训合格人员花名册", "填报单位（盖章）：林口县职业技术学校　　2020年3月")
    footer = ("填报人：（签字）　　　审核人：（签字）", "填报日期：2020年3月31日")
    return [
        Sheet("家政一班", titles, columns, clean + identity, footer=footer),
        Sheet("其他班次", titles, columns, class_ + money + repeated, footer=footer, first_column=1),
    ]


def mine(city: Linkou) -> Sheet:
    """The mine's workbook in the old format: a two-row header, staff trainings."""
    columns = [
        ("序号", ""),
        ("姓名", "name"),
        ("身份证号码", "id_number"),
        ("手机号码", "phone"),
        ("人员类别", "categories"),
        ("培训单位名称", "institution"),
        ("用人单位", "employer"),
        ("单位参保", "employer_insured"),
        ("培训类型", "training_kind"),
        ("职业（工种）", "occupation"),
        ("技能等级", "level"),
        ("开班日期", "start"),
        ("结课日期", "end"),
        ("课时", "hours"),
        ("培训天数", "days"),
        ("评定成绩", "result"),
        ("证书类型", "certificate_kind"),
        ("证书编号", "certificate_no"),
        ("发证日期", "issued_on"),
        ("银行账号", "account"),
    ]
    groups = ((11, 14, "培训时间"), (15, 18, "考核与证书"))

    def staff(**cells: object) -> Row:
        base = {
            "categories": "企业职工",
            "institution": MINE,
            "employer": COAL,
            "training_kind": "岗位技能提升培训",
            "occupation": "电工",
            "level": "中级工",
            "certificate_kind": "职业资格证书",
        }
        return city.maker.row(base, **cells)

    short = {"level": None, "certificate_kind": "培训合格证书", "hours": 24, "days": 3}
    week = {"start": date(2020, 3, 2), "end": date(2020, 3, 6)}
    year = {"training_kind": "企业新型学徒制培训", "occupation": "机修钳工", "days": None, "hours": None}
    rows = [staff(level=level) for level in ("初级工", "中级工", "高级工", "技师", "高级技师", "五级/初级工")]
    rows += [
        staff(occupation="汽车维修工", level="高级"),
        staff(training_kind="安全培训", occupation="采煤工", **short, **week),
        staff(training_kind="岗前培训", occupation="采煤工", **short, **week),
        staff(training_kind="转岗培训", categories="转岗职工", occupation="叉车司机", **short, **week),
        staff(**year, start=date(2019, 3, 1), end=date(2020, 2, 29), issued_on=date(2020, 3, 10)),
        staff(**year, start=date(2019, 6, 1), end=date(2020, 2, 29), issued_on=date(2020, 3, 10)).plant(
            "E08", line="apprentice"
        ),
        staff().plant("T13", level=None),
        staff().plant("A08", line="staff", employer=None),
        staff(categories="贫困劳动力", training_kind="岗前培训", occupation="采煤工", **short, **week).plant(
            "E09", line="living"
        ),
        staff().plant("C08", level="技师", certificate_no="2023100101400991"),
        staff().plant("P06", id_number=2.3102519860202e17),
        staff().plant("C07", certificate_no="2.0231E+15"),
        staff(**week).plant("T08", result="不合格", certificate_kind=None, certificate_no=None, issued_on=None),
    ]
    titles = ("企业职工岗位技能提升培训花名册",)
    return Sheet("职工培训", titles, columns, rows, groups, ("单位负责人：", "2020年3月30日"))


def sunshine(city: Linkou) -> Sheet:
    """The other school's CSV: on-the-job training, custody classes, and rows that repeat the first file's."""
    columns = [
        ("姓名", "name"),
        ("身份证号", "id_number"),
        ("性别", "sex"),
        ("联系电话", "phone"),
        ("人员类别", "categories"),
        ("户口性质", "household"),
        ("培训机构", "institution"),
        ("班级编号", "class_no"),
        ("培训类型", "training_kind"),
        ("职业(工种)", "occupation"),
        ("技能等级", "level"),
        ("开班日期", "start"),
        ("结课日期", "end"),
        ("课时", "hours"),
        ("培训天数", "days"),
        ("考核结果", "result"),
        ("证书类型", "certificate_kind"),
        ("证书编号", "certificate_no"),
        ("发证日期", "issued_on"),
        ("用人单位", "employer"),
        ("单位参保", "employer_insured"),
        ("以工代训月数", "ojt_months"),
        ("缴费方式", "payer"),
        ("银行账号", "account"),
        ("推荐就业", "placed"),
        ("就业日期", "employed_on"),
        ("就业地", "employed_region"),
        ("释放日期", "release_on"),
    ]
    titles = ("林口县阳光职业培训学校2020年3月培训花名册",)
    rows = [city.free(institution=SUN, occupation="保育员", class_no="BY-2020-01").plant("A12", line="free")]
    rows += city.custody_rows() + city.job_rows() + city.sun
    return Sheet("", titles, columns, rows, footer=("制表：张（签字）",))
