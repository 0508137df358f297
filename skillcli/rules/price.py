"""What a line is worth, who gets it and from which fund (step 9), before duplicates cut it.

Each amount kind gives ``standard_fen`` × ``quantity`` of a ``unit``. A figure the text leaves open is
never zero and never guessed: the line says which reading it waits for.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from skillcli.core.money import fen
from skillcli.rules.catalogue import Shelf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.policy.model import Amount, AmountStep, Line, Policy, Route, Value
    from skillcli.schema.catalogue import Catalogue

_TEXT = pa.large_string()
_READ = (
    "occupation",
    "occupation_exact",
    "occupation_n",
    "level",
    "certificate_kind",
    "training_kind",
    "training_days",
    "span_months",
    "ojt_months",
    "category_set",
    "household",
    "payer",
)
"""What pricing looks at, beside the line's own date."""
UNITS = {"per_day": "天", "per_month": "月", "per_year": "年"}


@dataclass(frozen=True)
class Prices:
    """What was priced: ``lines`` with the columns below, and the readings that were looked up.

    ``standard_fen``, ``quantity``, ``proposed_fen`` (Int64), ``unit``, ``payee_kind``, ``payee``,
    ``fund``, ``clause`` (str) as in ``schema.decision``; ``open`` / ``denied`` (str): keys of
    readings not recorded / recorded as no, joined by a blank; ``unpriced`` (bool): no 收费标准;
    ``rate_open`` (bool): base or raised rate unknown for want of a 急需紧缺 list; ``warning`` (str):
    code of the warning the route carries; ``passing``, ``certified``, ``counts`` (bool): needs 合格, needs a
    certificate, takes part in the limit.
    """

    lines: pd.DataFrame
    readings: frozenset[str]


class _Keys:
    """Keys of readings noted for each of some rows, as text; rows with the same keys share one text."""

    def __init__(self, size: int) -> None:
        self.which = np.zeros(size, dtype=np.int64)
        self.texts = [""]

    def add(self, key: str, where: NDArray[np.bool_]) -> None:
        """Note one more key for these rows."""
        grown = np.arange(len(self.texts))
        for old in np.unique(self.which[where]):
            grown[old] = len(self.texts)
            self.texts.append(f"{self.texts[old]} {key}".lstrip())
        self.which[where] = grown[self.which[where]]

    def text(self) -> Any:
        """The keys of each row, joined by a blank, as an Arrow array."""
        return pa.array(self.texts, _TEXT).take(pa.array(self.which))


class _Pricing:
    """The lines of one policy line while they are priced: arrays over those rows."""

    def __init__(self, policy: Policy, line: Line, rows: pd.DataFrame, trainings: pd.DataFrame) -> None:
        size = len(rows)
        self.policy, self.line, self.rows, self.trainings = policy, line, rows, trainings
        self.standard = pd.array([pd.NA] * size, dtype="Int64")
        self.quantity = pd.array([1] * size, dtype="Int64")
        self.unpriced = np.zeros(size, dtype=bool)
        self.rate_open = np.zeros(size, dtype=bool)
        self.open, self.denied = _Keys(size), _Keys(size)
        self.used: set[str] = set()

    def ask(self, key: str, where: NDArray[np.bool_]) -> bool:
        """Note a yes/no reading for these rows; True if it says yes."""
        self.used.add(key)
        value = self.policy.value(key)
        if value is None:
            self.leave_open(key, where)
        elif value is False:
            self.denied.add(key, where)
        return value is not None and value is not False

    def leave_open(self, key: str, where: NDArray[np.bool_]) -> None:
        self.open.add(key, where)


def price(policy: Policy, lines: pd.DataFrame, trainings: pd.DataFrame, catalogue: Catalogue) -> Prices:
    """Price every candidate line (``match.match``)."""
    payees = Payees(trainings, catalogue)
    place = trainings.index.get_indexer(pd.Index(lines["rid"]))
    which = lines["line"].to_numpy(dtype=object)
    parts, used = [], set()
    for line in policy.lines:
        rows = np.flatnonzero(which == line.id)
        if rows.size:
            priced, asked = _price_line(policy, line, lines.iloc[rows], trainings, place[rows], catalogue, payees)
            parts.append(priced)
            used |= asked
    if not parts:
        return Prices(_empty(lines), frozenset())
    order = np.argsort(np.concatenate([part["lid"] for part in parts]), kind="stable")
    whole = {name: _joined([part[name] for part in parts], order) for name in parts[0] if name != "lid"}
    return Prices(lines.assign(**{name: pd.Series(v, index=lines.index) for name, v in whole.items()}), frozenset(used))


