#!/usr/bin/env python3
"""Proves that docs/dialects.md tells of every column of Dialect and HostApi, and that the tests it names are there.

Ends with `N passed, N failed`.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def columns():
    for file, name in (("src/vm/dialect.h", "Dialect"), ("src/capi/host_api.h", "HostApi")):
        body = re.search(rf"struct {name} \{{(.*?)\n\}};", (ROOT / file).read_text(), re.S)[1]
        yield from (m[1] for m in re.finditer(r"^ {2}[\w ]+[ *]+(\w+)(?:\[\d+\])?;", body, re.M))


def rows():
    """Yields (properties, test file, block or None)."""
    for line in (ROOT / "docs/dialects.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].startswith("`"):
            match = re.match(r"`([^`]+)`(?:: (.*))?$", cells[3])
            yield re.findall(r"`(\w+)`", cells[0]), match and match[1], match and match[2]


def main():
    problems, told, checked = [], set(), 0
    for properties, file, block in rows():
        checked += 1
        told.update(properties)
        path = ROOT / file if file and file.startswith("tests/") else ROOT / "tests/lua" / (file or "")
        if not file or not path.is_file():
            problems.append(f"{', '.join(properties)}: no such test: {file}")
        elif block and f"transcript('{block}'" not in path.read_text(encoding="utf-8"):
            problems.append(f"{', '.join(properties)}: {file} has no block '{block}'")
    for column in columns():
        checked += 1
        if column not in told:
            problems.append(f"{column} is not in docs/dialects.md")
    for property_ in told - set(columns()):
        problems.append(f"{property_} is no such column")
    for problem in problems:
        print(problem)
    print(f"{checked - len(problems)} passed, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
