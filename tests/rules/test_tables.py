"""Every rule against its case table, and the promises about rules as a whole."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from msgspec.structs import replace

import skillcli.rules
from rules import table
from rules.build import AS_OF, case_of, catalogue, clean_row, person_id, references_of, roster_of, shipped
from skillcli.policy.load import load_national
from skillcli.rules import RETIRED, RULES
from skillcli.rules.judge import judge
from skillcli.rules.rule import Aim, Rule
from skillcli.schema.history import no_history
from skillcli.schema.inputs import ROSTER

HERE = Path(__file__).parent
by_code = pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])


def _path(rule: Rule) -> Path:
    return HERE / f"{rule.code}.md"


@by_code
def test_a_rule_reports_what_its_table_expects(rule: Rule) -> None:
    wrong = [difference for case in table.cases(_path(rule), rule) for difference in table.differences(rule, case)]
    assert not wrong, "\n".join(wrong)


@by_code
def test_a_table_has_a_hit_and_a_miss_and_names_only_its_rule(rule: Rule) -> None:
    expected = [each for case in table.cases(_path(rule), rule) for each in case.expected]
    assert any(expected)
    assert not all(expected)
    codes = {code for each in expected for one in each for code in re.findall(r"\b[A-Z]\d\d\b", one)}
    assert codes == {rule.code}


@by_code
def test_a_table_fails_when_its_rule_is_silent(rule: Rule) -> None:
    silent = replace(rule, flag=lambda case: pd.DataFrame())
    assert any(table.differences(silent, case) for case in table.cases(_path(rule), rule))


@by_code
def test_a_table_carries_the_title_of_its_rule(rule: Rule) -> None:
    first = _path(rule).read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# {rule.code} {rule.title}"


def test_tables_and_rules_are_the_same_set() -> None:
    assert sorted(path.stem for path in HERE.glob("*.md")) == sorted(rule.code for rule in RULES)


def test_codes_are_unique_ordered_and_never_retired() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert not set(codes) & set(RETIRED)


def test_every_module_named_by_a_code_is_in_the_list() -> None:
    folder = Path(skillcli.rules.__file__).parent
    modules = {path.stem.upper() for path in folder.glob("*.py") if re.fullmatch(r"[a-z]\d\d", path.stem)}
    assert modules == {rule.code for rule in RULES}


@by_code
def test_a_rule_speaks_of_columns_that_exist_and_says_what_to_do(rule: Rule) -> None:
    assert set(rule.reads) <= set(ROSTER.keys)
    assert rule.column == "" or rule.column in ROSTER.keys
    for sentence in (rule.title, rule.message, rule.remedy):
        assert sentence.strip()
        assert not re.search(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}|Excel", "", sentence)), sentence
    assert rule.remedy.endswith("。")


def test_importing_the_rules_loads_no_frames() -> None:
    heavy = "import sys, skillcli.rules; print(*({'pandas', 'numpy', 'openpyxl', 'rapidfuzz'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("name", ["linkou-2019", "taiyuan-2019"])
def test_a_clean_training_earns_no_finding_but_an_open_reading(name: str) -> None:
    policy = shipped(name)
    decision = judge(roster_of([clean_row(policy)]), policy, load_national(), catalogue(), no_history(), AS_OF)
    assert set(decision.findings["code"]) <= {"E09"}
    assert decision.lines["verdict"].iloc[0] == "拟补贴"


def test_a_list_that_spares_lines_is_judged_beside_one_that_spares_none() -> None:
    rows = [clean_row(id_number=person_id(number)) for number in (1, 3)]
    entries = [
        {"list_name": name, "id_number": row["id_number"]} for name, row in zip(("死亡", "服刑"), rows, strict=True)
    ]
    lists = references_of(entries)
    decision = judge(roster_of(rows), shipped(), load_national(), catalogue(), no_history(), AS_OF, references=lists)
    listed = decision.findings[decision.findings["code"].eq("P16")]
    assert listed[["rid", "line", "severity"]].to_numpy().tolist() == [[0, "", "error"], [1, "free", "hold"]]


@by_code
def test_a_rule_bears_a_roster_without_rows_and_one_of_blanks(rule: Rule) -> None:
    if rule.code in table.WITHIN_THE_JUDGE:
        pytest.skip("runs on the judge's later stages only")
    blank = dict.fromkeys(ROSTER.keys)
    for rows in ([], [blank, blank]):
        evidence = rule.flag(case_of(rows))
        assert set(evidence.index) <= set(range(len(rows)))
        if rule.aim is Aim.LINE and len(evidence):
            assert evidence["line"].notna().all()
