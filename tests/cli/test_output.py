"""Machine-readable results: what is read while it is written is the same JSON as what is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillcli.cli.output import _pieces, write_json

_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), _VALUE, max_size=4), st.lists(_VALUE, max_size=4), st.booleans())
def test_what_is_written_reads_back(result: dict[str, object], items: list[object], ascii_only: bool) -> None:
    written = "".join(_pieces({**result, "明细": iter(items)}, ascii_only=ascii_only))
    assert json.loads(written) == {**result, "明细": items}
    assert written.isascii() or not ascii_only


def test_an_item_stands_on_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "结果.json"
    write_json({"tool": "skillcli", "lines": iter([{"row": 3}, {"row": 4}]), "files": [{"path": "甲"}]}, str(path))
    assert path.read_text(encoding="utf-8") == (
        '{\n  "tool": "skillcli",\n  "lines": [\n    {"row": 3},\n    {"row": 4}\n  ],\n'
        '  "files": [\n    {\n      "path": "甲"\n    }\n  ]\n}\n'
    )


def test_a_result_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "结果.json"
    path.write_text("旧", encoding="utf-8")

    def broken() -> object:
        yield {"row": 1}
        raise OSError(28, "No space left on device")

    with pytest.raises(Exception, match="JSON 结果写不到"):
        write_json({"lines": broken()}, str(path))
    assert path.read_text(encoding="utf-8") == "旧"
    assert [each.name for each in tmp_path.iterdir()] == ["结果.json"]
