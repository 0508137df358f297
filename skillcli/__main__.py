"""``python -m skillcli``: for machines where the script folder is not on the path."""

from __future__ import annotations

import sys

from skillcli.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
