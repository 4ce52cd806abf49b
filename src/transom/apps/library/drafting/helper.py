"""A process that reads documents for another: batches come by its standard input, answers leave by its output.

    python -m transom.apps.library.drafting.helper

It knows neither database nor network, and ends with its input: whatever becomes of the other process, it goes too.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys

from transom.apps.library.drafting.understand import understand


def main() -> None:
    """Obeys until the input ends."""
    # Ctrl-C reaches the whole terminal; the process that asks decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # Whatever prints must not get between the answers.
    while True:
        try:
            documents = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own process
        except EOFError:
            return
        try:
            pickle.dump([understand(document) for document in documents], answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
        except BrokenPipeError:
            os._exit(0)


if __name__ == "__main__":
    main()
