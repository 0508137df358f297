"""Facts that several rules need, derived once from a roster.

Normal forms (policy page, section 1): certificate numbers NFKC, upper case, without blanks and
zero-width characters; institutions NFKC without blanks; occupations NFKC without blanks and
without a bracketed remark; level 无等级 = blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillcli.core import identity, period
from skillcli.core.identity import Fault
from skillcli.core.letters import all_but, holding, text_array
from skillcli.schema.history import Keys
from skillcli.schema.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from numpy.typing import NDArray

    from skillcli.policy.model import Policy
    from skillcli.schema.roster import Roster

OJT = "以工代训"
HOLDER_NUMBERED = "特种作业操作证"
"""Its number is the holder's identity number, so the occupation tells two of them apart."""
SPECIAL_SKILL = "专项职业能力"
NO_LEVEL = "无等级"
_PLAIN = bytes(range(ord("!"), ord("~") + 1))
_NOT_PLAIN, _NOT_CAPITALS = all_but(_PLAIN), all_but(_PLAIN.upper())
"""Texts without such bytes are in their normal form."""
_STR: Any = pd.StringDtype(na_value=np.nan)
_FEW = 1024
"""So many texts tell whether the texts of a column repeat."""


def derive(roster: Roster, policy: Policy) -> pd.DataFrame:
    """The roster's frame with the facts of ``Case.trainings`` added (see there).

    Besides those: ``days_derived`` (bool: training_days come from 课时), ``account_n`` (str),
    ``account_hash``, ``certificate_claim``, ``class_hash`` (int64, 0 where unknown), ``year`` (int64:
    the natural year a limit counts in, 0 unknown).
    """
    frame = roster.frame
    fault, person, birth = identity.examine(frame["id_number"])
    damaged = _damaged_numbers(roster)
    person[damaged] = 0
    birth[damaged] = np.datetime64("NaT")

    start, end = _days(frame["start"]), _days(frame["end"])
    known = ~(np.isnat(start) | np.isnat(end))
    span = np.where(known, (end - start).astype(np.int64) + 1, -1)
    days, derived = _training_days(frame, policy)

    facts = compared(frame, person)
    account = normal(frame["account"], upper=True)
    facts = beside(
        facts,
        id_fault=fault,
        birth=birth.astype("datetime64[s]"),
        occupation_exact=normal(frame["occupation"]),
        account_n=account,
        account_hash=hashed(account, account.isna()),
        category_set=category_sets(frame["categories"], policy.implies),
        span_days=span,
        span_months=period.whole_months(start, end),
        training_days=days,
        days_derived=derived,
    )
    counted = frame["issued_on"]
    if policy.limit.counts == "attended":
        counted = counted.where(facts["passed"]).fillna(frame["end"])
    return beside(facts, year=counted.dt.year.fillna(0).astype("int64"))


def compared(frame: pd.DataFrame, person: NDArray[np.int64]) -> pd.DataFrame:
    """The frame with what tells whether two trainings are the same one, whatever the policy: ``person`` as given (int64,
    0 nobody), the normal forms, ``level_key``, ``is_ojt``, ``passed``, ``certificate_hash``, ``certificate_claim`` and
    ``class_hash`` of ``Case.trainings``.

    Reads 培训机构, 用人单位, 职业（工种）, 技能等级, 证书类型, 证书编号, 培训类型, 考核结果, 开班日期, 结课日期.
    """
    passed, is_ojt = is_one_of(frame["result"], ["合格"]), is_one_of(frame["training_kind"], [OJT])
    level = frame["level"].where(frame["level"].ne(NO_LEVEL))
    special = is_one_of(frame["certificate_kind"], ["专项职业能力证书"])
    usual = pd.array([NO_LEVEL, SPECIAL_SKILL], dtype="str")
    institution, employer = normal(frame["institution"]), normal(frame["employer"])
    occupation = without_bracket(normal(frame["occupation"]))
    number = normal(frame["certificate_no"], upper=True)
    certificate = joined(frame["certificate_kind"], number)
    holder = is_one_of(frame["certificate_kind"], [HOLDER_NUMBERED])
    # /, 待发 and other words are no number; a number without its kind is no certificate's yet (C01, C02)
    unnumbered = _unnumbered(number)
    unclaimed = unnumbered | frame["certificate_kind"].isna()
    whose = pd.Series(person, index=frame.index)
    nobody = whose.eq(0)
    lesson = joined(whose, institution.mask(is_ojt, employer), occupation, level, frame["start"], frame["end"])
    return beside(
        frame,
        person=person,
        institution_n=institution,
        employer_n=employer,
        occupation_n=occupation,
        certificate_n=number,
        level_key=level.fillna(pd.Series(usual.take(special.astype(np.int64)), index=frame.index)),
        is_ojt=is_ojt,
        passed=passed,
        certificate_hash=hashed(certificate, unnumbered),
        certificate_claim=hashed(joined(whose, certificate, occupation.where(holder)), unclaimed | nobody),
        class_hash=hashed(lesson, nobody),
    )


