"""A policy as data: everything the law says in numbers, dates and lists.

A city is one TOML file in ``policy/data`` (or any path given). The structs below are that file's
grammar: unknown keys are refused by the loader, money is written in yuan, words are the canonical
words of ``schema/vocabulary.toml``. Whatever carries an amount or a limit carries its clause and
the day it is valid from.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

T = TypeVar("T")

if TYPE_CHECKING:
    Value = bool | int | Decimal | str | list[str]
else:
    Value = Any  # msgspec cannot tell Decimal from str in a union; policy.values checks by the reading's kind
"""What a reading can be decided to be: yes_no bool; whole int; yuan and percent (80 = 80 %)
Decimal; choice (the key, not its label), text and fund str; kinds list of 培训类型."""


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Frozen, and strict about unknown keys."""


class Clause(Struct, frozen=True, kw_only=True):
    """``number`` as the text numbers it (四（二）1), ``summary`` in our own words.

    ``role``: ``rule`` is cited somewhere in the file, ``report`` is served by a report or a public
    list, ``background`` asks nothing of a batch.
    """

    number: str
    summary: str
    role: Literal["rule", "report", "background"] = "rule"


class Reading(Struct, frozen=True, kw_only=True):
    """A question the text leaves to the office (口径).

    ``basis`` says what the default rests on. Without a value and without ``default`` whatever
    needs it is undecided (E09), unless ``optional`` says that the check then simply is not made.
    ``minimum`` refuses a smaller number, ``proposal`` is shown beside an open question.
    ``choices``: key → Chinese label of a choice; ``fund`` means one of the policy's ``funds``.
    """

    key: str
    title: str
    question: str
    basis: str
    clause: str
    kind: Literal["yes_no", "yuan", "whole", "percent", "choice", "text", "kinds", "fund"]
    default: Value | None = None
    choices: dict[str, str] = {}
    minimum: Decimal | None = None
    proposal: Value | None = None
    optional: bool = False


class Ruling(Struct, frozen=True, kw_only=True):
    """What the office decided on a reading, by whom, on which paper, when."""

    value: Value
    decided_by: str = ""
    document: str = ""
    decided_on: date | None = None


class Who(Struct, frozen=True, kw_only=True):
    """A person matches who has any of ``categories`` (empty: no demand), all of ``all``, none of
    ``without``, and the 户口性质 ``household`` where given. Categories include the implied ones."""

    categories: list[str] = []
    all: list[str] = []
    without: list[str] = []
    household: str = ""


class PersonGroup(Struct, frozen=True, kw_only=True):
    """A named set of people: whoever matches one of ``any`` and has none of ``without``."""

    id: str
    title: str
    clause: str
    any: list[Who]
    without: list[str] = []


class KindGroup(Struct, frozen=True, kw_only=True):
    """A named set of 培训类型, and the clause that names them where one does."""

    id: str
    title: str
    kinds: list[str]
    clause: str = ""


class Route(Struct, frozen=True, kw_only=True):
    """One way a training matches a line: all that is stated must hold.

    ``groups``: in any of these person groups (empty: anybody); ``not_groups``: in none of these;
    ``without``: none of these categories; ``kinds``: 培训类型 or ids of kind groups; ``levels``
    (``blank_level``: a blank level, 无等级 or an unknown one matches too); ``certificates``: 证书类型
    (``blank_certificate``: a blank or unknown one matches too, to be refused or held by C02 or T08);
    ``flag``: key of a 是/否 roster column that must be 是. ``readings``: keys that must be
    answered yes (unanswered E09, no E12). ``price_over`` names a reading needed only when the
    catalogue price is above the amount's cap: answered yes, the price is paid in full; answered no, the cap stands
    (no E12).
    ``kinds_from``: key of a reading whose list of kinds is added to ``kinds``.
    ``warning``: code of a warning raised on such a line.
    """

    groups: list[str] = []
    not_groups: list[str] = []
    without: list[str] = []
    kinds: list[str] = []
    levels: list[str] = []
    blank_level: bool = False
    certificates: list[str] = []
    blank_certificate: bool = False
    flag: str = ""
    readings: list[str] = []
    price_over: str = ""
    kinds_from: str = ""
    warning: str = ""


class PayeeRoute(Struct, frozen=True, kw_only=True):
    """First route that fits names the payee. ``to``: 个人, 培训机构 or 用人单位."""

    to: Literal["个人", "培训机构", "用人单位"]
    payer: str = ""
    categories: list[str] = []
    kinds: list[str] = []


