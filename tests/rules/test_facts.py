"""A column's normal forms are the same whether its texts repeat or not."""

from __future__ import annotations

import pandas as pd
import pytest

from skillcli.rules.facts import normal, without_bracket

TEXTS = ["焊工（电焊）", " 焊　工", "", None, "ｓ0001\u200b 9", "【甲】", "茶艺师[初级]", "A\tb"]


@pytest.mark.parametrize("texts", [TEXTS, [None], ["", None], ["同一"]], ids=["several", "missing", "blank", "one"])
@pytest.mark.parametrize("change", [normal, without_bracket, lambda values: normal(values, upper=True)])
def test_texts_that_repeat_come_out_as_each_alone(texts: list[str | None], change: object) -> None:
    few = pd.Series(texts, dtype="str")
    many = pd.Series(texts * 700, dtype="str")
    assert callable(change)
    expected = pd.concat([change(few)] * 700, ignore_index=True)
    pd.testing.assert_series_equal(change(many), expected)
    pd.testing.assert_series_equal(change(pd.concat([few] * 700, ignore_index=True)), expected)
