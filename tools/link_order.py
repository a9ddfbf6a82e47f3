#!/usr/bin/env python3
"""Writes the order in which the release's functions are linked: cmake/link_order.txt.

The kernel maps an executable in pieces of 64 KB, so a short program pays in memory and page faults for
everything that lies beside what it uses. The order is: what every start runs, what interpreted programs run,
what the compiler runs, and then, not listed, the rest. Within each the linker's own order stays. Names in the
list that are gone are ignored, new functions come last: the list needs to be made anew only now and then.

    ./dev build release && tools/link_order.py      (needs valgrind; takes some minutes)
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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


def names_by_address(path):
    listing = subprocess.run(["nm", "--numeric-sort", "--defined-only", path], check=True, capture_output=True,
                             text=True).stdout
    return [fields[2] for fields in map(str.split, listing.splitlines()) if fields[1] in "tTwW"]


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

    order = names_by_address(options.command)
    seen = set()
    with options.out.open("w", encoding="utf-8") as out:
        for part, list_of_commands in zip(("start", "interpreted programs", "the compiler"), commands):
            names = set()
            for command in list_of_commands:
                print(" ".join(command), file=sys.stderr)
                names |= functions_run(command)
            out.write(f"# {part}\n")
            for name in order:
                if name in names and name not in seen:
                    seen.add(name)
                    out.write(name + "\n")


if __name__ == "__main__":
    main()