def _price_line(
    policy: Policy,
    line: Line,
    rows: pd.DataFrame,
    everybody: pd.DataFrame,
    place: NDArray[np.int64],
    catalogue: Catalogue,
    payees: Payees,
) -> tuple[dict[str, Any], set[str]]:
    """The columns of ``Prices.lines`` for the rows of one line, as arrays; ``place`` of their trainings."""
    needed = [key for key in (*_READ, line.amount.date) if key in everybody]
    trainings = everybody[list(dict.fromkeys(needed))].take(place)
    job = _Pricing(policy, line, rows, trainings)
    routes = rows["route"].to_numpy()
    for position in np.unique(routes):
        for key in line.match[position].readings:
            job.ask(key, routes == position)
    _AMOUNTS[line.amount.kind](job, catalogue)
    kinds, kind = payee_kinds(policy, line, trainings)
    fund, fund_key = _fund(policy, line)
    day = trainings[line.amount.date].notna().to_numpy() & trainings["occupation"].notna().to_numpy()
    job.used |= {fund_key} | {need for need in (line.passing, line.certificate) if isinstance(need, str)}
    size = len(rows)
    priced = {
        "lid": rows.index.to_numpy(),
        "standard_fen": job.standard,
        "quantity": job.quantity,
        "unit": _repeat(UNITS.get(line.amount.kind, "人"), size),
        "proposed_fen": (pd.Series(job.standard) * pd.Series(job.quantity)).array,
        "payee_kind": pa.array(kinds, _TEXT).take(pa.array(kind)),
        "payee": payees.names(np.array(kinds, dtype=object)[kind], place),
        "fund": _repeat(fund, size),
        "clause": _repeat(line.clause, size),
        "open": job.open.text(),
        "denied": job.denied.text(),
        "unpriced": job.unpriced & day,
        "rate_open": job.rate_open,
        "warning": pa.array([route.warning for route in line.match], _TEXT).take(pa.array(routes)),
        "passing": np.full(size, policy.holds(line.passing) is not False),
        "certified": np.full(size, policy.holds(line.certificate) is not False),
        "counts": np.full(size, line.counts),
    }
    return priced, job.used - {""}


def _repeat(text: str, size: int) -> Any:
    return pa.repeat(pa.scalar(text, _TEXT), size)


def _joined(parts: list[Any], order: NDArray[np.int64]) -> Any:
    """The parts of a column, of whatever kind of array, one after the other in this order."""
    if isinstance(parts[0], pa.Array):
        return _str(pa.concat_arrays(parts).take(pa.array(order)))
    whole = (
        np.concatenate(parts) if isinstance(parts[0], np.ndarray) else pd.concat([pd.Series(p) for p in parts]).array
    )
    return whole.take(order)


def _str(texts: Any) -> Any:
    """An Arrow array of texts as a pandas array of dtype str."""
    return pa.chunked_array([texts]).to_pandas(types_mapper={_TEXT: pd.StringDtype(na_value=np.nan)}.get).array


def _fund(policy: Policy, line: Line) -> tuple[str, str]:
    """The line's fund ("" while nobody has named one) and the reading that was asked."""
    if line.fund:
        return line.fund, ""
    key = f"fund.{line.id}"
    value = policy.value(key)
    return (value if isinstance(value, str) else ""), key


def payee_kinds(policy: Policy, line: Line, trainings: pd.DataFrame) -> tuple[list[str], NDArray[np.int64]]:
    """个人, 培训机构 or 用人单位 of each training's line, as texts and each row's place among them: the
    first payee route that fits, "" where none does."""
    from skillcli.rules.match import Matcher

    matcher = Matcher(policy, trainings)
    kind = np.zeros(len(trainings), dtype=np.int64)
    for number, route in reversed(list(enumerate(line.payee, 1))):
        fits = matcher.everyone.copy()
        if route.payer:
            fits &= matcher.is_one_of("payer", [route.payer])
        if route.categories:
            fits &= matcher.has_any(route.categories)
        if route.kinds:
            fits &= matcher.is_one_of("training_kind", policy.kinds(route.kinds))
        kind[fits] = number
    return ["", *(route.to for route in line.payee)], kind


