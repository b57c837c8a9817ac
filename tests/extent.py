"""How much is asked: by default, or with `--all`."""

import os

ALL = os.environ.get("BRIEFING_TESTS") == "all"
"""`./run test --all` and `./run soak` set it."""
