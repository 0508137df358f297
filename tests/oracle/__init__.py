"""An independent, deliberately simple judge: the same policy pages, read a second time in plain Python."""
