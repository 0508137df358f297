"""Alembic's environment and scripts, run from inside the package (``skillcli.ledger.migrate``)."""
