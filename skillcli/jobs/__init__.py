"""Floor 4: the verbs of the program as plain functions, without a terminal or a clock."""
