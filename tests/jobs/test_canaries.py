"""Canaries: identity numbers, telephones and accounts written into every field of a roster reach no file that goes to the
public or upward; where a field is printed there, the file is refused."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from jobs.two_batches import Office
from rules.build import person_id
from skillcli.core.errors import ClerkError
from skillcli.core.period import quarter
from skillcli.jobs.publication import publish
from skillcli.jobs.report import FOLDER, report
from skillcli.reports.period_facts import Clock
from skillcli.schema.column import Kind
from skillcli.schema.inputs import ROSTER

AT = "2020-06-01T08:00:00+00:00"
ACCOUNT = "6212288802000001666"
FREE = [column.key for column in ROSTER.columns if column.kind in (Kind.TEXT, Kind.REGION)]
LISTED = ("name", "institution", "occupation")
"""Printed in the public list."""
REPORTED = ("institution", "employer", "town", "department", "programme")
"""Printed in a report as the name of a row; ``employer`` where there is no institution."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, "linkou-2019")


def canaries(number: int) -> tuple[str, str, str]:
    """An identity number, a telephone and an account that stand nowhere else."""
    return person_id(300 + number), f"139{number:08d}", f"62122888020{number:08d}"


def plant(office: Office, fields: list[str], *, at_once: bool = False) -> list[str]:
    """A batch in which each field of a row of its own carries the three kinds of numbers; what must not be found."""
    rows, secrets = [], []
    for number, field in enumerate(fields, start=1):
        mine = canaries(number)
        row = office.row(number, account=f"62122888021{number:08d}", phone=f"138{number:08d}")
        secrets += [*mine, str(row["id_number"]), str(row["account"]), str(row["phone"])]
        rows.append(row | {field: " ".join((str(row[field] or ""), *mine)).strip()})
    office.pay(rows)
    return secrets


def found(path: Path, secrets: list[str]) -> set[str]:
    with zipfile.ZipFile(path) as package:
        text = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    return {secret for secret in secrets if secret in text}


def make_report(office: Office) -> Path:
    done = report(
        office.workspace,
        "quarterly",
        quarter("2020Q2"),
        clock=Clock.BOOKED,
        as_of=date(2020, 6, 30),
        at=AT,
        person="某某",
    )
    return done.path


def test_what_stands_in_fields_that_are_not_printed_reaches_no_public_file(office: Office) -> None:
    secrets = plant(office, [field for field in FREE if field not in {*LISTED, *REPORTED}])
    assert len(secrets) > 30
    assert found(make_report(office), secrets) == set()
    done = publish(office.workspace, "2020-05-1", date(2020, 6, 24), at=AT, person="某某")
    assert found(done.path, secrets) == set()


def test_a_canary_in_every_field_reaches_neither_list_nor_report(office: Office) -> None:
    secrets = plant(office, FREE)
    made, told = [], []
    for make in (
        lambda: publish(office.workspace, "2020-05-1", date(2020, 6, 24), at=AT, person="某某").path,
        lambda: make_report(office),
    ):
        try:
            made.append(make())
        except ClerkError as refused:
            told.append(str(refused))
    assert told
    assert not [secret for secret in secrets if any(secret in text for text in told)]
    assert [found(path, secrets) for path in made] == [set()] * len(made)


@pytest.mark.parametrize("field", [field for field in REPORTED if field != "employer"])
@pytest.mark.parametrize("kind", ["身份证号", "电话号码"])
def test_a_number_in_a_name_that_a_report_prints_stops_it(office: Office, field: str, kind: str) -> None:
    number = canaries(1)[0 if kind == "身份证号" else 1]
    office.pay([office.row(1, **{field: f"某处{number}"})])
    with pytest.raises(ClerkError, match=kind) as refused:
        make_report(office)
    assert number not in str(refused.value)
    assert not list((office.workspace.output / FOLDER).glob("*.xlsx"))
