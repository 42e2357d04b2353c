"""The process in which somebody's program runs: `python -P -m bpdebug.code.worker PATH OPTIONS`.

It writes one line of JSON for each stage of the answer to what was its standard output; what the
program prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

from bpdebug.code.absent import stand_in
from bpdebug.code.driver import told
from bpdebug.code.judging import Record, judging
from bpdebug.code.limits import TooLong, in_time, limit, seconds_for
from bpdebug.code.options import Options
from bpdebug.code.source import CodeError
from bpdebug.code.world import with_doubles


def _answer(path: str, options: Options) -> Iterator[Record]:
    if not options.opens:
        return judging(path, options)
    from bpdebug.code.tracing.telling import opening

    return opening(path, options)


def _end_with(parent: int) -> None:
    """End this process, and what the program started, when the one that asked is gone."""
    while os.getppid() == parent:
        time.sleep(1)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def main() -> int:
    """Judge or open the program named on the command line."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    path, options = sys.argv[1], Options.read(json.loads(sys.argv[2]))
    sys.argv[:] = [path]
    sys.path.insert(0, str(Path(path).resolve().parent))
    stand_in()
    with_doubles()

    def tell(record: Record) -> None:
        print(json.dumps(record), file=out, flush=True)

    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    seconds = seconds_for(options.seconds)
    limit(int(seconds) + 2)
    try:
        with in_time(seconds):
            for record in _answer(path, options):
                tell(record)
    except CodeError as error:
        tell({"refused": str(error)})
    except TooLong:
        tell({"refused": f"the program did not finish within {seconds:.0f} seconds"})
    except MemoryError:
        tell({"refused": "the program uses more memory than is allowed"})
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        tell({"refused": str(told(error, path))})
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # What the program left behind, threads and what it registered to be done at the end, is not.
    os._exit(status)
