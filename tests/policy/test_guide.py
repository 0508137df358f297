"""The guide for a city's file names every key of the grammar, and its example is read."""

from __future__ import annotations

import re
import tomllib
import typing
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import inspect as shapes

from skillcli.policy.load import load_policy, parse_rulings
from skillcli.policy.model import Amount, Policy
from skillcli.policy.shape import NEVER_WRITTEN

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
ATTENDED_ONLY = {"failed_counts"}
"""The invented city limits what is enjoyed."""
CITY = tomllib.loads(Path(__file__).with_name("invented-city.toml").read_text(encoding="utf-8"))


def keys(kind: Any) -> Iterator[str]:
    """Every key of the grammar, at any depth."""
    if isinstance(kind, shapes.StructType):
        for field in kind.fields:
            if field.encode_name not in NEVER_WRITTEN:
                yield field.encode_name
                yield from keys(field.type)
    for name in ("types", "item_type", "value_type"):
        inner = getattr(kind, name, ())
        for one in inner if isinstance(inner, tuple) else (inner,):
            yield from keys(one)


EVERY_KEY = sorted(set(keys(shapes.type_info(Policy))))


def written(table: Any) -> Iterator[str]:
    if isinstance(table, dict):
        for key, value in table.items():
            yield key
            yield from written(value)
    elif isinstance(table, list):
        for item in table:
            yield from written(item)


@pytest.mark.parametrize("key", EVERY_KEY)
def test_the_guide_and_the_invented_city_know_the_key(key: str) -> None:
    assert re.search(rf"[`{{ ,\[]{key}[`}} ,\]]", GUIDE), f"docs/policy.md does not tell of {key}"
    assert key in set(written(CITY)) | ATTENDED_ONLY, f"invented-city.toml does not use {key}"


def test_every_amount_kind_is_told_and_used() -> None:
    kinds = typing.get_args(typing.get_type_hints(Amount)["kind"])
    assert len(kinds) == 10
    assert {line["amount"]["kind"] for line in CITY["lines"]} == set(kinds)
    assert all(f"| `{kind}` |" in GUIDE for kind in kinds)


def test_the_example_of_a_ruling_is_read() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    table = tomllib.loads(example, parse_float=Decimal)["rulings"]["taiyuan-2019"]
    rulings = parse_rulings(load_policy("taiyuan-2019"), table)
    assert rulings["certificate_intermediate"].value == Decimal(450)
    assert rulings["certificate_intermediate"].document == "并人社办〔2020〕3号"
