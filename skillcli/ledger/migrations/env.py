"""Alembic runs this file; the connection comes from ``skillcli.ledger.migrate``, already inside the
transaction that either brings the whole ledger to the new version or leaves it as it was."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
