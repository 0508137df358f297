"""Where an audit over many ledgers is computed: in one process, in a pool of processes, on a Dask cluster.

An engine only decides which rows are together in which process; what is asked of them is ``rules.across``. All engines give
the same rows in the same order.
"""
