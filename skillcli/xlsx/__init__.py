"""Floor 2: Excel workbooks. Knows fonts, widths and bytes; knows no business word."""
