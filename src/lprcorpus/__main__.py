"""The program: ``lprcorpus``, or ``python -m lprcorpus``."""

import signal
import sys


def main() -> None:
    """Run the command line; the interrupt key ends it in one line at any moment."""
    try:
        # Imported here, for it takes a tenth of a second, in which the key may be pressed too.
        from lprcorpus.cli import main as command

        command(prog_name="lprcorpus")
    except KeyboardInterrupt:
        sys.stderr.write("lprcorpus: stopped\n")
        sys.exit(128 + signal.SIGINT)
    finally:
        # All is done but what Python does at the end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
