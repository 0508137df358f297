"""The ledger: what was decided and paid, append-only and chained. The only room that knows SQL."""
