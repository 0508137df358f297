"""The canonical words of the ``word`` and ``words`` columns, and their spellings."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files


@cache
def _load() -> dict[str, dict[str, list[str]]]:
    text = files("skillcli.schema").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def words(name: str) -> tuple[str, ...]:
    """Canonical words of a vocabulary, in canonical order. Raises KeyError on an unknown name."""
    return tuple(_load()[name])


@cache
def spellings(name: str) -> dict[str, str]:
    """Folded spelling → canonical word, the canonical words themselves included.

    Raises ValueError when one spelling stands for two words.
    """
    table: dict[str, str] = {}
    for word, others in _load()[name].items():
        for spelling in (word, *others):
            folded = fold(spelling)
            if table.setdefault(folded, word) != word:
                raise ValueError(f"vocabulary {name}: {spelling} stands for {table[folded]} and {word}")
    return table


def fold(text: str) -> str:
    """NFKC, lower case, without blanks: how a spelling is compared."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