class Payees:
    """Whom the money of each training may go to, by the spelling it is listed under."""

    def __init__(self, trainings: pd.DataFrame, catalogue: Catalogue) -> None:
        names = payee_names(trainings, catalogue)
        pools = [pa.array(trainings["name"], type=_TEXT, from_pandas=True)]
        self.places: dict[str, NDArray[np.int64]] = {"个人": np.arange(len(trainings))}
        size = len(trainings)
        for kind, column in (("培训机构", "institution_n"), ("用人单位", "employer_n")):
            codes, distinct = pd.factorize(trainings[column])
            pools.append(pa.array(names.reindex(distinct), type=_TEXT, from_pandas=True))
            self.places[kind] = np.where(codes >= 0, codes + size, -1)
            size += len(distinct)
        chunks = [part for pool in pools for part in (pool.chunks if isinstance(pool, pa.ChunkedArray) else [pool])]
        # the last one is nobody, where a place of -1 points
        self.pool = pa.concat_arrays([*chunks, pa.array([""], _TEXT)]).fill_null("")

    def names(self, kind: NDArray[np.object_], place: NDArray[np.int64]) -> Any:
        """Payee of each line, by the kind of its payee and the place of its training."""
        where = np.full(len(kind), len(self.pool) - 1)
        for known, places in self.places.items():
            mine = kind == known
            where[mine] = places[place[mine]] % len(self.pool)
        return self.pool.take(pa.array(where))


