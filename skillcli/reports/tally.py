"""From the ledger's frames to what a report counts: trainings judged several times brought together, labelled, dated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skillcli.policy.model import Policy
from skillcli.reports import identities, labels
from skillcli.reports.counting import GRANT, NOT_FILLED, Book, Counted
from skillcli.reports.identities import OUTCOMES, PAID
from skillcli.reports.period_facts import Clock
from skillcli.reports.places import labels as places
from skillcli.schema.entries import Entries

GRANTS_KIND = "grants"
"""Kind of a batch of grants to units: money, but neither person-times nor persons."""
_PASSED = "合格"
_LABELS = ("department", "training_kind", "level", "certificate_kind", "categories", "programme")
_PAID = OUTCOMES.index(PAID)


def count(entries: Entries, policy: Policy, clock: Clock) -> Counted:
    """Bring the records of several batches together and date them."""
    identity = identities.identities(entries.trainings)
    outcome = identities.outcomes(entries.lines)
    of_record = _records_of(entries)
    counts, chosen = _replaced(entries, identity, outcome, of_record)
    training = identity[of_record].astype(np.int32)
    standing = counts & (outcome.cat.codes.to_numpy() == _PAID)
    paid_on = entries.lines["paid_on"].to_numpy()
    month = _month_ends(entries)
    book = Book(
        counts=counts,
        training=training,
        outcome=outcome.array,
        standing=standing,
        arrived=standing & ~np.isnat(paid_on),
        amount_fen=entries.lines["amount_fen"].to_numpy(),
        booked=month[entries.lines["seq"].to_numpy()],
        on=month[:0],
    )
    trainings = _trainings(entries, policy, book, chosen, month)
    trainings["on"] = _people_day(entries, trainings, book, clock.people)
    book = replace(book, on=_money_day(entries, trainings, book, clock.money))
    trainings["on"] = trainings["on"].mask(trainings["grant"])
    return Counted(trainings.drop(columns=["end", "issued_on", "booked"]), entries, book)


def _records_of(entries: Entries) -> NDArray[np.int64]:
    """The place of each line's record among the trainings. Raises ValueError when it has none."""
    tids = entries.trainings["tid"].to_numpy()
    wanted = entries.lines["tid"].to_numpy()
    if not len(wanted):
        return np.empty(0, dtype=np.int64)
    place = np.full(int(max(tids.max(initial=0), wanted.max())) + 1, -1, dtype=np.int64)
    place[tids] = np.arange(len(tids))
    found: NDArray[np.int64] = place[wanted]
    if (found < 0).any():
        raise ValueError("a line without its training")
    return found


