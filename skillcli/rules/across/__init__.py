"""What is asked over the ledgers of many cities at once, partition by partition.

``parts.PARTS`` lists the partition keys; ``parts.prepare`` makes of raw trainings what one key needs, ``parts.check`` asks the
flags and rules of the key over any rows that hold all rows of each value of it. No engine is known here.
"""
