"""What a run is told about the past."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from skillcli.core.errors import ClerkError
from skillcli.ledger.ledger import Ledger
from skillcli.schema.history import LINE_DTYPES, TRAINING_DTYPES
from skillcli.schema.roster import check_frame

from .build import HELD, PAYABLE, Run, keys, plain_run


def test_an_empty_ledger_has_no_past(ledger: Ledger) -> None:
    history = ledger.history(keys(persons=[1], certificates=[2], accounts=[3]))
    assert history.available
    check_frame(history.trainings, TRAINING_DTYPES, "trainings")
    check_frame(history.lines, LINE_DTYPES, "lines")
    assert history.trainings.empty
    assert history.lines.empty


def test_a_training_is_told_with_its_place_and_its_lines(ledger: Ledger) -> None:
    run = plain_run(3)
    booked = ledger.book(run.batch(ledger))
    history = ledger.history(keys(persons=[101]))
    training = history.trainings.iloc[0]
    frame, decision = run.roster().frame, run.decision()
    assert len(history.trainings) == 1
    assert training["name"] == "学员101"
    assert (training["batch"], training["batch_order"]) == (booked.id, booked.seq)
    assert (training["file"], training["sheet"], training["row"]) == ("花名册0.xlsx", "花名册", 5)
    assert training["institution"] == "林口县第二职业培训学校"
    assert training["issued_on"] == frame.loc[1, "issued_on"]
    assert pd.isna(training["start"])
    assert training["class_hash"] == decision.trainings.loc[1, "class_hash"]
    assert history.lines["line_no"].tolist() == ["2020-03-1/000003", "2020-03-1/000004"]
    assert history.lines["verdict"].tolist() == [PAYABLE, HELD]
    assert history.lines["live"].tolist() == [True, False]
    assert history.lines["tid"].tolist() == [training["tid"]] * 2


@pytest.mark.parametrize("by", ["persons", "certificates", "accounts"])
def test_a_training_is_found_by_any_of_its_keys(ledger: Ledger, by: str) -> None:
    run = plain_run(5)
    ledger.book(run.batch(ledger))
    column = {"persons": "person", "certificates": "certificate_hash", "accounts": "account_hash"}[by]
    value = int(run.decision().trainings.loc[3, column])
    assert ledger.history(keys(**{by: [value]})).trainings["name"].tolist() == ["学员103"]


def test_a_training_found_by_several_keys_is_told_once(ledger: Ledger) -> None:
    run = plain_run(2)
    ledger.book(run.batch(ledger))
    row = run.decision().trainings.loc[0]
    history = ledger.history(
        keys(persons=[100], certificates=[row["certificate_hash"]], accounts=[row["account_hash"]])
    )
    assert len(history.trainings) == 1
    assert len(history.lines) == 2


def test_the_key_zero_is_nobodys(ledger: Ledger) -> None:
    ledger.book(Run([0, 0], classes=[0, 0], certificates=[0, 0]).batch(ledger))
    assert ledger.history(keys(persons=[0], certificates=[0], accounts=[0])).trainings.empty


@pytest.mark.parametrize("seed", range(5))
def test_history_is_what_a_plain_filter_over_all_batches_finds(ledger: Ledger, seed: int) -> None:
    random = np.random.default_rng(seed)
    booked = []
    for salt in range(1, 5):
        persons = random.integers(1, 40, 30)
        lines = [(rid, "free", PAYABLE, 1) for rid in range(30) if random.random() < 0.6]
        run = Run(persons.tolist(), lines, salt=salt)
        batch = ledger.book(run.batch(ledger))
        booked.append(run.decision().trainings.assign(batch=batch.id, lines=pd.Series(1, index=[r[0] for r in lines])))
    whole = pd.concat(booked)
    wanted = random.choice(np.arange(1, 40), 15, replace=False)
    certificates = random.choice(whole["certificate_hash"], 10, replace=False)
    expected = whole[whole["person"].isin(wanted) | whole["certificate_hash"].isin(certificates)]
    history = ledger.history(keys(persons=wanted.tolist(), certificates=certificates.tolist()))
    told = history.trainings.sort_values(["batch", "class_hash"])[["batch", "person", "class_hash"]]
    plain = expected.sort_values(["batch", "class_hash"])[["batch", "person", "class_hash"]].astype({"batch": "str"})
    pd.testing.assert_frame_equal(told.reset_index(drop=True), plain.reset_index(drop=True))
    assert len(history.lines) == expected["lines"].sum()


def test_stories_tell_a_person_a_certificate_and_a_line(ledger: Ledger) -> None:
    ledger.book(plain_run(3, salt=1).batch(ledger))
    ledger.book(plain_run(3, salt=2).batch(ledger, "2020-04"))
    person = ledger.person_story(101)
    assert person.trainings["batch"].tolist() == ["2020-03-1", "2020-04-1"]
    assert person.trainings["status"].tolist() == ["draft", "draft"]
    assert len(person.lines) == 4
    assert person.findings["code"].tolist() == ["A05", "A05"]
    certificate = ledger.certificate_story("S000200000001")
    assert certificate.trainings["name"].tolist() == ["学员101"]
    line = ledger.line_story("2020-04-1/000006")
    assert line.trainings["name"].tolist() == ["学员102"]
    assert line.lines["line_no"].tolist() == ["2020-04-1/000005", "2020-04-1/000006"]
    assert ledger.person_story(0).trainings.empty


@pytest.mark.parametrize(
    ("asked", "said"), [("2020-03-1/000099", "没有第 99 行"), ("2020-09-9/000001", "2020-09-9"), ("x", "不是批次行号")]
)
def test_a_line_that_is_not_there_is_said_so(ledger: Ledger, asked: str, said: str) -> None:
    ledger.book(plain_run(3).batch(ledger))
    with pytest.raises(ClerkError, match=said):
        ledger.line_story(asked)
