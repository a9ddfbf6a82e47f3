#!/usr/bin/env python3
"""Makes a program on which two Luas differ as short as it can.

    shrink.py PROGRAM.lua --perigee COMMAND [--reference lua5.4] [--kind SUBSTRING] [--out FILE]

Takes lines away, many at a time at first, as long as the program still compiles, the reference still
ends, and the difference stays: outputs differ or, with --kind, perigee's output (or its standard error)
contains the substring and the reference's does not.
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile


class Shrinker:
    def __init__(self, options):
        self.options = options
        self.file = os.path.join(tempfile.mkdtemp(), 'program.lua')
        self.runs = 0

    def output(self, command):
        try:
            done = subprocess.run(shlex.split(command) + [self.file], stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=self.options.seconds)
        except subprocess.TimeoutExpired:
            return None
        return done.returncode, done.stdout, done.stderr[-300:] if done.returncode < 0 else b''

    def differs(self, lines):
        found = self.isDifferent(lines)
        if found and self.options.out:  # so that something is there if nobody wants to wait any longer
            with open(self.options.out, 'w', encoding='latin-1') as file:
                file.write('\n'.join(lines) + '\n')
        return found

    def isDifferent(self, lines):
        self.runs += 1
        with open(self.file, 'w', encoding='latin-1') as file:
            file.write('\n'.join(lines) + '\n')
        wanted = self.output(self.options.reference)
        if wanted is None or b'syntax' in wanted[2] or wanted[0] not in (0, 1):
            return False
        got = self.output(self.options.perigee)
        if self.options.kind:
            kind = self.options.kind.encode('latin-1')
            text = b'no end' if got is None else got[1] + got[2] + (b'killed' if got[0] < 0 else b'')
            return kind in text and kind not in wanted[1]
        if wanted[0] != 0:  # it must at least compile
            return False
        return got is None or got[:2] != wanted[:2]

    def shrink(self, lines):
        size = len(lines) // 2
        while size >= 1:
            at, shorter = 0, False
            while at < len(lines):
                fewer = lines[:at] + lines[at + size:]
                if self.differs(fewer):
                    lines, shorter = fewer, True
                else:
                    at += size
            if not shorter or size > 1:
                size = size // 2 if not shorter else min(size, max(1, len(lines) // 2))
        return self.shrink_pairs(lines)

    # Openings and ends of blocks go together.
    def shrink_pairs(self, lines):
        again = True
        while again:
            again = False
            for i in range(len(lines)):
                for j in range(i + 1, min(i + 40, len(lines))):
                    fewer = lines[:i] + lines[i + 1:j] + lines[j + 1:]
                    if self.differs(fewer):
                        lines, again = fewer, True
                        break
                if again:
                    break
        return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--perigee', required=True, help='the command under test, with its options')
    parser.add_argument('--reference', default='lua5.4')
    parser.add_argument('--kind', help='what perigee prints then, and the reference does not')
    parser.add_argument('--seconds', type=float, default=5)
    parser.add_argument('--out', help='the shortest program so far')
    options = parser.parse_args()
    shrinker = Shrinker(options)
    with open(options.program, encoding='latin-1') as file:
        lines = file.read().split('\n')
    if not shrinker.differs(lines):
        sys.exit('there is no difference')
    lines = shrinker.shrink(lines)
    text = '\n'.join(lines) + '\n'
    print(text, end='')
    print('%d lines after %d runs' % (len(lines), shrinker.runs), file=sys.stderr)


if __name__ == '__main__':
    main()
