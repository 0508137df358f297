"""The month 2020-03 of Linkou: three institutions, and what is planted in their rosters."""

from __future__ import annotations

from datetime import date, timedelta

from making.sheet import ErrorValue, Row
from making.training import Maker
from skillcli.core.identity import check_digit

SCHOOL = "林口县职业技术学校"
MINE = "林口县龙山煤业有限公司培训中心"
SUN = "林口县阳光职业培训学校"
COAL = "林口县龙山煤业有限公司"
FOOD = "林口县森工食品有限公司"
SHOP = "红星扶贫车间"
FARM = "林口县五谷农民专业合作社"
TOWNS = ("林口镇", "古城镇", "刁翎镇", "五林镇", "朱家镇")


class Linkou:
    """Builds the sheets; rows that belong together across files are kept as attributes."""

    def __init__(self) -> None:
        self.maker = Maker("linkou", "231025", TOWNS)
        self.earlier: list[Row] = []
        self.sun: list[Row] = []

    def free(self, **cells: object) -> Row:
        """A passed 就业技能培训 of the school."""
        base = {
            "categories": "农村转移就业劳动者",
            "institution": SCHOOL,
            "occupation": "家政服务员",
            "class_no": "JZ-2020-01",
        }
        return self.maker.row(base, **cells)

    def identity_rows(self) -> list[Row]:
        """Faults of the person's own cells (P codes)."""
        people, free = self.maker.people, self.free
        number = people.identity()
        wrong = number[:17] + ("1" if number[17] != "1" else "2")
        february = people.identity(date(1988, 3, 1))
        impossible = february[:10] + "0231" + february[14:17]
        old = people.identity(date(1971, 6, 8))
        rows = [
            free(name="王小明1").plant("P01"),
            free(id_number=None, sex=None).plant("P02"),
            free(id_number=people.identity()[:17], sex=None).plant("P03"),
            free(id_number=wrong).plant("P04"),
            free(id_number=impossible + check_digit(impossible)).plant("P05"),
            free(sex=None).plant("P06", id_number=2.3102519850101e17),
            free(id_number=old[:6] + old[8:17], sex=None).plant("P07"),
            free(id_number=people.identity(male=True)).plant("P08", sex="女"),
            free(id_number=people.identity(area="998877")).plant("P09"),
            free(phone="1380453123").plant("P11"),
            free(categories="两后生", household="城镇", id_number=people.identity(date(2004, 8, 20))).plant("P13"),
            free(id_number=people.identity(date(1959, 5, 4), male=True)).plant("P14"),
            free().plant("P15", pension="是"),
            free().plant("P16", remark="在财政供养名单中"),
        ]
        shared = people.phone()
        rows += [free(phone=shared).plant("P11") for _ in range(3)]
        two = free()
        rows.append(two.plant("P10"))
        other = self.free(of=two, institution=SUN, occupation="美发师", class_no="MF-2020-01", start=date(2019, 11, 4))
        self.sun.append(other.plant("P10", name=people.name() + "平"))
        return rows

    def class_rows(self) -> list[Row]:
        """Faults of class facts and certificates (T and C codes)."""
        free = self.free
        overlap = free()
        self.sun.append(free(of=overlap, institution=SUN, occupation="美发师", class_no="MF-2020-01").plant("T05"))
        pair = free()
        self.sun.append(
            free(
                institution=SUN,
                class_no="JZ-2020-09",
                certificate_no=pair.cells["certificate_no"],
            ).plant("C03")
        )
        old = date(2018, 12, 3)
        return [
            free(end=ErrorValue(), issued_on=date(2020, 3, 16), certificate_no="S000023000101205000801").plant("F08"),
            free().plant("T01", start="待定"),
            free().plant("T02", end=date(2020, 2, 10)),
            free().plant("T03", issued_on=date(2020, 5, 1)),
            free().plant("T04", days=30),
            overlap.plant("T05"),
            free(start=old, end=date(2018, 12, 21), issued_on=date(2018, 12, 28)).plant("T06"),
            free().plant("T07", hours=200),
            free(hours=16, days=2).plant("T07"),
            free().plant("T08", result="不合格", certificate_no=None, certificate_kind=None, issued_on=None),
            free().plant("T09", attendance="60%"),
            free(institution="牡丹江市未备案培训学校").plant("T10"),
            free(occupation="无人机驾驶员").plant("T11", "A01"),
            free().plant("T12", training_kind="瑜伽体验"),
            free().plant("T13", level="大师级"),
            free().plant("T15", categories="外星人"),
            free().plant("T15", categories=None),
            free().plant("T16", institution=None),
            free().plant("T17", occupation=None),
            free().plant("C01", certificate_no=None),
            free().plant("C02", certificate_kind="荣誉证书"),
            free().plant("C02", certificate_kind=None),
            pair.plant("C03"),
            free().plant("C04", issued_on=None),
            free().plant("C05", issued_on=date(2020, 2, 14)),
            free().plant("C06", issued_on=date(2020, 3, 2)),
            free(start=date(2019, 9, 2)).plant("C06", issued_on=date(2020, 3, 2), certificate_kind="培训合格证书"),
            free().plant("C07", certificate_no=1.2310000000000001e21),
            free().plant("C08", certificate_no="S000023000101193000777"),
            free().plant("F08", issued_on=ErrorValue("#REF!")),
        ]

    def money_rows(self) -> list[Row]:
        """Payees, accounts, amounts and lines that wait for a reading (A and E codes)."""
        free, people = self.free, self.maker.people
        poor = {"categories": "贫困劳动力"}
        card = people.account()
        bad = card[:-1] + str((int(card[-1]) + 1) % 10)
        shared = people.account()
        rows = [
            free(fee=500).plant("A02"),
            free(**poor, days=None, hours=100).plant("A03", line="living"),
            free(**poor, days=None, hours=None).plant("A04", line="living"),
            free(**poor, days=None, hours=190).plant("A04", line="living"),
            free().plant("A05", line="free"),
            free(payer="个人缴费").plant("A07", line="free", account=None),
            free(payer="个人缴费").plant("A09", account=bad),
            free().plant("A13", line="free", payer="分期缴"),
            free(**poor, account=shared).plant("A10"),
            free(**poor, account=shared).plant("A10"),
            free(**poor).plant("A11", line="living", account=6.228480402564890e18),
            free(categories="企业职工", employer=COAL).plant("E00"),
            free(categories="其他").plant("E12", line="free"),
            free(categories="两后生", household="城镇", training_kind="项目制培训").plant("E09", line="project"),
        ]
        hired = {"placed": "是", "employed_region": "黑龙江省牡丹江市", "employed_at": FOOD}
        first = free(**hired, employed_on=date(2020, 3, 25))
        rows += [
            first,
            free(**hired, start=date(2019, 8, 5), employed_on=date(2020, 3, 20)).plant("E06", line="placement"),
            free(**hired | {"employed_region": "山东省青岛市"}, employed_on=date(2020, 3, 20)).plant(
                "E06", line="placement"
            ),
            free(**hired | {"employed_region": None}, employed_on=date(2020, 3, 20)).plant("E11", line="placement"),
        ]
        again = {**hired, "employed_on": date(2020, 3, 30), "certificate_kind": "培训合格证书", "days": 10, "hours": 80}
        self.sun.append(
            free(
                of=first, institution=SUN, occupation="美发师", start=date(2020, 3, 9), end=date(2020, 3, 20), **again
            ).plant("D07", line="placement")
        )
        return rows

    def repeated_rows(self) -> list[Row]:
        """The same training again, the same level again, a fourth training of the year (D codes)."""
        free = self.free
        claimed, again = free(), free()
        disguised = str(claimed.cells["certificate_no"]).lower()
        self.sun += [
            free(
                of=claimed,
                institution=SUN,
                class_no="JZ-2020-09",
                certificate_no=disguised[:7] + " " + disguised[7:],
                start=date(2020, 2, 18),
                end=date(2020, 3, 8),
                issued_on=claimed.cells["issued_on"],
            ).plant("D01"),
            free(of=again, institution=SUN, class_no="JZ-2020-09", start=date(2020, 3, 9)).plant("D02", line="free"),
        ]
        busy = free(categories="贫困劳动力", start=date(2020, 1, 2), end=date(2020, 1, 10), days=8, hours=64)
        short = {"days": 8, "hours": 64, "certificate_kind": "培训合格证书", "institution": SUN}
        for number, occupation in enumerate(("保育员", "美发师", "农艺工")):
            start = date(2020, 1, 13) + timedelta(days=14 * number)
            row = free(of=busy, occupation=occupation, start=start, end=start + timedelta(days=9), **short)
            self.sun.append(row)
        self.sun[-1].plant("D03", line="free").plant("D04", line="living")
        return [claimed, again, busy]

    def custody_rows(self) -> list[Row]:
        def prisoner(**cells: object) -> Row:
            base = {"categories": "服刑人员", "occupation": "焊工", "institution": SUN, "release_on": date(2020, 10, 1)}
            return self.free(**(base | cells))

        return [
            prisoner(),
            prisoner(release_on=None).plant("E02", line="custodial"),
            prisoner(release_on=date(2021, 2, 17)).plant("E03", line="custodial"),
            prisoner(release_on=date(2021, 2, 16)),
            prisoner(categories="戒毒人员", release_on=None),
        ]

    def job_rows(self) -> list[Row]:
        def job(**cells: object) -> Row:
            base = {
                "categories": "贫困劳动力",
                "institution": None,
                "class_no": None,
                "training_kind": "以工代训",
                "occupation": "普工",
                "level": None,
                "employer": SHOP,
                "hours": None,
                "days": None,
                "result": None,
                "certificate_kind": None,
                "start": date(2019, 12, 1),
                "end": date(2020, 2, 29),
            }
            return self.free(**(base | cells))

        four = job(start=date(2019, 5, 1), end=date(2019, 8, 31))
        helped = {"categories": "就业困难人员", "employer": FOOD}
        twice = job()
        return [
            four,
            job(of=four, employer=FARM, start=date(2019, 9, 1), end=date(2019, 12, 31)).plant("D05", line="ojt"),
            job(of=four, employer=COAL, start=date(2020, 1, 1), end=date(2020, 2, 29)).plant("D05", line="ojt"),
            twice,
            job(of=twice, employer=FARM, start=date(2020, 2, 1), end=date(2020, 3, 15)).plant("D08", line="ojt"),
            job(**helped, employer_insured="是"),
            job(**helped, employer_insured="否").plant("E04", line="ojt"),
            job(**helped, employer_insured=None).plant("E05", line="ojt"),
            job(ojt_months=4).plant("E14", line="ojt"),
            job(employer=None, institution=SUN).plant("A08", line="ojt"),
        ]
