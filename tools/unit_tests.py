#!/usr/bin/env python3
"""Runs a GoogleTest executable in parallel shards: unit_tests.py BINARY [--jobs N] [GoogleTest options...]

Shows the output of the shards that fail, ends with `N passed, N failed`. A shard that dies or prints no
summary counts as one failure on top of those it reported.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


def run_shard(command, index, total):
    environment = dict(os.environ, GTEST_TOTAL_SHARDS=str(total), GTEST_SHARD_INDEX=str(index))
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace")


def count(result):
    """(passed, failed) as the shard's own summary tells, with one failure added for an abnormal end."""
    passed = re.search(r"^\[  PASSED  \] (\d+) test", result.stdout, re.MULTILINE)
    failed = re.search(r"^\[  FAILED  \] (\d+) test", result.stdout, re.MULTILINE)
    ok, bad = (int(match[1]) if match else 0 for match in (passed, failed))
    return ok, bad + (not passed or (result.returncode != 0 and bad == 0))


def main():
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0 if arguments else 2
    jobs = os.cpu_count() or 1
    if "--jobs" in arguments:
        at = arguments.index("--jobs")
        jobs = int(arguments[at + 1])
        del arguments[at:at + 2]
    with ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(lambda index: run_shard(arguments, index, jobs), range(jobs)))
    passed = failed = 0
    for index, result in enumerate(results):
        ok, bad = count(result)
        passed += ok
        failed += bad
        if bad:
            quiet = re.compile(r"^\[( RUN      |       OK |-+|=+)\]")
            print("\n".join(line for line in result.stdout.splitlines() if not quiet.match(line)))
            print(f"(shard {index} of {jobs}: exit status {result.returncode})")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