class Rate(Struct, frozen=True, kw_only=True):
    """One figure of a ``by_certificate`` or ``grant_item`` amount; without ``yuan`` the reading
    decides (of kind yuan). ``level`` "": any level. A grant ``item`` is given once per unit, or
    once per unit and 认定文号 (``once_per``)."""

    certificates: list[str] = []
    level: str = ""
    item: str = ""
    yuan: Decimal | None = None
    reading: str = ""
    once_per: Literal["unit", "document"] = "unit"


class AmountStep(Struct, frozen=True, kw_only=True):
    """An amount in force from a day on. The first step also serves earlier days, the policy's
    period being another matter (T06).

    ``yuan``: the figure of fixed, per_day, per_month and the cap of catalogue_cap; ``levels`` and
    ``shortage``: figure by 技能等级, usual and for 急需紧缺; ``rates``: by certificate or item.
    """

    valid_from: date
    clause: str
    valid_to: date | None = None
    yuan: Decimal | None = None
    levels: dict[str, Decimal] = {}
    shortage: dict[str, Decimal] = {}
    rates: list[Rate] = []


class Amount(Struct, frozen=True, kw_only=True):
    """How a line is priced.

    ``fixed`` · ``by_level`` · ``by_level_shortage`` (dearer column for 急需紧缺 occupations) ·
    ``by_certificate`` · ``catalogue`` (收费标准) · ``catalogue_cap`` (the lower of 收费标准 and the
    cap) · ``per_day`` · ``per_month`` (``lifetime_months`` a person, ever) · ``per_year`` (for each
    ``months_a_year`` completed months, the figure from ``reading``) · ``grant_item``.
    ``date`` names the roster column whose day selects the step and the catalogue row.
    ``no_shortage_list``: reading that settles the column while no 急需紧缺 sheet was imported.
    """

    kind: Literal[
        "fixed",
        "by_level",
        "by_level_shortage",
        "by_certificate",
        "catalogue",
        "catalogue_cap",
        "per_day",
        "per_month",
        "per_year",
        "grant_item",
    ]
    date: str = "start"
    steps: list[AmountStep] = []
    reading: str = ""
    no_shortage_list: str = ""
    lifetime_months: int = 0
    months_a_year: int = 12


class Release(Struct, frozen=True, kw_only=True):
    """``categories`` (who has none of ``without``) must be released less than ``years`` after
    开班日期 (E02, E03)."""

    categories: list[str]
    without: list[str] = []
    years: int
    clause: str


class Insured(Struct, frozen=True, kw_only=True):
    """Who has none of ``except_categories`` needs an insured employer (E04, E05)."""

    except_categories: list[str]
    clause: str


class Placement(Struct, frozen=True, kw_only=True):
    """就业日期 from 结课 to ``months`` later, in the province of GB/T 2260 ``region`` (E06, E11).
    ``once_per``: reading of kind choice, person or training (D07)."""

    months: int
    region: str
    once_per: str
    clause: str


class Stacks(Struct, frozen=True, kw_only=True):
    """Beside a live or not refused line of ``group`` on the same training this line needs
    ``reading`` (E09, E12)."""

    group: str
    reading: str


class Follows(Struct, frozen=True, kw_only=True):
    """Falls with a line of ``group`` on the same training that was refused by one of ``codes``
    (D04), where ``reading`` says so."""

    group: str
    codes: list[str]
    reading: str


class IssuedFrom(Struct, frozen=True, kw_only=True):
    """Certificates issued before ``day`` earn nothing here (E07)."""

    day: date
    clause: str


class Line(Struct, frozen=True, kw_only=True):
    """One subsidy. Routes are tried in order, the first that fits decides.

    Among lines of one ``group`` a training earns the first that matches, in file order.
    ``passing`` / ``certificate``: needs 合格 / a certificate; text names the reading that says so.
    ``counts``: takes part in the policy's limit. ``fund``: empty ⇒ reading ``fund.<id>``.
    """

    id: str
    title: str
    clause: str
    amount: Amount
    payee: list[PayeeRoute]
    match: list[Route] = []
    group: str = ""
    fund: str = ""
    passing: bool | str = False
    certificate: bool | str = False
    counts: bool = False
    release: Release | None = None
    insured: Insured | None = None
    placement: Placement | None = None
    stacks: Stacks | None = None
    follows: Follows | None = None
    issued_from: IssuedFrom | None = None
    for_units: bool = False


class LimitStep(Struct, frozen=True, kw_only=True):
    """``times`` in one window, from a day on."""

    valid_from: date
    times: int
    clause: str


