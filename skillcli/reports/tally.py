"""From the ledger's frames to what a report counts: trainings judged several times brought together, labelled, dated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from msgspec.structs import replace
from numpy.typing import NDArray

from skillcli.core.processors import each
from skillcli.policy.model import Policy
from skillcli.reports import identities, labels
from skillcli.reports.counting import GRANT, NOT_FILLED, Book, Counted, Label
from skillcli.reports.days import NO_DAY, days_of, filled
from skillcli.reports.identities import OUTCOMES, PAID
from skillcli.reports.period_facts import Clock
from skillcli.reports.places import labels as places
from skillcli.schema.entries import Entries

GRANTS_KIND = "grants"
"""Kind of a batch of grants to units: money, but neither person-times nor persons."""
_PASSED = "合格"
_LABELS = ("department", "training_kind", "level", "certificate_kind", "categories", "programme")
_PAID = OUTCOMES.index(PAID)
Chosen = NDArray[np.int32] | None
"""The record that counts for each training; None: each its own."""


def count(entries: Entries, policy: Policy, clock: Clock) -> Counted:
    """Bring the records of several batches together and date them."""
    identity = entries.trainings["identity"].to_numpy()
    outcome = identities.outcomes(entries.lines)
    of_record = _records_of(entries)
    counts, chosen = _replaced(entries, identity, outcome, of_record)
    standing = counts & (outcome.cat.codes.to_numpy() == _PAID)
    month = _month_ends(entries)
    book = Book(
        counts=counts,
        training=identity[of_record],
        outcome=outcome.array,
        standing=standing,
        arrived=standing & (entries.lines["paid_on"].array.codes >= 0),
        amount_fen=entries.lines["amount_fen"].to_numpy(),
        booked=month[entries.lines["seq"].to_numpy()],
        on=month[:0],
    )
    own = None if len(chosen) == len(identity) else chosen
    trainings = _trainings(entries, policy, book, own)
    on = _people_day(entries, book, clock.people, own, month)
    book = replace(book, on=_money_day(entries, on, book, clock.money))
    on[trainings["grant"].to_numpy()] = NO_DAY
    return Counted(
        trainings.assign(on=on), entries, book, own, _labels(entries, policy, own, trainings["grant"].to_numpy())
    )


def _records_of(entries: Entries) -> NDArray[np.int32]:
    """The place of each line's record among the trainings. Raises ValueError when it has none."""
    tids = entries.trainings["tid"].to_numpy()
    wanted = entries.lines["tid"].to_numpy()
    if not len(wanted):
        return np.empty(0, dtype=np.int32)
    if not len(tids) or wanted.min() < tids[0] or wanted.max() > tids[-1]:
        raise ValueError("a line without its training")
    found: NDArray[np.int32] = (wanted - tids[0]).astype(np.int32)
    if tids[-1] - tids[0] + 1 != len(tids):
        place = np.full(int(tids[-1] - tids[0]) + 1, -1, dtype=np.int32)
        place[tids - tids[0]] = np.arange(len(tids), dtype=np.int32)
        found = place[found]
        if (found < 0).any():
            raise ValueError("a line without its training")
    return found


