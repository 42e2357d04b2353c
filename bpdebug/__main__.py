"""`python -m bpdebug`, for where the command itself is not on the path."""

import sys

from bpdebug.cli import main

if __name__ == "__main__":
    sys.exit(main())
