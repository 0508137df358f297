"""The red flags for the clerk's own look (疑点，需核实), by name.

A flag never decides anything. A name is permanent. Adding one: write the module ``rules/flags/<name>.py``, name it
below, write its case table ``tests/rules/flags/<name>.md``.
"""

from __future__ import annotations

from skillcli.rules.flags.account_shared import account_shared
from skillcli.rules.flags.address_shared import address_shared
from skillcli.rules.flags.advance_unsettled import advance_unsettled
from skillcli.rules.flags.all_passed import all_passed
from skillcli.rules.flags.certificate_run_broken import certificate_run_broken
from skillcli.rules.flags.classes_overlap import classes_overlap
from skillcli.rules.flags.flag import Flag
from skillcli.rules.flags.id_near import id_near
from skillcli.rules.flags.institution_burst import institution_burst
from skillcli.rules.flags.occupation_near import occupation_near
from skillcli.rules.flags.phone_shared import phone_shared
from skillcli.rules.flags.roster_swapped import roster_swapped
from skillcli.rules.flags.same_attendance import same_attendance

TRAINING_FLAGS: tuple[Flag, ...] = (
    institution_burst,
    all_passed,
    same_attendance,
    phone_shared,
    account_shared,
    address_shared,
    classes_overlap,
    certificate_run_broken,
    occupation_near,
    id_near,
    roster_swapped,
)
"""Over ``schema.audit.TRAINING_DTYPES`` with ``KEY_DTYPES``, in the order of the rules page."""

ADVANCE_FLAGS: tuple[Flag, ...] = (advance_unsettled,)
"""Over ``schema.audit.ADVANCE_DTYPES``."""

FLAGS: tuple[Flag, ...] = TRAINING_FLAGS + ADVANCE_FLAGS