class Limit(Struct, frozen=True, kw_only=True):
    """How often. ``counts``: ``enjoyed`` (payable and paid lines of ``group``; the line is
    refused) or ``attended`` (trainings; every line of the training is refused). ``window``: the
    natural year of 发证日期 (结课日期 when not 合格) or the person's lifetime. Same occupation and
    level never twice (``unique_clause``). ``except_kinds`` take no part. ``failed_counts``:
    reading that says whether failed attendances count. ``reversal_frees``: a line that was paid and
    taken back (追回) no longer counts, and its occupation and level may be earned again."""

    counts: Literal["enjoyed", "attended"]
    window: Literal["year", "lifetime"]
    steps: list[LimitStep]
    unique_clause: str
    group: str = ""
    except_kinds: list[str] = []
    failed_counts: str = ""
    overridable: list[str] = []
    reversal_frees: bool = True


class Advance(Struct, frozen=True, kw_only=True):
    """Least share of the planned subsidy that may be paid in advance (先行拨付), in percent.
    ``categories``: only for classes of these people."""

    percent: int
    clause: str
    valid_from: date
    categories: list[str] = []
    default_percent: int


class Target(Struct, frozen=True, kw_only=True):
    """A figure to reach. ``value`` none: 文件未定. ``unit``: 人次 or %.

    ``measure``: person-times trained, share employed or with a higher income afterwards among
    trainees who have none of the categories ``without``, skilled among the employed,
    high-skilled among the skilled.
    """

    id: str
    title: str
    clause: str
    first: date
    last: date
    unit: Literal["人次", "%"]
    measure: Literal["trainings", "employment", "income", "skilled", "high_skilled"]
    without: list[str] = []
    value: Decimal | None = None


class RuleSetting(Struct, frozen=True, kw_only=True):
    """How a general rule stands in this policy: its clause here, and a severity of its own.
    ``yes_severity`` applies while the yes/no ``reading`` says yes, ``no_severity`` while it says
    no ("none": the rule is silent). Trainings of ``except_kinds`` or ``except_levels`` are let off
    where the rule knows an exemption (E10)."""

    clause: str = ""
    except_kinds: list[str] = []
    except_levels: list[str] = []
    severity: Literal["", "error", "hold", "warning", "info", "none"] = ""
    reading: str = ""
    yes_severity: Literal["", "error", "hold", "warning", "info", "none"] = ""
    no_severity: Literal["", "error", "hold", "warning", "info", "none"] = ""


class NotComputed(Struct, frozen=True, kw_only=True):
    """Something the text asks that no roster can show; stated as 未核对."""

    clause: str
    what: str


class StaffFunds(Struct, frozen=True, kw_only=True):
    """What the text says of enterprises' 职工教育经费, in percent: the least share of what is used that goes to front-line
    staff, and up to how much of the wages is deducted before tax. Recorded and reported, never paid."""

    front_percent: int
    deducted_percent: int
    clause: str


class Policy(Struct, frozen=True, kw_only=True):
    """One city's policy. ``implies``: category → categories it brings along. ``period_date``:
    reading that names the roster column tested against the period (T06). ``report_unit``: what
    reports are broken down by. ``focus_group``: id of the person group that reports show on its own (重点群体), ""
    for none. ``sha256`` is the file's hash, ``rulings`` the office's decisions;
    both are set by the loader, never written in the file."""

    id: str
    title: str
    number: str
    region: str
    valid_from: date
    valid_to: date
    checked_on: date
    report_unit: str
    period_date: str
    implies: dict[str, list[str]]
    clauses: list[Clause]
    person_groups: list[PersonGroup]
    kind_groups: list[KindGroup]
    lines: list[Line]
    limit: Limit
    focus_group: str = ""
    staff_funds: StaffFunds | None = None
    advances: list[Advance] = []
    targets: list[Target] = []
    readings: list[Reading]
    funds: list[str]
    rules: dict[str, RuleSetting] = {}
    not_computed: list[NotComputed] = []
    sha256: str = ""
    rulings: dict[str, Ruling] = {}

    @property
    def full_title(self) -> str:
        """Title with the document's number, where it has one."""
        return f"{self.title}（{self.number}）" if self.number else self.title

    def line(self, line_id: str) -> Line:
        """Raises KeyError on an unknown id."""
        return _named(self.lines, "id", line_id)

    def reading(self, key: str) -> Reading:
        """Raises KeyError on an unknown key."""
        return _named(self.readings, "key", key)

    def person_group(self, group_id: str) -> PersonGroup:
        """Raises KeyError on an unknown id."""
        return _named(self.person_groups, "id", group_id)

    def kinds(self, names: list[str]) -> frozenset[str]:
        """培训类型 named one by one or by the id of a kind group."""
        groups = {group.id: group.kinds for group in self.kind_groups}
        return frozenset(kind for name in names for kind in groups.get(name, [name]))

    def value(self, key: str) -> Value | None:
        """The office's ruling, else the default, else None (open)."""
        ruling = self.rulings.get(key)
        return self.reading(key).default if ruling is None else ruling.value

    def fund(self, line: Line) -> str:
        """The fund a line is paid from: the text's, else the office's; "" while nobody named one."""
        return line.fund or str(self.value(f"fund.{line.id}") or "")

    def holds(self, need: bool | str) -> bool | None:
        """A demand that is fixed or that a yes/no reading decides; None while it is open."""
        if isinstance(need, bool):
            return need
        value = self.value(need)
        return value if isinstance(value, bool) else None

    def severity(self, code: str, usual: str) -> str:
        """Severity of a general rule under this policy and its readings ("none": silent)."""
        setting = self.rules.get(code)
        if setting is None:
            return usual
        if setting.reading:
            chosen = {True: setting.yes_severity, False: setting.no_severity}.get(self.holds(setting.reading) or False)
            if self.value(setting.reading) is not None and chosen:
                return chosen
        return setting.severity or usual

    def clause(self, code: str, usual: str = "") -> str:
        """Clause on which a general rule rests here."""
        setting = self.rules.get(code)
        return setting.clause if setting and setting.clause else usual


