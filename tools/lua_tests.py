#!/usr/bin/env python3
"""Runs the Lua-level tests (tests/lua/**/*.lua, but for directories named support) with a given command.

    tools/lua_tests.py --command "build/release/perigee --jit=off" --name interpreter
    tools/lua_tests.py --command lua5.4 language/goto.lua errors

Each file runs in a process of its own, in tests/lua, and ends by printing
"N passed, N failed". A file that crashes, runs out of time, or ends without
that line counts as one failure. Exit status: 0 if nothing failed.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent / "tests" / "lua"
TOTAL = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)
TAIL_CHARACTERS = 4000


def find_files(selection):
    files = sorted(
        p for p in ROOT.rglob("*.lua") if p != ROOT / "harness.lua" and "support" not in p.relative_to(ROOT).parts
    )
    names = [str(p.relative_to(ROOT)) for p in files]
    if not selection:
        return names
    return [n for n in names if any(n == s or n == s + ".lua" or n.startswith(s.rstrip("/") + "/") for s in selection)]


def resolve_command(text):
    """The command's words; a relative path to the program is made absolute, since the tests run elsewhere."""
    words = shlex.split(text)
    program = words[0]
    if os.sep in program:
        words[0] = str(pathlib.Path(program).resolve())
    elif shutil.which(program) is None:
        sys.exit(f"lua_tests: no such program: {program}")
    return words


def run_file(words, name, timeout):
    """Returns (name, passed, failed, note, output, seconds)."""
    environment = dict(os.environ, LUA_PATH=str(ROOT / "?.lua") + ";;")
    for key in ("LUA_PATH_5_4", "LUA_INIT", "LUA_INIT_5_4"):
        environment.pop(key, None)
    start = time.monotonic()
    try:
        done = subprocess.run(
            words + [name],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
        output, status = done.stdout or b"", done.returncode
    except subprocess.TimeoutExpired as expired:
        output, status = expired.stdout or b"", None
    except OSError as error:
        return name, 0, 1, str(error), "", 0.0
    seconds = time.monotonic() - start
    text = output.decode("utf-8", "replace")
    totals = TOTAL.findall(text)
    if status is None:
        return name, 0, 1, f"no end after {timeout:g} s", text, seconds
    if status < 0:
        try:
            what = signal.Signals(-status).name
        except ValueError:
            what = str(-status)
        return name, 0, 1, f"killed by {what}", text, seconds
    if not totals:
        return name, 0, 1, f"no total line (exit status {status})", text, seconds
    passed, failed = map(int, totals[-1])
    if status != 0 and failed == 0:
        return name, passed, 1, f"exit status {status}", text, seconds
    return name, passed, failed, "", text, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="build/release/perigee", help="the command that runs a Lua file")
    parser.add_argument("--name", default="", help="what to call this mode in the output")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds for each file")
    parser.add_argument("-v", "--verbose", action="store_true", help="show every file")
    parser.add_argument("files", nargs="*", help="files or directories below tests/lua; default: all")
    arguments = parser.parse_args()

    words = resolve_command(arguments.command)
    names = find_files(arguments.files)
    if not names:
        sys.exit("lua_tests: no test files selected")
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, max(1, arguments.jobs))) as pool:
        for name, good, bad, note, text, seconds in pool.map(
            lambda n: run_file(words, n, arguments.timeout), names
        ):
            passed += good
            failed += bad
            if bad or note or arguments.verbose:
                remark = f" ({note})" if note else ""
                print(f"{name}: {good} passed, {bad} failed{remark} [{seconds:.2f} s]", flush=True)
            if bad or note:
                shown = text[-TAIL_CHARACTERS:].rstrip()
                if shown:
                    print("    " + shown.replace("\n", "\n    "), flush=True)
    label = f"{arguments.name}: " if arguments.name else ""
    print(f"{label}{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
