"""Floor 5: the terminal. Only here: typer, rich, the clock and what is printed."""
