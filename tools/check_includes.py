#!/usr/bin/env python3
"""Proves that includes go in one direction: no file includes a header of a higher layer.

The layers stand in LAYERS, lowest first. What stands in one row is one layer and may include each other.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

LAYERS = [
    ["support"],
    # How an instruction is laid out: a plain type that prototypes and frames of the core hold.
    ["bytecode/instruction.h", "bytecode/opcodes.def"],
    ["vm", "heap"],
    ["frontend"],
    ["bytecode"],
    ["interpreter"],
    ["compiler"],
    ["jit"],
    ["budget"],
    ["lib", "capi"],
    ["cli"],
]
RANK = {entry: rank for rank, row in enumerate(LAYERS) for entry in row}
# The public headers (include/) are the C API's: nothing below it may include them.
PUBLIC = "capi"

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCE_SUFFIXES = {".h", ".cpp", ".def"}


def included_headers(file):
    """Yields (line number, quoted with "", name) of every #include in the file."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1] == '"', match[2]


def layer_of(path):
    """The entry of LAYERS that a path below src/ belongs to: the file itself or its directory; or None."""
    head = path.split("/")[0]
    return path if path in RANK else head if head in RANK and "/" in path else None


def offence(layer, quoted, name):
    """Says what is wrong with the include of `name` in a file of the layer, or None."""
    if name.startswith(".."):
        return "paths start at src/ or include/, never with .."
    included_layer = layer_of(name)
    if included_layer:
        if not quoted:
            return 'headers of the project are included with ""'
        if RANK[included_layer] > RANK[layer]:
            return f"{layer} may not include {included_layer}, which is a higher layer"
        if not (ROOT / "src" / name).is_file():
            return "no such file in src/"
        return None
    if (ROOT / "include" / name).is_file():
        if RANK[layer] < RANK[PUBLIC]:
            return f"{layer} may not include the public headers"
        return None
    if quoted:
        return "not in src/ or include/ (headers of the system are included with <>)"
    return None


def main():
    if len(sys.argv) > 1:
        print(__doc__.strip())
        return 0 if sys.argv[1] in ("-h", "--help") else 2
    passed = failed = 0
    for file in sorted((ROOT / "src").rglob("*")):
        if file.suffix not in SOURCE_SUFFIXES or not file.is_file():
            continue
        path = file.relative_to(ROOT)
        layer = layer_of("/".join(path.parts[1:]))
        if layer is None:
            print(f"{path}: has no place in the table of layers (tools/check_includes.py)")
            failed += 1
            continue
        problems = [(line, name, problem) for line, quoted, name in included_headers(file)
                    if (problem := offence(layer, quoted, name))]
        for line, name, problem in problems:
            print(f"{path}:{line}: includes {name}: {problem}")
        if problems:
            failed += 1
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
