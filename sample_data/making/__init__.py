"""How the sample rosters are made (run ``python sample_data/make.py``)."""
