"""The rules over rows, by code.

A code is permanent: a retired one is listed with the reason and never used again. Importing this
module loads neither pandas nor numpy, so that ``skillcli rule CODE`` stays quick. Adding a rule:
``rules/rule.py`` says how.
"""

from __future__ import annotations

from skillcli.rules.a01 import no_price
from skillcli.rules.a02 import fee_below_amount
from skillcli.rules.a03 import days_derived
from skillcli.rules.a04 import days_unknown
from skillcli.rules.a05 import fund_unknown
from skillcli.rules.a06 import certificate_by_reading
from skillcli.rules.a07 import account_missing
from skillcli.rules.a08 import employer_missing
from skillcli.rules.a09 import account_doubtful
from skillcli.rules.a10 import account_shared
from skillcli.rules.a11 import account_digits_lost
from skillcli.rules.a12 import body_without_account
from skillcli.rules.a13 import payer_unknown
from skillcli.rules.c01 import certificate_missing
from skillcli.rules.c02 import certificate_kind_unknown
from skillcli.rules.c03 import certificate_of_several
from skillcli.rules.c04 import issue_date_missing
from skillcli.rules.c05 import issued_before_start
from skillcli.rules.c06 import issued_at_odd_time
from skillcli.rules.c07 import certificate_digits_lost
from skillcli.rules.c08 import number_contradicts_row
from skillcli.rules.d01 import same_training_again
from skillcli.rules.d02 import same_occupation_and_level
from skillcli.rules.d03 import beyond_the_limit
from skillcli.rules.d04 import falls_with_its_training
from skillcli.rules.d05 import months_beyond_the_cap
from skillcli.rules.d06 import item_given_before
from skillcli.rules.d07 import once_a_person
from skillcli.rules.d08 import overlapping_spells
from skillcli.rules.e00 import no_line_matches
from skillcli.rules.e02 import release_unknown
from skillcli.rules.e03 import release_too_far
from skillcli.rules.e04 import employer_not_insured
from skillcli.rules.e05 import insurance_unknown
from skillcli.rules.e06 import placement_outside
from skillcli.rules.e07 import issued_too_early
from skillcli.rules.e08 import apprenticeship_short
from skillcli.rules.e09 import reading_not_recorded
from skillcli.rules.e10 import employment_card_missing
from skillcli.rules.e11 import placement_unknown
from skillcli.rules.e12 import reading_says_no
from skillcli.rules.e13 import rate_unknown
from skillcli.rules.e14 import months_not_real
from skillcli.rules.f08 import value_lost
from skillcli.rules.p01 import name_impossible
from skillcli.rules.p02 import id_missing
from skillcli.rules.p03 import id_malformed
from skillcli.rules.p04 import id_checksum_wrong
from skillcli.rules.p05 import id_birth_impossible
from skillcli.rules.p06 import id_digits_lost
from skillcli.rules.p07 import id_first_generation
from skillcli.rules.p08 import sex_contradicts_number
from skillcli.rules.p09 import area_unknown
from skillcli.rules.p10 import number_with_two_names
from skillcli.rules.p11 import phone_doubtful
from skillcli.rules.p13 import too_young
from skillcli.rules.p14 import past_retirement
from skillcli.rules.p15 import draws_pension
from skillcli.rules.p16 import on_a_list
from skillcli.rules.rule import Rule
from skillcli.rules.t01 import date_missing
from skillcli.rules.t02 import ends_before_start
from skillcli.rules.t03 import date_in_future
from skillcli.rules.t04 import days_exceed_span
from skillcli.rules.t05 import trainings_overlap
from skillcli.rules.t06 import outside_period
from skillcli.rules.t07 import hours_doubtful
from skillcli.rules.t08 import not_passed
from skillcli.rules.t09 import attendance_low
from skillcli.rules.t10 import institution_not_listed
from skillcli.rules.t11 import occupation_not_listed
from skillcli.rules.t12 import kind_unknown
from skillcli.rules.t13 import level_unknown
from skillcli.rules.t14 import class_too_large
from skillcli.rules.t15 import category_unknown
from skillcli.rules.t16 import institution_missing
from skillcli.rules.t17 import occupation_missing
from skillcli.rules.t18 import class_not_as_registered
from skillcli.rules.t19 import not_in_evaluation_catalogue

RULES: tuple[Rule, ...] = (
    # A: amount, payee, fund
    no_price,
    fee_below_amount,
    days_derived,
    days_unknown,
    fund_unknown,
    certificate_by_reading,
    account_missing,
    employer_missing,
    account_doubtful,
    account_shared,
    account_digits_lost,
    body_without_account,
    payer_unknown,
    # C: certificate
    certificate_missing,
    certificate_kind_unknown,
    certificate_of_several,
    issue_date_missing,
    issued_before_start,
    issued_at_odd_time,
    certificate_digits_lost,
    number_contradicts_row,
    # D: duplicates and limits
    same_training_again,
    same_occupation_and_level,
    beyond_the_limit,
    falls_with_its_training,
    months_beyond_the_cap,
    item_given_before,
    once_a_person,
    overlapping_spells,
    # E: whether a line's conditions hold
    no_line_matches,
    release_unknown,
    release_too_far,
    employer_not_insured,
    insurance_unknown,
    placement_outside,
    issued_too_early,
    apprenticeship_short,
    reading_not_recorded,
    employment_card_missing,
    placement_unknown,
    reading_says_no,
    rate_unknown,
    months_not_real,
    # F: file and cells
    value_lost,
    # P: person
    name_impossible,
    id_missing,
    id_malformed,
    id_checksum_wrong,
    id_birth_impossible,
    id_digits_lost,
    id_first_generation,
    sex_contradicts_number,
    area_unknown,
    number_with_two_names,
    phone_doubtful,
    too_young,
    past_retirement,
    draws_pension,
    on_a_list,
    # T: training
    date_missing,
    ends_before_start,
    date_in_future,
    days_exceed_span,
    trainings_overlap,
    outside_period,
    hours_doubtful,
    not_passed,
    attendance_low,
    institution_not_listed,
    occupation_not_listed,
    kind_unknown,
    level_unknown,
    class_too_large,
    category_unknown,
    institution_missing,
    occupation_missing,
    class_not_as_registered,
    not_in_evaluation_catalogue,
)
"""Ordered by code."""

RETIRED = {
    "P12": "使用前取消：与姓名、证件的其他检查重复。",
    "E01": "使用前取消：政策期由 T06 检查。",
}
"""Codes that will not be used again, and why."""
