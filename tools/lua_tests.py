#!/usr/bin/env python3
"""Runs the Lua-level tests (tests/lua/**/*.lua, but for directories named support) with a given command.

    tools/lua_tests.py --command "build/release/perigee --jit=off" --name interpreter
    tools/lua_tests.py --command lua5.4 language/goto.lua errors
    tools/lua_tests.py --lua 5.3                  that version of Lua

Most files state what each version of Lua does. Those in COMPARED state what 5.4 does: with another version they
are judged by a comparison of all that they print, failed checks included, with what the stock command of that
version prints, if it is installed. Those in NOT_IN are left out.

Each file runs in a process of its own, in tests/lua, and ends by printing
"N passed, N failed". A file that crashes, runs out of time, or ends without
that line counts as one failure. Exit status: 0 if nothing failed.
"""

import argparse
import concurrent.futures
import difflib
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

# Files whose expectations are those of 5.4.
COMPARED = {
    "errors/comparison_and_loops.lua", "errors/error_values.lua", "errors/hooks.lua", "errors/hooks_and_slots.lua",
    "errors/library_arguments.lua", "errors/line_numbers.lua", "errors/nested_protection.lua", "errors/syntax.lua",
    "errors/traceback.lua", "errors/traceback_levels.lua", "errors/variable_names.lua",
    "language/arithmetic_conversions.lua", "language/assignment.lua",
    "language/big_functions.lua", "language/closures.lua", "language/concat_length_precedence.lua",
    "language/garbage.lua", "language/goto.lua", "language/lexer_numerals.lua", "language/lexer_strings.lua",
    "language/load_dump.lua", "language/lists_compiled.lua", "language/long_strings.lua", "language/metamethods_access.lua",
    "language/metamethods_operators.lua", "language/tables.lua", "language/for_numeric.lua",
}
# Files that are of no use with a version, and why.
NOT_IN = {
    "5.3": {
        "language/attrib_close.lua": "attribs, which 5.3 has not: dialects/language.lua sees to that",
        "language/attrib_const.lua": "the same",
        "limits/closing.lua": "attribs; coroutine.close",
    },
}
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
COMMAND_NAME = re.compile(r"^\S*(perigee|lua5\.\d)\S*: ", re.MULTILINE)


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


def environment_for_tests():
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LUA_PATH", "LUA_INIT"))}
    return dict(environment, LUA_PATH=str(ROOT / "?.lua") + ";;")


def compare_file(words, reference, name, timeout):
    """As run_file, but one check: the file, which runs to its end, prints what it prints with the reference."""
    start = time.monotonic()
    printed = []
    for command in (words, reference):
        try:
            done = subprocess.run(command + [name], cwd=ROOT, env=environment_for_tests(), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            return name, 0, 1, f"no end after {timeout:g} s", " ".join(command), timeout
        text = done.stdout.decode("utf-8", "replace") + f"exit status {done.returncode}\n"
        printed.append(COMMAND_NAME.sub("lua: ", ADDRESS.sub("ADDRESS", text)))
    difference = "\n".join(difflib.unified_diff(*(p.splitlines() for p in reversed(printed)), lineterm="", n=1))
    note = "differs from the reference" if printed[0] != printed[1] else ""
    if not TOTAL.search(printed[1]) or "the test raised an error" in printed[1]:
        note, difference = "the reference does not run all of it", printed[1]
    return name, int(not note), int(bool(note)), note, difference, time.monotonic() - start


def run_file(words, name, timeout):
    """Returns (name, passed, failed, note, output, seconds)."""
    environment = environment_for_tests()
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
    parser.add_argument("--lua", default="5.4", help="the version of Lua, given to perigee as an option")
    parser.add_argument("-v", "--verbose", action="store_true", help="show every file")
    parser.add_argument("files", nargs="*", help="files or directories below tests/lua; default: all")
    arguments = parser.parse_args()

    words = resolve_command(arguments.command)
    version = arguments.lua
    if os.path.basename(words[0]).startswith("perigee"):
        words.insert(1, f"--lua={version}")
    reference = shutil.which(f"lua{version}")
    left_out = NOT_IN.get(version, {})
    names = [n for n in find_files(arguments.files) if n not in left_out]
    compared = COMPARED if version != "5.4" else set()
    if reference is None:
        names = [n for n in names if n not in compared]

    def run(name):
        if name in compared:
            return compare_file(words, [reference], name, arguments.timeout)
        return run_file(words, name, arguments.timeout)

    if not names:
        sys.exit("lua_tests: no test files selected")
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, max(1, arguments.jobs))) as pool:
        for name, good, bad, note, text, seconds in pool.map(
            run, names
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
