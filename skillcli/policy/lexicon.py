"""The words and columns a policy may name: those of the schema, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from skillcli.policy.fault import Fault, unknown
from skillcli.schema.column import Kind
from skillcli.schema.inputs import ROSTER
from skillcli.schema.vocabulary import words

RULE_CODE = re.compile(r"[A-Z]\d\d")
"""Form of a rule's code."""

_TITLES = {
    "category": "人员类别",
    "household": "户口性质",
    "training_kind": "培训类型",
    "level": "技能等级",
    "certificate_kind": "证书类型",
    "payer": "缴费方式",
}


def word_faults(where: str, written: Iterable[str], vocabulary: str, besides: Iterable[str] = ()) -> Iterator[Fault]:
    """Words that neither the schema's ``vocabulary`` nor ``besides`` (ids of groups) knows, and
    words written twice."""
    known = [*words(vocabulary), *besides]
    seen = set()
    for word in written:
        if word not in known:
            yield Fault(where, unknown(_TITLES[vocabulary], word, known))
        elif word in seen:
            yield Fault(where, f"“{word}”写了两次")
        seen.add(word)


def columns(kind: Kind) -> tuple[str, ...]:
    """Keys of the roster's columns of one kind."""
    return tuple(column.key for column in ROSTER.columns if column.kind is kind)


def column_faults(where: str, key: str, kind: Kind) -> Iterator[Fault]:
    """A key that names no column of that kind."""
    known = columns(kind)
    if key not in known:
        yield Fault(where, unknown("花名册里这类栏目的键", key, known))