def _replaced(
    entries: Entries, identity: NDArray[np.int32], outcome: pd.Series, of_record: NDArray[np.int32]
) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Which lines count, and the record that speaks for each training. Only trainings judged more than once raise the
    question."""
    times = np.bincount(identity)
    several = (times > 1)[identity]
    theirs = several[of_record]
    counts = np.ones(len(theirs), dtype=bool)
    chosen = np.empty(len(times), dtype=np.int32)
    chosen[identity] = np.arange(len(identity), dtype=np.int32)
    if several.any():
        at = np.flatnonzero(several)
        records = entries.trainings[["tid", "seq", "loser", "identity"]].take(at)
        lines = entries.lines[["tid", "line", "codes"]].take(np.flatnonzero(theirs)).assign(outcome=outcome[theirs])
        kinds = entries.batches.set_index("seq")["kind"]
        counts[theirs] = identities.counted(records, lines, kinds)
        # a line that was replaced does not stand, so that it makes no difference here
        speaking = at[identities.newest(records, lines)]
        chosen[identity[speaking]] = speaking
    return counts, chosen


def _month_ends(entries: Entries) -> NDArray[np.int32]:
    """By the number of a batch, the last day of its month (days)."""
    months = entries.batches["month"].to_numpy().astype("datetime64[M]")
    return _by_batch(entries, ((months + 1).astype("datetime64[D]") - 1).astype(np.int32), NO_DAY)


def _by_batch(entries: Entries, values: NDArray[Any], missing: Any) -> NDArray[Any]:
    """What each batch has, at the place of its number."""
    seqs = entries.batches["seq"].to_numpy()
    found = np.full(int(seqs.max(initial=0)) + 1, missing, dtype=values.dtype)
    found[seqs] = values
    return found


def _trainings(entries: Entries, policy: Policy, book: Book, chosen: Chosen) -> pd.DataFrame:
    records = entries.trainings
    grants = _by_batch(entries, entries.batches["kind"].eq(GRANTS_KIND).to_numpy(), False)
    group = entries.lines["group"].array
    counted = book.standing & labels.bearing(group, [name for name in group.categories if name])
    if policy.value("counts_to_target") == "paid":
        counted &= book.arrived
    apart = _of(labels.bearing(records["training_kind"].array, policy.limit.except_kinds), chosen)
    subsidised = _mask(book.training[book.standing], len(apart))
    person = records["person"].to_numpy()
    who = person.copy() if chosen is None else person[chosen]
    nobody = np.flatnonzero(who == 0)
    who[nobody] = -1 - nobody
    passed = _of(labels.bearing(records["result"].array, [_PASSED]), chosen)
    columns: dict[str, Any] = {
        "grant": _of(grants[records["seq"].to_numpy()], chosen),
        "who": who,
        "passed": passed,
        "certified": passed & _of(records["issued_on"].notna().to_numpy(), chosen),
        "subsidised": subsidised,
        "target": _mask(book.training[counted], len(apart)) & ~apart,
        "apart": subsidised & apart,
        "employed": _of(records["employed"].to_numpy(), chosen),
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(apart)), copy=False)


def _of(values: NDArray[Any], chosen: Chosen) -> NDArray[Any]:
    """A column of the records that count."""
    return values if chosen is None else values[chosen]


def _labels(entries: Entries, policy: Policy, chosen: Chosen, grant: NDArray[np.bool_]) -> dict[str, Label]:
    records = entries.trainings
    asked = _asked(chosen, grant)
    names = {key: _names(records[key]) for key in _LABELS} | {"place": places(_names(records["town"]), policy.region)}
    codes = {key: records["town" if key == "place" else key].cat.codes for key in names}
    found = dict(zip(names, each(lambda key: _label(codes[key], names[key], asked), names, len(records)), strict=True))
    if grant.any():
        found = {key: _with_grants(label) for key, label in found.items()}
    found["institution"] = _institutions(entries, chosen)
    return found


def _asked(chosen: Chosen, grant: NDArray[np.bool_]) -> NDArray[np.integer[Any]] | slice:
    """The records of trainings that are no grants."""
    if not grant.any():
        return slice(None) if chosen is None else chosen
    trainings = np.flatnonzero(~grant)
    return trainings if chosen is None else chosen[trainings]


def _names(values: pd.Series) -> pd.Series:
    return pd.Series(values.cat.categories, dtype="str")


def _label(codes: pd.Series, names: pd.Series, asked: NDArray[np.integer[Any]] | slice) -> Label:
    """``codes`` of records under these names, blank as 未填; those occur that one of the records ``asked`` bears."""
    of = [*(name or NOT_FILLED for name in names), NOT_FILLED]
    seen = np.zeros(len(of), dtype=bool)
    seen[codes.to_numpy()[asked]] = True
    known = sorted({name for name, occurs in zip(of, seen, strict=True) if occurs})
    place = {name: at for at, name in enumerate(known)}
    kind = np.min_scalar_type(-max(len(known) + 1, 1))
    return Label(
        codes.to_numpy(), np.array([place.get(name, -1) for name in of], dtype=kind), pd.Index(known, dtype="str")
    )


def _with_grants(label: Label) -> Label:
    names = pd.Index(sorted({*label.names, GRANT}), dtype="str")
    moved = np.append(names.get_indexer(label.names), -1)
    return Label(label.codes, moved[label.places], names)


def _institutions(entries: Entries, chosen: Chosen) -> Label:
    """The institution that claims, as first written; without one the employer."""
    of = {key: entries.trainings[key].array for key in ("institution_n", "employer_n", "institution", "employer")}
    key, known = labels.either(of["institution_n"], of["employer_n"])
    own = _of(key, chosen)
    first = np.full(len(known), -1, dtype=np.int32)
    first[own[::-1]] = np.arange(len(own), dtype=np.int32)[::-1]
    speaking = first if chosen is None else np.where(first < 0, first, chosen[first])
    written, names = labels.either(
        of["institution"].take(speaking, allow_fill=True), of["employer"].take(speaking, allow_fill=True)
    )
    named = pd.Series([names[place] or NOT_FILLED for place in written], dtype="str")
    return _label(pd.Series(key, copy=False), named, slice(None) if chosen is None else chosen)


def _people_day(
    entries: Entries, book: Book, clock: Clock, chosen: Chosen, month: NDArray[np.int32]
) -> NDArray[np.int32]:
    """A blank date falls back on the next best one, so that nobody is lost: 发证, 结课, the batch's month."""
    records = entries.trainings
    booked = _of(month[records["seq"].to_numpy()], chosen)
    if clock is Clock.PAYMENT:
        return _first(book.training[book.arrived], days_of(entries.lines["paid_on"])[book.arrived], len(booked))
    if clock is Clock.BOOKED:
        return filled(_first(book.training[book.standing], book.booked[book.standing], len(booked)), booked)
    end, issued_on = (_of(days_of(records[key]), chosen) for key in ("end", "issued_on"))
    first, second = (end, issued_on) if clock is Clock.TRAINING else (issued_on, end)
    return filled(filled(first, second), booked)


def _first(places: NDArray[np.int32], days: NDArray[np.int32], length: int) -> NDArray[np.int32]:
    """The earliest day of each place; ``NO_DAY`` where there is none."""
    none = np.iinfo(np.int32).max
    least = np.full(length, none, dtype=np.int32)
    np.minimum.at(least, places, days)
    least[least == none] = NO_DAY
    return least


def _money_day(entries: Entries, on: NDArray[np.int32], book: Book, clock: Clock) -> NDArray[np.int32]:
    """``on``: the day of each training."""
    if clock is Clock.BOOKED:
        return book.booked
    if clock is Clock.PAYMENT:
        return np.where(book.arrived, days_of(entries.lines["paid_on"]), np.int32(NO_DAY))
    return filled(on[book.training], book.booked)


def _mask(places: NDArray[np.int32], length: int) -> NDArray[np.bool_]:
    mask = np.zeros(length, dtype=bool)
    mask[places] = True
    return mask
