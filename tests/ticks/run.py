#!/usr/bin/env python3
"""Ticks are the same however a program is run: every Lua-level test and every benchmark, in all modes, as
programs of either version of Lua.

    tests/ticks/run.py COMMAND [--lua VERSION] [--jobs N] [NAME...]

Each program runs interpreted, with what is hot compiled (early, so that short programs have hot code), with
everything compiled, and with code discarded all the time; the ticks it has spent (--stats) must be equal.
NAME: only files whose path contains it. Ends with `N passed, N failed`.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tools'))
from lua_tests import NOT_IN  # noqa: E402

VERSIONS = ['5.4', '5.3']
HOT = '--jit-hot=3,7,3,2'
MODES = {
    'off': ['--jit=off'],
    'on': ['--jit=on', HOT],
    'always': ['--jit=always'],
    'stress': ['--jit=stress'],
}

# Programs that do something else when they are run otherwise.
EXCEPT = {
    'tests/lua/jit/huge_functions.lua': 'asks what is compiled, and checks more where something is',
    'tests/lua/jit/life_of_code.lua': 'the same',
    'tests/lua/language/garbage.lua': 'loops until something has been collected',
    'tests/lua/language/weak_caches.lua': 'likewise',
    'tests/lua/language/waiting_for_collections.lua': 'likewise',
    'tests/lua/dialects/language.lua': 'likewise',
    'tests/lua/libraries/gc_in_loops.lua': 'the same',
    'tests/lua/language/state_close.lua': 'runs its own command line, and looks at all that is printed',
}


def excuse(path):
    relative = str(path.relative_to(ROOT))
    return next((why for prefix, why in EXCEPT.items() if relative.startswith(prefix)), None)


def programs(names, version):
    tests = sorted((ROOT / 'tests/lua').rglob('*.lua'))
    left_out = {ROOT / 'tests/lua' / name for name in NOT_IN.get(version, ())}
    tests = [p for p in tests if 'support' not in p.parts and p.name != 'harness.lua' and p not in left_out]
    scaled = sorted((ROOT / 'bench').glob('*.lua'))
    chosen = [(p, []) for p in tests] + [(p, quick_scale(p)) for p in scaled]
    return [(p, a) for p, a in chosen if not names or any(n in str(p) for n in names)]


def quick_scale(path):
    for line in path.read_text().splitlines():
        if line.startswith('-- quick:'):
            return [line.split(':')[1].strip()]
    return []


def ticks(command, options, path, arguments):
    """What the run has spent, or what went wrong."""
    where = path.parent if 'bench' in path.parts else ROOT / 'tests/lua'
    try:
        done = subprocess.run([*command, *options, '--count-ticks', '--stats', str(path), *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, cwd=where, timeout=300)
    except subprocess.TimeoutExpired:
        return 'no end after 300 seconds'
    last = done.stderr.decode('utf-8', 'replace').splitlines()[-1:]
    try:
        return json.loads(last[0])['ticks']
    except (IndexError, ValueError, KeyError):
        return f'exit code {done.returncode}'


def compare(command, path, arguments):
    return {mode: ticks(command, options, path, arguments) for mode, options in MODES.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('command')
    parser.add_argument('--lua', choices=VERSIONS, help='only this version')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('names', nargs='*')
    arguments = parser.parse_args()
    command = os.path.abspath(arguments.command)
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runs = [(path, version, pool.submit(compare, [command, '--lua=' + version], path, scale))
                for version in ([arguments.lua] if arguments.lua else VERSIONS)
                for path, scale in programs(arguments.names, version) if excuse(path) is None]
        for path, version, run in runs:
            spent = run.result()
            if len(set(spent.values())) == 1 and isinstance(spent['off'], int):
                passed += 1
                continue
            failed += 1
            print(f'{path.relative_to(ROOT)}, Lua {version}: ' + ', '.join(f'{m} {n}' for m, n in spent.items()))
    table = subprocess.run([command, '--tick-table'], capture_output=True, text=True, check=True).stdout
    if table.strip() in (ROOT / 'docs/ticks.md').read_text():
        passed += 1
    else:
        failed += 1
        print('docs/ticks.md: the tables are not those that --tick-table prints')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