def _replaced(
    entries: Entries, identity: NDArray[np.int64], outcome: pd.Series, of_record: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which lines count, and the record that speaks for each training. Only trainings judged more than once raise the
    question."""
    times = np.bincount(identity)
    several = times[identity] > 1
    theirs = several[of_record]
    counts = np.ones(len(theirs), dtype=bool)
    chosen = np.empty(len(times), dtype=np.int64)
    chosen[identity] = np.arange(len(identity))
    if several.any():
        at = np.flatnonzero(several)
        records = entries.trainings.loc[several, ["tid", "seq", "loser"]].assign(identity=identity[at])
        lines = entries.lines.loc[theirs, ["tid", "line", "codes"]].assign(outcome=outcome[theirs])
        kinds = entries.batches.set_index("seq")["kind"]
        counts[theirs] = identities.counted(records, lines, kinds)
        # a line that was replaced does not stand, so that it makes no difference here
        speaking = at[identities.newest(records, lines)]
        chosen[identity[speaking]] = speaking
    return counts, chosen


def _month_ends(entries: Entries) -> NDArray[np.datetime64]:
    """By the number of a batch, the last day of its month."""
    batches = entries.batches
    ends = np.full(int(batches["seq"].max()) + 1 if len(batches) else 1, np.datetime64("NaT"), dtype="datetime64[s]")
    months = batches["month"].to_numpy().astype("datetime64[M]")
    ends[batches["seq"].to_numpy()] = ((months + 1).astype("datetime64[D]") - 1).astype("datetime64[s]")
    return ends


def _trainings(
    entries: Entries, policy: Policy, book: Book, chosen: NDArray[np.int64], month: NDArray[np.datetime64]
) -> pd.DataFrame:
    whole = len(chosen) == len(entries.trainings)

    def of(key: str) -> Any:
        values = entries.trainings[key].array
        return values if whole else values.take(chosen)

    seq = np.asarray(of("seq"))
    grant = np.isin(seq, entries.batches.loc[entries.batches["kind"].eq(GRANTS_KIND), "seq"].to_numpy())
    group = entries.lines["group"]
    counted = book.standing & group.isin([name for name in group.cat.categories if name]).to_numpy()
    if policy.value("counts_to_target") == "paid":
        counted &= book.arrived
    apart = pd.Series(of("training_kind")).isin(policy.limit.except_kinds).to_numpy()
    subsidised = _mask(book.training[book.standing], len(chosen))
    person, issued_on = np.asarray(of("person")), of("issued_on")
    passed = np.asarray(of("result") == _PASSED)
    columns: dict[str, Any] = {
        "tid": of("tid"),
        "grant": grant,
        "who": np.where(person != 0, person, -1 - np.arange(len(person))),
        "end": of("end"),
        "issued_on": issued_on,
        "booked": month[seq],
        "passed": passed,
        "certified": passed & ~np.asarray(issued_on.isna()),
        "subsidised": subsidised,
        "target": _mask(book.training[counted], len(chosen)) & ~apart,
        "apart": subsidised & apart,
        "employed": of("employed"),
        "place": labels.plain(of("town"), NOT_FILLED, lambda towns: places(towns, policy.region)),
        "institution": _institutions(of),
    }
    columns |= {key: labels.plain(of(key), NOT_FILLED) for key in _LABELS}
    if grant.any():
        for key in ("place", *_LABELS):
            columns[key] = _with_grants(columns[key], grant)
    return pd.DataFrame(columns, index=pd.RangeIndex(len(chosen)), copy=False)


def _with_grants(values: pd.Categorical, grant: NDArray[np.bool_]) -> pd.Categorical:
    names = [*values.categories, GRANT]
    return labels.coded(np.where(grant, len(names) - 1, values.codes), names)


def _institutions(of: Callable[[str], pd.Categorical]) -> pd.Categorical:
    """The institution that claims, as first written; without one the employer."""
    key, known = labels.either(of("institution_n"), of("employer_n"))
    written, names = labels.either(of("institution"), of("employer"))
    first = np.zeros(len(known), dtype=np.int64)
    first[key[::-1]] = np.arange(len(key))[::-1]
    named = [names[written[place]] or NOT_FILLED for place in first] if len(key) else [NOT_FILLED] * len(known)
    return labels.coded(key, named)


def _people_day(entries: Entries, trainings: pd.DataFrame, book: Book, clock: Clock) -> pd.Series:
    """A blank date falls back on the next best one, so that nobody is lost: 发证, 结课, the batch's month."""
    if clock is Clock.PAYMENT:
        return _first(book.training[book.arrived], entries.lines["paid_on"].to_numpy()[book.arrived], len(trainings))
    if clock is Clock.BOOKED:
        first = _first(book.training[book.standing], book.booked[book.standing], len(trainings))
        return first.fillna(trainings["booked"])
    if clock is Clock.TRAINING:
        return trainings["end"].fillna(trainings["issued_on"]).fillna(trainings["booked"])
    return trainings["issued_on"].fillna(trainings["end"]).fillna(trainings["booked"])


def _first(places: NDArray[np.int32], days: NDArray[np.datetime64], length: int) -> pd.Series:
    """The earliest day of each place; missing where there is none."""
    none = np.iinfo(np.int64).max
    least = np.full(length, none, dtype=np.int64)
    np.minimum.at(least, places, days.astype("datetime64[s]").astype(np.int64))
    found = pd.Series(least.astype("datetime64[s]"))
    return found.mask(least == none)


def _money_day(entries: Entries, trainings: pd.DataFrame, book: Book, clock: Clock) -> NDArray[np.datetime64]:
    if clock is Clock.BOOKED:
        return book.booked
    if clock is Clock.PAYMENT:
        return np.where(book.arrived, entries.lines["paid_on"].to_numpy(), np.datetime64("NaT", "s"))
    days = trainings["on"].to_numpy()[book.training]
    return np.where(np.isnat(days), book.booked, days)


def _mask(places: NDArray[np.int32], length: int) -> NDArray[np.bool_]:
    mask = np.zeros(length, dtype=bool)
    mask[places] = True
    return mask
