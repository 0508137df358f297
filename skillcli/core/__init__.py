"""Floor 1: facts that know no frame, no file format and no terminal."""