def payee_names(trainings: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Normal form of an institution or employer → the one spelling its money is listed under.

    The 机构 catalogue's spelling, else the first of the run in character order, so that no row
    order decides it.
    """
    from skillcli.rules.facts import normal

    seen = pd.concat([trainings["institution"].drop_duplicates(), trainings["employer"].drop_duplicates()]).dropna()
    seen = seen.drop_duplicates().reset_index(drop=True)
    names: pd.Series = seen.groupby(normal(seen)).min()
    if catalogue.bodies is not None and len(catalogue.bodies):
        listed = catalogue.bodies["institution"].dropna()
        known = listed.groupby(normal(listed)).min()
        names = known.combine_first(names)
    return names


def _steps(job: _Pricing) -> list[tuple[AmountStep, NDArray[np.bool_]]]:
    """The steps of the amount with the rows each applies to. The first step also serves earlier
    days; a missing day has none; a day after an ended step has none."""
    day = job.trainings[job.line.amount.date].to_numpy(dtype="datetime64[D]")
    known = ~np.isnat(day)
    chosen = np.full(len(day), -1)
    for position, step in enumerate(job.line.amount.steps):
        begun = known & ((day >= np.datetime64(step.valid_from)) | (position == 0))
        ended = (day > np.datetime64(step.valid_to)) if step.valid_to else np.zeros(len(day), dtype=bool)
        chosen[begun] = position
        chosen[begun & ended] = -1
    return [(step, chosen == position) for position, step in enumerate(job.line.amount.steps)]


def _flat(job: _Pricing, catalogue: Catalogue) -> None:
    for step, where in _steps(job):
        job.standard[where] = _fen(step.yuan)


def _per_day(job: _Pricing, catalogue: Catalogue) -> None:
    _flat(job, catalogue)
    job.quantity = job.trainings["training_days"].array.copy()


def _per_month(job: _Pricing, catalogue: Catalogue) -> None:
    _flat(job, catalogue)
    span = job.trainings["span_months"]
    stated = job.trainings["ojt_months"]
    job.quantity = stated.fillna(span.where(span >= 0).astype("Int64")).array.copy()


def _by_level(job: _Pricing, catalogue: Catalogue) -> None:
    for step, where in _steps(job):
        _set_by_level(job, where, step.levels)


def _by_level_shortage(job: _Pricing, catalogue: Catalogue) -> None:
    raised = np.zeros(len(job.rows), dtype=bool)
    if catalogue.shortage is None:
        key = job.line.amount.no_shortage_list
        job.used.add(key)
        answer = job.policy.value(key)
        job.rate_open[:] = answer is None
        raised[:] = answer == "raised"
    else:
        raised = Shelf(catalogue.shortage).find(job.trainings, job.line.amount.date) >= 0
    for step, where in _steps(job):
        _set_by_level(job, where & ~raised & ~job.rate_open, step.levels)
        _set_by_level(job, where & raised, step.shortage)


def _set_by_level(job: _Pricing, where: NDArray[np.bool_], table: dict[str, Decimal]) -> None:
    figures = job.trainings["level"].map({level: fen(yuan) for level, yuan in table.items()})
    job.standard[where] = figures.astype("Int64").array[where]


def _by_certificate(job: _Pricing, catalogue: Catalogue) -> None:
    kind = job.trainings["certificate_kind"]
    level = job.trainings["level"]
    for step, where in _steps(job):
        for rate in step.rates:
            fits = where & kind.isin(rate.certificates).to_numpy(dtype=bool)
            if rate.level:
                fits = (fits | (where & kind.isna().to_numpy())) & level.eq(rate.level).to_numpy(
                    dtype=bool, na_value=False
                )
            if rate.yuan is not None:
                job.standard[fits] = fen(rate.yuan)
            elif fits.any():
                _from_reading(job, rate.reading, fits)


def _from_reading(job: _Pricing, key: str, where: NDArray[np.bool_]) -> None:
    """A figure that only the office can name; while it has not, the proposal is shown."""
    job.used.add(key)
    value = job.policy.value(key)
    if value is None:
        job.leave_open(key, where)
        job.standard[where] = _fen(job.policy.reading(key).proposal)
    elif value is False:
        job.ask(key, where)
    else:
        job.standard[where] = _fen(value)


def _per_year(job: _Pricing, catalogue: Catalogue) -> None:
    months = job.trainings["span_months"].to_numpy()
    years = np.where(months >= 0, months // job.line.amount.months_a_year, 0)
    job.quantity = pd.array(years, dtype="Int64")
    _from_reading(job, job.line.amount.reading, np.ones(len(years), dtype=bool))


def _from_catalogue(job: _Pricing, catalogue: Catalogue) -> None:
    items = catalogue.items
    if items is None or items.empty:
        job.unpriced[:] = True
        return
    found = Shelf(items).find(job.trainings, job.line.amount.date)
    prices = items["price_fen"].array.take(np.maximum(found, 0)).copy()
    prices[found < 0] = pd.NA
    job.standard = prices
    job.unpriced = np.asarray(prices.isna())


def _capped(job: _Pricing, catalogue: Catalogue) -> None:
    _from_catalogue(job, catalogue)
    routes = job.rows["route"].to_numpy()
    full = job.standard.copy()
    known = full.to_numpy(dtype=np.int64, na_value=0)
    for step, where in _steps(job):
        cap = _fen(step.yuan)
        above = where & (known > (cap or 0))
        job.standard[above] = cap
        for position in np.unique(routes[above]):
            rows = above & (routes == position)
            if _full_price(job, job.line.match[position], rows):
                job.standard[rows] = full[rows]


def _full_price(job: _Pricing, route: Route, where: NDArray[np.bool_]) -> bool:
    """Whether the office pays these people's price above the cap; False leaves the cap."""
    if not route.price_over:
        return False
    job.used.add(route.price_over)
    answer = job.policy.value(route.price_over)
    if answer is None:
        job.leave_open(route.price_over, where)
    return answer is True


def _nothing(job: _Pricing, catalogue: Catalogue) -> None:
    """Units' grants have no training to price."""


def _fen(yuan: Value | None) -> int | None:
    return fen(yuan) if isinstance(yuan, int | Decimal) else None


_AMOUNTS = {
    "fixed": _flat,
    "by_level": _by_level,
    "by_level_shortage": _by_level_shortage,
    "by_certificate": _by_certificate,
    "catalogue": _from_catalogue,
    "catalogue_cap": _capped,
    "per_day": _per_day,
    "per_month": _per_month,
    "per_year": _per_year,
    "grant_item": _nothing,
}


def describe_amount(amount: Amount) -> str:
    """The kind of an amount in words, for the steps that ``explain`` prints."""
    return {
        "fixed": "定额",
        "by_level": "按技能等级",
        "by_level_shortage": "按技能等级（急需紧缺另定）",
        "by_certificate": "按证书类型和等级",
        "catalogue": "目录收费标准",
        "catalogue_cap": "目录收费标准，不超过上限",
        "per_day": "每天标准 × 天数",
        "per_month": "每月标准 × 月数",
        "per_year": "每年标准 × 满年数",
        "grant_item": "按项目定额",
    }[amount.kind]


def _empty(lines: pd.DataFrame) -> pd.DataFrame:
    texts = ["unit", "payee_kind", "payee", "fund", "clause", "open", "denied", "warning"]
    flags = ["unpriced", "rate_open", "passing", "certified", "counts"]
    return lines.assign(
        **{key: pd.Series(dtype="Int64") for key in ("standard_fen", "quantity", "proposed_fen")},
        **{key: pd.Series(dtype="str") for key in texts},
        **{key: pd.Series(dtype="bool") for key in flags},
    )
