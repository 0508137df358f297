"""Floor 2: the columns of every input and the frames that travel between rooms."""
