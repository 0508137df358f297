"""Area codes and the province of a place."""

from __future__ import annotations

import pytest

from skillcli.core.region import known, province_of


@pytest.mark.parametrize(
    "code",
    ["231025", "230100", "230000", "140122", "362324", "110103"],  # 362324, 110103 are abolished
)
def test_codes_now_or_once_in_use_are_known(code: str) -> None:
    assert known(code)


@pytest.mark.parametrize("code", ["830000", "932682", "000000", "2310", "", "23102a"])
def test_other_codes_are_unknown(code: str) -> None:
    assert not known(code)


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("23", "23"),
        ("2310", "23"),
        ("231025", "23"),
        ("２３１０２５", "23"),
        ("231025100", "23"),
        ("黑龙江", "23"),
        ("黑龙江省林口县", "23"),
        ("黑龙江省 牡丹江市 林口县", "23"),
        ("林口县", "23"),
        ("林口", "23"),
        ("林口县古城镇", "23"),
        ("牡丹江", "23"),
        ("牡丹江市西安区", "23"),
        ("哈尔滨", "23"),
        ("哈尔滨道里区", "23"),
        ("哈尔滨打工", "23"),
        ("在林口县打工", "23"),
        ("大兴安岭地区", "23"),
        ("黑龙江、哈尔滨", "23"),
        ("山东省青岛市", "37"),
        ("青岛", "37"),
        ("北京市朝阳区", "11"),
        ("娄烦县", "14"),
        ("内蒙古呼伦贝尔", "15"),
        ("海口市", "46"),
        ("海南", "46"),
        ("香港", "81"),
    ],
)
def test_a_place_has_its_province(text: str, province: str) -> None:
    assert province_of(text) == province


@pytest.mark.parametrize(
    "text",
    [
        "",
        "99",
        "1",
        "231",
        "朝阳区",  # 北京, 长春 …
        "西安区",  # 牡丹江 and 辽源
        "郊区",
        "县城",
        "外地",
        "上海路",
        "海南州",  # 青海, not 海南
        "东方电气",  # 东方 is a city of 海南
        "黑龙江或吉林",
        "本县企业",
    ],
)
def test_what_could_lie_elsewhere_is_not_recognised(text: str) -> None:
    assert province_of(text) == ""


def test_a_name_in_use_comes_before_an_abolished_one() -> None:
    assert province_of("万宁市") == "46"
    assert province_of("海口") == "46"  # once in 广东
