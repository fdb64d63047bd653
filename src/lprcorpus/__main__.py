"""The program: ``lprcorpus``, or ``python -m lprcorpus``."""

import signal
import sys
from types import FrameType
from typing import NoReturn

# What asks a program to end: Ctrl-C, ``kill``, and a terminal that is closed; Windows has no third.
_STOPPING = [signal.SIGINT, signal.SIGTERM]
if sys.platform != "win32":
    _STOPPING.append(signal.SIGHUP)
_STOPPED = 128 + signal.SIGINT  # the exit status after Ctrl-C


class _Stopped(KeyboardInterrupt):
    """Another class: Python ends itself by SIGINT where it met its own in code that it made."""


def main() -> None:
    """Run the command line; what asks it to end ends it at any moment, in one line."""
    received: list[int] = [signal.SIGINT]

    def stop(number: int, _: FrameType | None) -> NoReturn:
        received.append(number)
        raise _Stopped

    for number in _STOPPING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as ``nohup`` has one ignored
            signal.signal(number, stop)
    try:
        # Imported here, for it takes a tenth of a second, in which Ctrl-C may be pressed too.
        from lprcorpus.cli import main as command

        command(prog_name="lprcorpus")
    except KeyboardInterrupt:
        sys.stderr.write("lprcorpus: stopped\n")
        sys.exit(128 + received[-1])
    except SystemExit as end:
        if end.code == _STOPPED:
            end.code = 128 + received[-1]
        raise
    finally:
        # All is done but what Python does at the end.
        for number in _STOPPING:
            signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
