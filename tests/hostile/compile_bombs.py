#!/usr/bin/env python3
"""Compile bombs (bombs.py): is what they cost to compile in proportion to their length?

    tests/hostile/compile_bombs.py --command build/release/perigee

Each is run at two lengths, everything compiled that runs. The compiler counts its work
(src/compiler/ir/work.h), so that the answer does not depend on the machine; times are printed, and bounded
far above what they are. What a bomb prints must be what it prints interpreted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import bombs

SMALL, LARGE = 400, 1600
GROWTH = 1.4 * LARGE / SMALL
LIMITS = {"compile_work_max": 4_500_000, "compile_scratch_bytes_max": 64 << 20, "compile_microseconds_max": 500_000}


def run(command, mode, path):
    done = subprocess.run([command, f"--jit={mode}", "--stats", path], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip()[:200])
    return done.stdout, json.loads(done.stderr[done.stderr.index('{"version"'):].splitlines()[0])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--command", required=True)
    options.add_argument("names", nargs="*", help="default: all")
    options = options.parse_args()
    passed = failed = 0

    def check(ok, text):
        nonlocal passed, failed
        passed += ok
        failed += not ok
        if not ok:
            print(f"FAILED: {text}")

    print(f"{'bomb':16} {'n':>5} {'units':>6} {'declined':>8} {'work':>10} {'longest':>9} {'ms':>8} {'longest':>8}")
    with tempfile.TemporaryDirectory() as directory:
        for bomb in bombs.KINDS:
            name = bomb.__name__
            if options.names and name not in options.names:
                continue
            work, seconds = {}, {}
            for n in (SMALL, LARGE):
                path = os.path.join(directory, f"{name}.lua")
                with open(path, "w", encoding="ascii") as f:
                    f.write(bomb(n))
                try:
                    wanted, _ = run(options.command, "off", path)
                    got, figures = run(options.command, "always", path)
                except (RuntimeError, subprocess.TimeoutExpired) as e:
                    check(False, f"{name} {n}: {e}")
                    break
                c = figures["compiler"]
                work[n], seconds[n] = c["compile_work"], figures["cpu_seconds"]
                print(f"{name:16} {n:5} {c['functions_compiled'] + c['loops_compiled']:6} "
                      f"{sum(d['count'] for d in c['declined']):8} {work[n]:10} {c['compile_work_max']:9} "
                      f"{c['compile_microseconds'] / 1000:8.1f} {c['compile_microseconds_max'] / 1000:8.1f}")
                check(got == wanted, f"{name} {n}: prints {got[:80]!r}, interpreted {wanted[:80]!r}")
                for figure, most in LIMITS.items():
                    check(c[figure] <= most, f"{name} {n}: {figure} is {c[figure]}, at most {most} expected")
            if len(work) == 2:
                check(work[LARGE] <= GROWTH * work[SMALL] + 1_000_000,
                      f"{name}: the work grows from {work[SMALL]} to {work[LARGE]}")
                check(seconds[LARGE] <= 4 * GROWTH * seconds[SMALL] + 1,
                      f"{name}: the time grows from {seconds[SMALL]} to {seconds[LARGE]} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
