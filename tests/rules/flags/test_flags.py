"""Every red flag holds to its case table, whatever the order and the partition of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rules.flags.table import FOLDER, Group, frame_of, groups, id_number, training
from skillcli.policy.load import load_national
from skillcli.policy.model import FlagKey
from skillcli.rules.flags import ADVANCE_FLAGS, FLAGS, TRAINING_FLAGS
from skillcli.rules.flags.flag import Flag, audit_frame, none_found, ordered
from skillcli.schema.audit import ADVANCE_DTYPES, FLAGGED_DTYPES, KEY_DTYPES, TRAINING_DTYPES
from skillcli.schema.roster import check_frame

THRESHOLDS = load_national().flag_values(date(2020, 12, 31))
NAMES = [flag.name for flag in FLAGS]


def differences(flag: Flag, group: Group, thresholds: Mapping[str, int] = THRESHOLDS) -> list[str]:
    """How a flag's rows differ from what the table says; empty when they agree."""
    found = audit_frame(group.frame, [flag], thresholds)
    said = found.groupby("record")["message"].agg(" ".join)
    wrong = []
    for record, expected in group.expected.items():
        message = said.get(record)
        line = group.lines[record]
        if (message is None) != (expected is None):
            wrong.append(f"line {line}, record {record}: expected {expected}, said {message}")
        elif expected is not None and not all(words in message for words in expected):
            wrong.append(f"line {line}, record {record}: {message}")
    return wrong


@pytest.mark.parametrize("flag", FLAGS, ids=NAMES)
def test_a_flag_says_what_its_table_says(flag: Flag) -> None:
    assert [each for group in groups(FOLDER / f"{flag.name}.md") for each in differences(flag, group)] == []


@pytest.mark.parametrize("flag", FLAGS, ids=NAMES)
def test_a_table_fails_when_its_flag_is_silent_or_always_speaks(flag: Flag) -> None:
    cases = groups(FOLDER / f"{flag.name}.md")
    silent = replace(flag, find=lambda frame, thresholds: none_found())
    loud = replace(flag, message="x", find=lambda frame, thresholds: frame[["record"]].assign(group="x"))
    assert any(differences(silent, group) for group in cases)
    assert any(differences(loud, group) for group in cases)


@pytest.mark.parametrize(
    ("flag", "figure"),
    [(flag, figure) for flag in FLAGS for figure in flag.figures],
    ids=lambda each: getattr(each, "name", each),
)
def test_a_table_stands_on_both_sides_of_every_figure(flag: Flag, figure: str) -> None:
    """A figure one higher or one lower makes the table wrong: its boundary is in it."""
    cases = groups(FOLDER / f"{flag.name}.md")
    for step in (-1, 1):
        moved = THRESHOLDS | {figure: THRESHOLDS[figure] + step}
        assert any(differences(flag, group, moved) for group in cases), (figure, step)


def test_figures_of_the_flags_are_those_of_the_national_file() -> None:
    used = {figure for flag in FLAGS for figure in flag.figures}
    assert used == set(THRESHOLDS) - {"sample_lines"}
    assert set(get_args(FlagKey)) == set(THRESHOLDS) - {"phone_shared_by"}


def test_a_figure_changes_on_its_day() -> None:
    national = load_national()
    later = replace_figure(national.flags, "burst_times", 5, date(2021, 7, 1))
    import msgspec

    changed = msgspec.structs.replace(national, flags=later)
    assert changed.flag_values(date(2021, 6, 30))["burst_times"] == THRESHOLDS["burst_times"]
    assert changed.flag_values(date(2021, 7, 1))["burst_times"] == 5
    assert changed.flag_values(date(2000, 1, 1))["burst_times"] == THRESHOLDS["burst_times"]


def replace_figure(figures: list, key: str, value: int, day: date) -> list:  # type: ignore[type-arg]
    """The figures with one more step."""
    import msgspec

    (old,) = [figure for figure in figures if figure.key == key]
    return [*figures, msgspec.structs.replace(old, value=value, valid_from=day)]


