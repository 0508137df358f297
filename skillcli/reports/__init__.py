"""Floor 3: frames to books, pure. Knows no Excel, no path and no SQL."""
