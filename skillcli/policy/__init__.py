"""Floor 2: a city's policy as data."""
