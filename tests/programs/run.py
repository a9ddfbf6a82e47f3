#!/usr/bin/env python3
"""Real programs: libraries of Debian packages (packages.txt), each put to work by a script of ours.

    tests/programs/run.py COMMAND [--reference lua5.4] [--root DIR] [--only NAME]

Every *.lua file next to this one runs under COMMAND and under the reference; standard output,
standard error and exit code must be equal. Nothing is installed here; DIR is where the packages are
unpacked (default /). Ends with `N passed, N failed`.
"""

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, script, environment):
    directory = tempfile.mkdtemp(prefix='programs-')
    try:
        done = subprocess.run([command, script], stdin=subprocess.DEVNULL, capture_output=True, cwd=directory,
                              env=environment, timeout=120)
        text = done.stdout.decode('utf-8', 'backslashreplace') + done.stderr.decode('utf-8', 'backslashreplace')
        text = re.sub(r'0x[0-9a-f]{6,}', 'ADDRESS', text.replace(command, 'PROGRAM'))
        return text.split('\n') + ['exit code %d' % done.returncode]
    except subprocess.TimeoutExpired:
        return ['no end after 120 seconds']
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('command')
    parser.add_argument('--reference', default='lua5.4')
    parser.add_argument('--root', default='/')
    parser.add_argument('--only', default='')
    options = parser.parse_args()
    command, reference = (shutil.which(os.path.abspath(c) if os.sep in c else c) for c in (options.command, options.reference))
    if not command or not reference:
        sys.exit('not found: %s' % (options.reference if command else options.command))
    # Debian keeps libraries for several versions in 5.1's directory and links from the others.
    folders = [os.path.join(options.root, 'usr/share/lua', version) for version in ('5.4', '5.3', '5.1')]
    path = ';'.join('%s/?.lua;%s/?/init.lua' % (folder, folder) for folder in folders)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(('LUA', 'PERIGEE'))}
    environment.update(LUA_PATH=path, LUA_CPATH='', LC_ALL='C', TZ='UTC')
    passed = failed = 0
    for name in sorted(os.listdir(HERE)):
        if not name.endswith('.lua') or options.only not in name:
            continue
        want = run(reference, os.path.join(HERE, name), environment)
        if want[-1] != 'exit code 0':
            failed += 1
            print('FAILED %s: the reference itself fails\n%s' % (name, '\n'.join(want[-12:])))
            continue
        got = run(command, os.path.join(HERE, name), environment)
        if got == want:
            passed += 1
        else:
            failed += 1
            print('FAILED %s' % name)
            print('\n'.join(list(difflib.unified_diff(want, got, 'reference', 'perigee', lineterm='', n=1))[:40]))
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