def test_flags_declare_columns_that_frames_have() -> None:
    for flag in TRAINING_FLAGS:
        assert set(flag.reads) | {flag.key} <= TRAINING_DTYPES.keys() | KEY_DTYPES.keys(), flag.name
        assert flag.key in flag.reads
    for flag in ADVANCE_FLAGS:
        assert set(flag.reads) <= ADVANCE_DTYPES.keys()
    assert len(set(NAMES)) == len(NAMES)
    assert {path.stem for path in FOLDER.glob("*.md")} == set(NAMES)


def test_an_empty_frame_raises_nothing() -> None:
    found = audit_frame(frame_of([]), TRAINING_FLAGS, THRESHOLDS)
    check_frame(found, FLAGGED_DTYPES, "flagged")
    assert found.empty


LOW = (
    dict.fromkeys(THRESHOLDS, 2)
    | {"passed_classes": 1}
    | {"occupation_likeness": 75, "run_foreign": 1, "swapped_share": 50}
)


@st.composite
def trainings(draw: st.DrawFn) -> pd.DataFrame:
    """Few people, institutions, classes and numbers, so that everything collides."""
    rows = []
    for record in range(1, draw(st.integers(6, 24)) + 1):
        person = draw(st.integers(1, 4))
        issued = draw(st.sampled_from(["2020-03-20", "2020-04-20", None]))
        rows.append(
            training(
                record,
                person,
                batch=draw(st.integers(1, 3)),
                void=draw(st.sampled_from([False] * 5 + [True])),
                institution=draw(st.sampled_from(["甲校", "乙校", None])),
                occupation=draw(st.sampled_from(["养老护理员", "养老护理", "电工"])),
                class_no=draw(st.sampled_from(["1班", None])),
                start=draw(st.sampled_from(["2020-03-01", "2020-03-10"])),
                end=draw(st.sampled_from(["2020-03-12", "2020-03-15"])),
                name=draw(st.sampled_from(["王安", "王邦", "李春"])),
                id_number=draw(st.sampled_from([id_number(person), id_number(person, area="110106"), "坏号"])),
                phone=draw(st.sampled_from(["13900000001", "139-0000-0002", None])),
                account=draw(st.sampled_from(["6222020000000001", None])),
                domicile=draw(st.sampled_from(["某村1号", "某村", None])),
                attendance=draw(st.sampled_from([10000, 10000, 10000, 9000])),
                result=draw(st.sampled_from(["合格", "合格", "合格", "不合格"])),
                certificate_no=draw(st.sampled_from([f"2001{n:04d}" for n in range(1, 8)] + [None])),
                issued_on=issued,
            )
        )
    return frame_of(rows)


def parted(frame: pd.DataFrame, flag: Flag, parts: int, thresholds: Mapping[str, int]) -> pd.DataFrame:
    """What a flag finds when asked partition by partition, rows of one key together."""
    place = pd.util.hash_array(frame[flag.key].to_numpy(dtype=object)) % parts
    return ordered([audit_frame(frame[place == part], [flag], thresholds) for part in range(parts)])


@pytest.mark.parametrize("flag", FLAGS, ids=NAMES)
def test_neither_order_nor_partition_changes_what_the_tables_hold(flag: Flag) -> None:
    for group in groups(FOLDER / f"{flag.name}.md"):
        whole = audit_frame(group.frame, [flag], THRESHOLDS)
        shuffled = group.frame.sample(frac=1, random_state=1)
        pd.testing.assert_frame_equal(audit_frame(shuffled, [flag], THRESHOLDS), whole, check_exact=True)
        pd.testing.assert_frame_equal(parted(group.frame, flag, 3, THRESHOLDS), whole, check_exact=True)


@settings(max_examples=40, deadline=None)
@given(frame=trainings(), flag=st.sampled_from(TRAINING_FLAGS), parts=st.integers(2, 4), seed=st.integers(0, 99))
def test_neither_order_nor_partition_changes_what_is_found(
    frame: pd.DataFrame, flag: Flag, parts: int, seed: int
) -> None:
    found = audit_frame(frame, [flag], LOW)
    shuffled = frame.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(audit_frame(shuffled, [flag], LOW), found, check_exact=True)
    pd.testing.assert_frame_equal(parted(shuffled, flag, parts, LOW), found, check_exact=True)
    assert found["record"].isin(frame["record"]).all()
    assert not found.duplicated(["group", "record"]).any()
    assert (found.groupby("group")["message"].nunique() <= 1).all()
