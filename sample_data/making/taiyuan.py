"""The month 2020-03 of Taiyuan: three institutions, and what is planted in their rosters."""

from __future__ import annotations

from datetime import date, timedelta

from making.sheet import Row, Sheet
from making.training import Maker

TECH = "太原市技工学校"
DAWN = "太原市晋阳职业培训学校"
PLANT = "太原市迎泽机械厂"
TOWNS = ("迎泽区", "小店区", "杏花岭区", "阳曲县", "娄烦县", "综改示范区")


class Taiyuan:
    """Builds the sheets. All but senior trainees hold a 就业创业证, since a reading asks for it (E10)."""

    def __init__(self) -> None:
        self.maker = Maker("taiyuan", "140106", TOWNS, cards=True)
        self.later: list[Row] = []

    def general(self, **cells: object) -> Row:
        base = {"categories": "农村转移就业劳动者", "institution": TECH, "occupation": "中式烹调师", "class_no": "PT01"}
        return self.maker.row(base, **cells)

    def staff(self, **cells: object) -> Row:
        base = {
            "categories": "企业职工",
            "institution": PLANT,
            "employer": PLANT,
            "training_kind": "岗位技能提升培训",
            "occupation": "车工",
            "level": "高级工",
            "class_no": "QY01",
        }
        return self.maker.row(base, **cells)

    def tech(self) -> Sheet:
        """The technical school: merged titles over a two-row header, more columns than the form has."""
        columns = [
            ("序号", ""),
            ("学员姓名", "name"),
            ("身份证号码", "id_number"),
            ("性别", "sex"),
            ("年龄", ""),
            ("手机号", "phone"),
            ("人员类型", "categories"),
            ("县（市、区）", "town"),
            ("就业创业证号", "employment_card"),
            ("培训机构名称", "institution"),
            ("班号", "class_no"),
            ("培训类别", "training_kind"),
            ("工种", "occupation"),
            ("培训等级", "level"),
            ("开班日期", "start"),
            ("结课日期", "end"),
            ("学时", "hours"),
            ("天数", "days"),
            ("考核结果", "result"),
            ("证书类型", "certificate_kind"),
            ("证书编号", "certificate_no"),
            ("发证日期", "issued_on"),
            ("缴费方式", "payer"),
            ("开户银行", "bank"),
            ("银行账号", "account"),
            ("领取养老金", "pension"),
            ("工作单位", "employer"),
            ("备注", "remark"),
        ]
        groups = ((1, 8, "学员情况"), (9, 17, "培训情况"), (18, 21, "考核取证情况"), (22, 24, "缴费与账户"))
        general, people = self.general, self.maker.people
        graduate = {"categories": "毕业年度高校毕业生、城乡低保家庭", "occupation": "电子商务师"}
        number = people.identity()
        rows = [general(level=level) for level in ("初级工", "高级工", "初级", "三级/高级工", "初级工", "五级")]
        rows += [
            general(**graduate),
            general(level="中级工").plant("E09", line="certificate"),
            general(categories="贫困劳动力", occupation="汽车维修工").plant("E09", line="general"),
            general(categories="零就业家庭成员").plant("E09", line="general"),
            general(training_kind="创业培训", occupation="创业指导").plant("E12", line="general"),
            general(start=date(2019, 6, 3), end=date(2019, 6, 20), issued_on=date(2019, 6, 30)).plant(
                "E07", line="certificate"
            ),
            general(start=date(2019, 6, 3), end=date(2019, 6, 20), issued_on=date(2019, 7, 1)),
            general().plant("E10", employment_card=None),
            general(level="高级工", employment_card=None),
            general(occupation="评茶员").plant("T11", "A01"),
            general(**graduate, days=None, hours=90).plant("A03", line="living"),
            general(**graduate, days=None, hours=None).plant("A04", line="living"),
            general(**graduate).plant("A07", line="living", account=None),
            general(payer="个人缴费").plant("A11", line="general", account=6.228480402564891e18),
            general(categories="其他", level=None, certificate_kind="培训合格证书").plant("E00"),
            general().plant("P15", pension="是"),
            general().plant("P04", id_number=number[:17] + ("3" if number[17] != "3" else "4")),
            general().plant("P06", id_number=1.4010619870303e17),
            general().plant("C01", certificate_no=None),
            general().plant("C02", certificate_kind="荣誉证书"),
            general().plant("C04", issued_on=None),
            general().plant("T08", result="不合格", certificate_kind=None, certificate_no=None, issued_on=None),
            general(start=date(2022, 1, 4)).plant("T03", "T06"),
            *self.repeats(),
        ]
        titles = ("太原市职业技能提升培训人员花名册", "机构名称：太原市技工学校", "2020年3月")
        return Sheet("花名册", titles, columns, rows, groups, ("经办人：", "负责人："))

    def repeats(self) -> list[Row]:
        """Attendance counts in Taiyuan, failed ones too; the rows that lose stand in the other school's file."""
        failed = {"result": "不合格", "certificate_kind": None, "certificate_no": None, "issued_on": None}
        short = {"days": 8, "hours": 64}
        busy = self.general(occupation="美发师", start=date(2020, 1, 2), end=date(2020, 1, 10), **short, **failed)
        for number, occupation in enumerate(("保育员", "养老护理员", "电工")):
            start = date(2020, 1, 13) + timedelta(days=14 * number)
            cells = {"institution": DAWN, "start": start, "end": start + timedelta(days=9), **short}
            self.later.append(self.general(of=busy, occupation=occupation, **cells))
        self.later[-1].plant("D03")
        retaken = self.general(start=date(2020, 1, 6), end=date(2020, 1, 20), **short, **failed)
        again = self.general(of=retaken, institution=DAWN)
        claimed = self.general()
        copy = self.general(of=claimed, institution=DAWN, certificate_no=claimed.cells["certificate_no"])
        copy.cells |= {"start": date(2020, 2, 18)}
        self.later += [again.plant("D02"), copy.plant("D01")]
        return [busy, retaken, claimed]

    def dawn(self) -> Sheet:
        """The training school: an HTML export named .xls, start and end in one cell."""
        columns = [
            ("姓名", "name"),
            ("身份证号", "id_number"),
            ("联系电话", "phone"),
            ("人员类别", "categories"),
            ("县区", "town"),
            ("就业创业证号", "employment_card"),
            ("培训机构", "institution"),
            ("培训类型", "training_kind"),
            ("职业（工种）", "occupation"),
            ("技能等级", "level"),
            ("培训起止日期", "start-end"),
            ("课时", "hours"),
            ("培训天数", "days"),
            ("考核结果", "result"),
            ("证书类型", "certificate_kind"),
            ("证书编号", "certificate_no"),
            ("发证日期", "issued_on"),
            ("缴费方式", "payer"),
            ("银行账号", "account"),
        ]
        dawn = {"institution": DAWN}
        rows = [self.general(**dawn) for _ in range(6)]
        rows += [
            self.general(**dawn, certificate_kind="专项证", level="专项职业能力", occupation="刀削面制作"),
            self.general(**dawn, categories="残疾人"),
            self.general(**dawn, training_kind="订单式培训"),
            self.general(**dawn, certificate_kind="专项职业能力证书", level=None).plant("A05", line="certificate"),
            *self.later,
        ]
        return Sheet("", ("太原市晋阳职业培训学校结业学员名册",), columns, rows, footer=("制表人：李",))

    def works(self) -> list[Sheet]:
        """The machine works: two sheets, staff trainings."""
        columns = [
            ("姓名", "name"),
            ("居民身份证号码", "id_number"),
            ("人员类别", "categories"),
            ("就业创业证号", "employment_card"),
            ("培训机构", "institution"),
            ("企业名称", "employer"),
            ("统一社会信用代码", "employer_uscc"),
            ("班级编号", "class_no"),
            ("培训类型", "training_kind"),
            ("职业（工种）名称", "occupation"),
            ("职业（工种）等级", "level"),
            ("开班日期", "start"),
            ("结课日期", "end"),
            ("课时", "hours"),
            ("培训天数", "days"),
            ("考核结果", "result"),
            ("证书类型", "certificate_kind"),
            ("证书编号", "certificate_no"),
            ("发证日期", "issued_on"),
        ]
        staff = self.staff
        short = {"level": None, "certificate_kind": "培训合格证书", "hours": 24, "days": 3, "occupation": "安全员"}
        levels = [staff(level=level, employer_uscc="91140100MA0XXXXX0X") for level in ("初级工", "高级工", "高级")]
        levels += [
            staff(level="技师", certificate_kind="职业资格证书"),
            staff(level="高级技师", certificate_kind="职业资格证书"),
            staff(level="技师").plant("A06", line="senior"),
            staff(level="中级工").plant("E09", line="certificate"),
            staff(level="高级工").plant("A08", line="certificate", employer=None),
            staff(level="初级工").plant("E10", employment_card=None),
        ]
        others = [
            staff(training_kind="岗前培训", **short),
            staff(training_kind="安全技能培训", **short),
            staff(training_kind="转岗培训", categories="转岗职工", **short),
            staff(training_kind="岗前培训", **short).plant(
                "T08", result="不合格", certificate_kind=None, certificate_no=None, issued_on=None
            ),
            staff(training_kind="企业新型学徒制培训", **short).plant("E00"),
        ]
        titles = ("太原市迎泽机械厂职工培训花名册",)
        return [
            Sheet("技能提升", titles, columns, levels, first_column=1),
            Sheet("岗前及转岗", titles, columns, others, first_column=1, footer=("2020年3月",)),
        ]
