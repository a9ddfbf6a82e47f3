#!/usr/bin/env python3
"""Writes the order in which the release's functions and constants are linked: cmake/link_order.txt.

The kernel maps an executable in pieces of 64 KB, so a short program pays in memory and page faults for
everything that lies beside what it uses. The order is: what every start runs, what interpreted programs run,
what the compiler runs, and then, not listed, the rest. Of the second and third come first what half of the programs
need; otherwise the linker's own order stays. Of constants the small ones come first, those of the assembler's library apart: large tables are read here and there. Names in
the list that are gone are ignored, new functions come last: the list needs to be made anew only now and then.

    ./dev build release && tools/link_order.py      (needs valgrind; takes some minutes)
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN_BEFORE_MAIN = ("_start", "frame_dummy")  # valgrind has other names for them
SMALL_CONSTANT = 1024


def functions_run(command):
    """The names of the command's own functions that run, as the linker knows them."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", "--compress-strings=no",
                        "--demangle=no", *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        profile = Path(out.name).read_text(encoding="utf-8")
    names = set()
    binary = os.path.realpath(command[0])
    in_binary = False
    for line in profile.splitlines():
        if line.startswith("ob="):
            in_binary = line[3:] == binary
        elif in_binary and line.startswith("fn="):
            names.add(line[3:].split("'")[0])
    return names


def symbols_by_address(path, types):
    """Pairs of name and size."""
    listing = subprocess.run(["nm", "--numeric-sort", "--print-size", "--defined-only", path], check=True,
                             capture_output=True, text=True).stdout
    lines = [fields for fields in map(str.split, listing.splitlines()) if fields[-2] in types]
    return [(fields[-1], int(fields[1], 16) if len(fields) == 4 else 0) for fields in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", default=str(ROOT / "build/release/perigee"))
    parser.add_argument("--out", type=Path, default=ROOT / "cmake/link_order.txt")
    options = parser.parse_args()

    commands = [[[options.command, "-e", ""]], [], []]
    for path in sorted((ROOT / "bench").glob("*.lua")):
        quick = re.search(r"^-- quick: (\d+)$", path.read_text(encoding="utf-8"), re.MULTILINE).group(1)
        commands[1].append([options.command, "--jit=off", str(path), quick])
        commands[2].append([options.command, "--jit=on", str(path), quick])

    order = [name for name, _ in symbols_by_address(options.command, "tTwW")]
    seen = set()
    with options.out.open("w", encoding="utf-8") as out:
        for part, list_of_commands in zip(("start", "interpreted programs", "the compiler"), commands):
            uses = Counter(RUN_BEFORE_MAIN if part == "start" else ())
            for command in list_of_commands:
                print(" ".join(command), file=sys.stderr)
                uses.update(functions_run(command))
            out.write(f"# {part}\n")
            names = [name for name in order if name in uses and name not in seen]
            names.sort(key=lambda name: uses[name] < len(list_of_commands) / 2)
            out.writelines(name + "\n" for name in names)
            seen.update(names)
        out.write("# constants\n")
        for name, size in symbols_by_address(options.command, "rRvV"):
            if 0 < size <= SMALL_CONSTANT and "asmjit" not in name:
                out.write(name + "\n")


if __name__ == "__main__":
    main()
