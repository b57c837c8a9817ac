"""`python -m bot` is `briefing`."""

import gc
import signal


def main() -> None:
    """Load the program, then obey what was typed."""
    # While modules load nothing is open: Ctrl+C ends the process at once, as the system does it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()  # what modules leave is there for good: looking through it takes a tenth of a start
    from bot.cli.main import main as obey

    gc.enable()
    obey()


if __name__ == "__main__":
    main()
