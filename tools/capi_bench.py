#!/usr/bin/env python3
"""Compares the C API of two libraries: one binary, built of bench/capi, run with each in turn.

    tools/capi_bench.py --library BUILD/liblua5.4.so.0 [--vs LIBRARY] [--rounds N] [--markdown FILE] [NAME...]

The libraries take turns, so that a machine which slows down for a while slows down both; for each benchmark the
smallest processor time of all rounds counts. Needs clang++-19 and libbenchmark-dev. Exit status 1 if a benchmark is
slower than --fail-below (default: never).
"""

import argparse
import glob
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "bench" / "capi" / "capi_bench.cpp"


def build(library, program):
    subprocess.run(["clang++-19", "-std=c++20", "-O2", "-I", ROOT / "include" / "perigee", SOURCE, "-o", program,
                    library, "-lbenchmark", "-lpthread"], check=True)


def measure(program, library, pattern, seconds):
    """Nanoseconds per iteration by name."""
    environment = {**os.environ, "LD_LIBRARY_PATH": str(library.parent)}
    loaded = subprocess.run(["ldd", program], env=environment, capture_output=True, text=True, check=True).stdout
    if str(library.parent) + "/" not in loaded:
        sys.exit(f"{program} does not load {library}:\n{loaded}")
    result = subprocess.run([program, "--benchmark_format=json", f"--benchmark_filter={pattern}",
                             f"--benchmark_min_time={seconds}"], env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True)
    if result.returncode != 0:
        sys.exit(f"{program} with {library} ends with {result.returncode}")
    return {b["name"]: b["cpu_time"] for b in json.loads(result.stdout)["benchmarks"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--vs", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.05, help="per benchmark and round")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--fail-below", type=float, default=0.0)
    parser.add_argument("name", nargs="*")
    options = parser.parse_args()
    libraries = [options.library.absolute(),
                 (options.vs or Path(next(iter(glob.glob("/usr/lib/*/liblua5.4.so.0"))))).absolute()]
    pattern = "^(" + "|".join(re.escape(n) for n in options.name) + ")$" if options.name else "."
    best = [{}, {}]
    with tempfile.TemporaryDirectory() as directory:
        program = Path(directory) / "capi_bench"
        build(libraries[0], program)
        for _ in range(options.rounds):
            for library, times in zip(libraries, best):
                for name, ns in measure(program, library, pattern, options.seconds).items():
                    times[name] = min(ns, times.get(name, math.inf))
    rows = ["| benchmark | perigee ns | stock ns | faster x |", "| --- | ---: | ---: | ---: |"]
    ratios = [best[1][name] / ns for name, ns in best[0].items()]
    for (name, ns), ratio in zip(best[0].items(), ratios):
        rows.append(f"| {name} | {ns:.1f} | {best[1][name]:.1f} | {ratio:.2f} |")
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    rows.append(f"| **geometric mean** | | | **{mean:.2f}** |")
    table = "\n".join(rows) + "\n"
    print(table, end="")
    if options.markdown:
        options.markdown.write_text(table)
    sys.exit(1 if min(ratios) < options.fail_below else 0)


main()
