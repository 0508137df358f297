"""What a line is worth, who gets it and from which fund (step 9), before duplicates cut it.

Each amount kind gives ``standard_fen`` × ``quantity`` of a ``unit``. A figure the text leaves open is
never zero and never guessed: the line says which reading it waits for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from msgspec import Struct

from skillcli.rules.amounts import AMOUNTS, READ, UNITS, Pricing
from skillcli.rules.facts import beside
from skillcli.rules.payees import Payees, payee_kinds, read_for_payee

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.policy.model import Line, Policy
    from skillcli.schema.catalogue import Catalogue

_TEXT = pa.large_string()


class Prices(Struct, frozen=True):
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


def price(policy: Policy, lines: pd.DataFrame, trainings: pd.DataFrame, catalogue: Catalogue) -> Prices:
    """Price every candidate line (``match.match``)."""
    payees = Payees(trainings, catalogue)
    place = trainings.index.get_indexer(pd.Index(lines["rid"]))
    which, names = pd.factorize(lines["line"])
    numbers = {name: number for number, name in enumerate(names)}
    parts, used = [], set()
    for line in policy.lines:
        rows = np.flatnonzero(which == numbers.get(line.id, -1))
        if rows.size:
            priced, asked = _price_line(policy, line, lines.iloc[rows], trainings, place[rows], catalogue, payees)
            parts.append(priced)
            used |= asked
    if not parts:
        return Prices(_empty(lines), frozenset())
    order = np.argsort(np.concatenate([part["lid"] for part in parts]), kind="stable")
    whole = {name: _joined([part[name] for part in parts], order) for name in parts[0] if name != "lid"}
    return Prices(beside(lines, **whole), frozenset(used))


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
    needed = dict.fromkeys(["occupation", line.amount.date, *READ.get(line.amount.kind, ()), *read_for_payee(line)])
    trainings = pd.DataFrame({key: everybody[key].array.take(place) for key in needed}, copy=False)
    job = Pricing(policy, line, rows, trainings)
    routes = rows["route"].to_numpy()
    for position in np.unique(routes):
        for key in line.match[position].readings:
            job.ask(key, routes == position)
    AMOUNTS[line.amount.kind](job, catalogue)
    kinds, kind = payee_kinds(policy, line, trainings)
    fund, fund_key = _fund(policy, line)
    day = ~(trainings[line.amount.date].array.isna() | trainings["occupation"].array.isna())
    job.used |= {fund_key} | {need for need in (line.passing, line.certificate) if isinstance(need, str)}
    size = len(rows)
    priced = {
        "lid": rows.index.to_numpy(),
        "standard_fen": job.standard,
        "quantity": job.quantity,
        "unit": _repeat(UNITS.get(line.amount.kind, "人"), size),
        "proposed_fen": job.standard * job.quantity,
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
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts).take(order)
    known = np.concatenate([part.to_numpy(dtype=np.int64, na_value=0) for part in parts])
    missing = np.concatenate([part.isna() for part in parts])
    return pd.arrays.IntegerArray(known.take(order), missing.take(order))


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


def _empty(lines: pd.DataFrame) -> pd.DataFrame:
    texts = ["unit", "payee_kind", "payee", "fund", "clause", "open", "denied", "warning"]
    flags = ["unpriced", "rate_open", "passing", "certified", "counts"]
    return lines.assign(
        **{key: pd.Series(dtype="Int64") for key in ("standard_fen", "quantity", "proposed_fen")},
        **{key: pd.Series(dtype="str") for key in texts},
        **{key: pd.Series(dtype="bool") for key in flags},
    )
