"""Batch processor for vocational-training subsidies: judge rosters, pay, report."""

__version__ = "0.1.0"