def _named(items: list[T], attribute: str, wanted: str) -> T:
    for item in items:
        if getattr(item, attribute) == wanted:
            return item
    raise KeyError(wanted)


class RetirementStep(Struct, frozen=True, kw_only=True):
    """One line of the 2024-09-13 decision: people of ``sex`` whose statutory age was ``base``
    and who are born from ``born_from`` on retire one month later per ``births_a_step`` birth
    months, up to ``ceiling``."""

    sex: Literal["男", "女"]
    base: int
    born_from: date
    births_a_step: int
    ceiling: int
    clause: str
    valid_from: date


class ReferenceList(Struct, frozen=True, kw_only=True):
    """How a hit on a reference list (比对名单) of this name is treated where its row says nothing.

    ``like``: as that rule stands in the policy (P15). ``spares_release``: not against lines that are
    made for people soon to be released. ``roll``: the list names everybody who was trained, so
    whoever is missing from it is the hit."""

    name: str
    treatment: Literal["不予补贴", "待核实", "提示", ""] = ""
    like: str = ""
    spares_release: bool = False
    roll: bool = False
    basis: str


FlagKey = Literal[
    "burst_certificates",
    "burst_times",
    "passed_heads",
    "passed_classes",
    "attendance_heads",
    "account_persons",
    "address_persons",
    "overlap_heads",
    "run_length",
    "run_foreign",
    "occupation_likeness",
    "swapped_share",
    "advance_days",
    "sample_lines",
]
"""The figures that red flags look at."""


class FlagFigure(Struct, frozen=True, kw_only=True):
    """From how much on something is a red flag (疑点), from a day on; the first step also serves earlier days.
    A flag never refuses anything, so these figures are practice, not law: ``basis`` says what each rests on."""

    key: FlagKey
    title: str
    value: int
    unit: str
    valid_from: date
    basis: str


class National(Struct, frozen=True, kw_only=True):
    """What holds in every city (``policy/data/national.toml``): retirement ages, the account and
    certificate formats that only warn, reference lists. ``source`` names where each figure was read.
    ``retirement_men``, ``retirement_women``: statutory age before the steps; a woman counts as a worker
    (50), not as staff (55), the earlier being the safer side of a warning. ``publication_days``: working
    days of a public list (公示); people of ``never_named`` categories appear in it by headcount only. ``employment_months``: who takes
    up work within so many months of the last day of class counts as employed after the training. ``flags``: from how
    much on something is a red flag, steps of one key in the order of their days."""

    source: str
    retirement_men: int
    retirement_women: int
    retirement: list[RetirementStep]
    certificate_late_days: int
    hours_a_day_most: int
    phone_shared_by: int
    publication_days: int
    employment_months: int
    never_named: list[str]
    references: list[ReferenceList] = []
    flags: list[FlagFigure] = []

    def flag_figures(self, day: date) -> list[FlagFigure]:
        """The step of each figure in force on a day, in the order of the file."""
        known: dict[str, FlagFigure] = {}
        for figure in self.flags:
            if figure.key not in known or figure.valid_from <= day:
                known[figure.key] = figure
        return list(known.values())

    def flag_values(self, day: date) -> dict[str, int]:
        """Figure → its value on a day, with those that rules use too."""
        return {figure.key: figure.value for figure in self.flag_figures(day)} | {
            "phone_shared_by": self.phone_shared_by
        }
