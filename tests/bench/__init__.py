"""Measures the program as its users meet it: ``python -m tests.bench`` (see ``docs/benchmarks.md``).

Every figure is a ratio of two times taken in the same run on the same machine, so that it means
the same on a faster or busier one. Nothing here is collected by the tests but a tiny run that shows
the whole to work.
"""