def beside(frame: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """A frame with more columns, which it has not yet: put beside it all at once, where ``assign`` puts one after another."""
    return pd.concat([frame, pd.DataFrame(columns, index=frame.index, copy=False)], axis=1)


def numbered(*columns: Any) -> NDArray[np.int64]:
    """A number for each row, counted from nought as they appear: the same for rows that are equal in all of these columns
    (missing equals missing)."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, distinct = pd.factorize(column)
        number, _ = pd.factorize(number * (len(distinct) + 1) + codes + 1)
    return number


def certificate_hashes(kind: pd.Series, certificate_n: pd.Series) -> NDArray[np.int64]:
    """``certificate_hash`` of ``Case.trainings``; 0 where no number stands."""
    return hashed(joined(kind, certificate_n), _unnumbered(certificate_n))


def _unnumbered(certificate_n: pd.Series) -> pd.Series:
    return ~certificate_n.str.contains(r"\d", regex=True).fillna(False).astype(bool)


def keys(trainings: pd.DataFrame, *, classes: bool = False) -> Keys:
    """What the ledger is asked for: the run's persons, certificates and accounts, and with ``classes`` its class
    numbers."""

    def distinct(name: str) -> NDArray[np.int64]:
        values: NDArray[np.int64] = np.unique(trainings[name].to_numpy(dtype=np.int64))
        known: NDArray[np.int64] = values[values != 0]
        return known

    numbers = tuple(trainings["class_no"].dropna().unique()) if classes else ()
    return Keys(distinct("person"), distinct("certificate_hash"), distinct("account_hash"), numbers)


def normal(values: pd.Series, *, upper: bool = False) -> pd.Series:
    """NFKC without blanks, zero-width and control characters; blank becomes missing."""

    def tidied(text: pa.Array) -> pa.Array:
        odd = holding(text, _NOT_CAPITALS if upper else _NOT_PLAIN)
        if not odd.any():
            return text
        rows = pa.array(odd)
        return pc.replace_with_mask(text, rows, changed(text.filter(rows)))

    def changed(text: pa.Array) -> pa.Array:
        text = pc.utf8_normalize(text, form="NFKC")
        text = pc.replace_substring_regex(text, r"[\s\p{Z}\p{C}]+", "")
        if upper:
            text = pc.utf8_upper(text)
        return pc.if_else(pc.equal(text, ""), None, text)

    return _each_once(values, tidied)


def without_bracket(values: pd.Series) -> pd.Series:
    """Names without a bracketed remark; a name that is nothing but a bracket stays."""

    def bare(text: pa.Array) -> pa.Array:
        rest = pc.replace_substring_regex(text, r"[\(\[【][^\)\]】]*[\)\]】]", "")
        return pc.if_else(pc.equal(rest, ""), text, rest)

    return _each_once(values, bare)


def _each_once(values: pd.Series, changed: Callable[[pa.Array], pa.Array]) -> pd.Series:
    """A column of texts (str) changed; texts that repeat are changed once."""
    text = text_array(values)
    if len(text) > _FEW and len(pc.unique(text[:_FEW])) < _FEW // 4:
        coded = text.dictionary_encode()
        text = changed(coded.dictionary).take(coded.indices)
    else:
        text = changed(text)
    return text_column(text, values.index)


def text_column(text: pa.Array, index: pd.Index) -> pd.Series:
    """An Arrow array of texts (large_string) as a column of dtype str."""
    return pd.Series(_STR.__from_arrow__(text), index=index, copy=False)


def joined(*parts: pd.Series) -> pd.Series:
    """The parts as one text with a separator no cell can hold (missing = empty)."""
    texts = [pc.fill_null(_as_text(part), "") for part in parts]
    whole = pc.binary_join_element_wise(*texts, pa.scalar("\x1f", pa.large_string()))
    return text_column(whole, parts[0].index)


def _as_text(part: pd.Series) -> pa.Array:
    if part.dtype.kind == "M":
        days = part.to_numpy(dtype="datetime64[D]").astype(np.int64)
        return pa.array(days, mask=part.isna().to_numpy()).cast(pa.large_string())
    array = pa.array(part.to_numpy() if part.dtype.kind == "i" else part)
    return array.cast(pa.large_string())


def hashed(text: pd.Series, unknown: pd.Series) -> NDArray[np.int64]:
    """64-bit hash of each text, 0 where ``unknown``. Stable: ledgers keep these numbers."""
    known = ~unknown.to_numpy(dtype=bool)
    codes = np.zeros(len(text), dtype=np.int64)
    asked = text if known.all() else text[known]
    codes[known] = pd.util.hash_array(asked.to_numpy(dtype=object), categorize=False).view(np.int64)
    return codes


def is_one_of(texts: pd.Series, words: Collection[str]) -> NDArray[np.bool_]:
    """Where a column of texts (str) has one of these words; a missing text has none."""
    array = pa.array(texts.array, type=pa.large_string(), from_pandas=True)
    such: NDArray[np.bool_] = pc.is_in(array, pa.array(list(words), pa.large_string())).to_numpy(zero_copy_only=False)
    return such


def looked_up(texts: pd.Series, table: Mapping[str, str]) -> pd.Series:
    """What the table says for each text (str), missing where it says nothing; every distinct text is asked once."""
    coded = text_array(texts).dictionary_encode()
    answers = pa.array([table.get(text) for text in coded.dictionary.to_pylist()], pa.large_string())
    return text_column(answers.take(coded.indices), texts.index)


def category_sets(categories: pd.Series, implies: dict[str, list[str]]) -> NDArray[np.int64]:
    """Bit set of each row's categories with everything they imply."""
    codes, unique = pd.factorize(categories)
    sets = [category_bits(text.split("、"), implies) for text in unique]
    return np.array([*sets, 0], dtype=np.int64)[codes]


def category_bits(categories: list[str], implies: dict[str, list[str]]) -> int:
    """Bit set of some categories, closed under ``implies``."""
    order = {word: 1 << place for place, word in enumerate(words("category"))}
    bits, open_words = 0, list(categories)
    while open_words:
        word = open_words.pop()
        if not bits & order[word]:
            bits |= order[word]
            open_words += implies.get(word, [])
    return bits


def _damaged_numbers(roster: Roster) -> NDArray[np.bool_]:
    """Rows whose identity cell holds a number or scientific notation (P06): they identify nobody."""
    faulty = roster.faults.loc[roster.faults["key"].eq("id_number"), "rid"]
    return roster.frame.index.isin(faulty)


def _training_days(frame: pd.DataFrame, policy: Policy) -> tuple[pd.Series, pd.Series]:
    """培训天数, else 课时 by the hours of a day (reading ``hours_per_day``); zero or less is blank."""
    stated = frame["days"].where(frame["days"].gt(0))
    hours = frame["hours"].where(frame["hours"].gt(0))
    a_day = policy.value("hours_per_day")
    derived = -(-hours // int(a_day)) if isinstance(a_day, int) else hours.where(hours.isna())
    return stated.fillna(derived), stated.isna() & derived.notna()


def _days(values: pd.Series) -> NDArray[np.datetime64]:
    return values.to_numpy(dtype="datetime64[D]")


UNIDENTIFIED = (Fault.MISSING, Fault.FORM, Fault.CHECKSUM, Fault.BIRTH)
"""Faults after which a number identifies nobody (P02-P05)."""
