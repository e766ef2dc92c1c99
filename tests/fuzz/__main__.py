"""`make fuzz`: spoilt inputs of every kind against every reader, for a while; ends with 1 if anything was found.

python -m tests.fuzz --seconds 600                  # the default is 60
python -m tests.fuzz --seed 7 --inputs 5000         # the same inputs every time
python -m tests.fuzz --seed 7 --only 4711           # one of them, with its reading
"""

import argparse
import itertools
import json
import logging
import os
import resource
import secrets
import sys
import time
from pathlib import Path

MOST_MEMORY = 64 * 2**20  # more than this beyond what the readers and the good inputs take is a finding (MemoryError)
SUMMARY = Path("var/fuzz/summary.json")


def main() -> int:
    """This will fuzz and give 0 only if nothing was found."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    from tests.fuzz.report import tell
    from tests.fuzz.run import fuzz, require_good
    from tests.fuzz.targets import all_targets

    targets = [target for target in all_targets(documents=options.documents) if options.kind in target.name]
    require_good(targets)
    print(f"seed {options.seed}; {len(targets)} kinds of input", flush=True)
    bound_memory()
    numbers = (
        [options.only] if options.only is not None else range(options.inputs) if options.inputs else itertools.count()
    )
    end = time.monotonic() + options.seconds
    started = time.monotonic()
    bounded = options.inputs or options.only is not None
    tally = fuzz(targets, seed=options.seed, numbers=numbers, going_on=lambda: bool(bounded) or time.monotonic() < end)
    summary = tell(tally, seed=options.seed, seconds=time.monotonic() - started)
    options.summary.parent.mkdir(parents=True, exist_ok=True)
    options.summary.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return 1 if tally.findings else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description="spoilt inputs against every reader")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--inputs", type=int, help="so many inputs instead of so many seconds")
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--only", type=int, metavar="NUMBER", help="only the input of this number")
    parser.add_argument("--kind", default="", help="only kinds whose name holds this")
    parser.add_argument(
        "--no-documents", dest="documents", action="store_false", help="leave out the PDF, slow to make"
    )
    parser.add_argument("--summary", type=Path, default=SUMMARY)
    return parser.parse_args()


def bound_memory() -> None:
    """This will hold the process to the bound: beyond it an allocation fails, and the MemoryError is found; the readers' caches count, too."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    sys.exit(main())
