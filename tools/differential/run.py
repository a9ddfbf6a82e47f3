#!/usr/bin/env python3
"""Runs random programs in two Luas and compares what they print.

    run.py --perigee COMMAND [--modes off,on,always] [--lua 5.3] [--reference lua5.4] [--count N] [--seed S] [--jobs J]
           [--batch K] [--keep DIR]

Programs are generated and run K to a process (batch.lua), in perigee once for each mode (an argument of
--jit). In mode `on` a function is hot after a few calls, as programs are short. Where a batch's outputs
differ the programs are told apart by their seeds; where a process dies or does not end, the rest of the
batch runs in another one. Each program found is saved together with both outputs in DIR and its
difference is printed. A program is counted once for each mode.
A program that the reference does not end is skipped. Processes are limited by the processor time they
use, so that a busy machine makes no difference. Ends with `N passed, N failed`.
"""

import argparse
import concurrent.futures
import difflib
import os
import shlex
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 10  # of processor time a process may use, and as much for each program as slow builds need for most
SECONDS_A_PROGRAM = 0.1
PATIENCE = 20  # times that in seconds that pass: for what waits instead of computing


def parse(output):
    """{seed: (generator's line, output)} of what batch.lua printed."""
    sections, seed, head, lines = {}, None, '', []
    for line in output.split('\n'):
        if line.startswith('== ') and line.split(' ')[1].lstrip('-').isdigit():
            if seed is not None:
                sections[seed] = (head, lines)
            seed, head, lines = int(line.split(' ')[1]), line, []
        else:
            lines.append(line)
    if seed is not None:
        sections[seed] = (head, lines)
    # The last section ends in the output's last line break, wherever the process stopped.
    return {seed: (head, '\n'.join(lines).rstrip('\n').split('\n')) for seed, (head, lines) in sections.items()}


def commandsOf(options):
    """[(mode, command)]"""
    base = shlex.split(options.perigee) + ['--lua=' + options.lua]
    if not options.modes:
        return [('', base)]
    hot = {'on': ['--jit-hot=' + options.hot]}
    return [(mode, base + ['--jit=' + mode] + hot.get(mode, [])) for mode in options.modes.split(',')]


class Differential:
    def __init__(self, options):
        self.commands = commandsOf(options)
        self.reference = shlex.split(options.reference or 'lua' + options.lua)
        self.keep = options.keep

    @staticmethod
    def run(command, first, last):
        """(sections, complaint or None)"""
        limit = int(SECONDS + SECONDS_A_PROGRAM * (last - first + 1))
        limited = ['prlimit', '--cpu=%d:%d' % (limit, limit + 5)] + command
        try:
            done = subprocess.run(limited + [os.path.join(HERE, 'batch.lua'), str(first), str(last)],
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE * limit)
        except subprocess.TimeoutExpired as expired:
            return parse((expired.stdout or b'').decode('latin-1')), 'no end after %d seconds' % (PATIENCE * limit)
        complaint = None
        if done.returncode == -signal.SIGXCPU:
            complaint = 'no end after %d seconds of processor time' % limit
        elif done.returncode != 0:
            complaint = 'exit code %d\n%s' % (done.returncode, done.stderr.decode('latin-1')[-2000:])
        return parse(done.stdout.decode('latin-1')), complaint

    def different(self, command, first, last, wanted):
        """The seeds of first..last whose programs behave differently."""
        got, complaint = self.run(command, first, last)
        bad = [seed for seed in range(first, last + 1) if got.get(seed) != wanted.get(seed)]
        if complaint and not bad:
            bad = [last]
        if not complaint or first == last:
            return bad
        # The process died: what came before is judged, the rest is run anew without the killer.
        reached = max([seed for seed in got], default=first)
        found = [seed for seed in bad if seed < reached]
        found += self.different(command, reached, reached, wanted) if reached > first or last > first else [reached]
        if reached < last:
            found += self.different(command, reached + 1, last, wanted)
        if not found:  # only together
            found = [reached]
        return found

    def describe(self, mode, command, seed, first, last):
        program = subprocess.run(self.reference + [os.path.join(HERE, 'generate.lua'), str(seed)],
                                 capture_output=True).stdout.decode('latin-1')
        wanted, _ = self.run(self.reference, seed, seed)
        got, complaint = self.run(command, seed, seed)
        alone = got.get(seed) != wanted.get(seed) or complaint
        if not alone:
            wanted, _ = self.run(self.reference, first, last)
            got, complaint = self.run(command, first, last)
        head_w, lines_w = wanted.get(seed, ('', []))
        head_g, lines_g = got.get(seed, ('', []))
        text = 'FAILED seed %d%s%s\n' % (seed, ' in mode ' + mode if mode else '',
                                         '' if alone else ' (in the batch %d %d only)' % (first, last))
        if complaint:
            text += complaint + '\n'
        if head_g != head_w:
            text += 'the generator itself: %r instead of %r\n' % (head_g, head_w)
        diff = list(difflib.unified_diff(lines_w, lines_g, 'reference', 'perigee', lineterm='', n=2))
        text += '\n'.join(diff[:40]) + '\n'
        os.makedirs(self.keep, exist_ok=True)
        base = os.path.join(self.keep, 'seed%d%s' % (seed, mode))
        with open(base + '.lua', 'w', encoding='latin-1') as file:
            file.write(program)
        with open(base + '.diff', 'w', encoding='latin-1') as file:
            file.write(text)
        return text + 'saved as %s.lua' % base

    def batch(self, span):
        """(span, [(mode, command, seed)] of what differs, programs compared)"""
        wanted, complaint = self.run(self.reference, *span)
        if complaint and span[0] < span[1]:  # a program that takes too long: the others are compared without it
            reached = max(wanted, default=span[0])
            parts = [self.batch(part) for part in ((span[0], reached - 1), (reached, reached), (reached + 1, span[1]))
                     if part[0] <= part[1]]
            return span, [found for part in parts for found in part[1]], sum(part[2] for part in parts)
        if complaint:
            print('skipped seed %d: the reference: %s' % (span[0], complaint), flush=True)
            return span, [], 0
        return span, [(mode, command, seed) for mode, command in self.commands
                      for seed in self.different(command, *span, wanted)], span[1] - span[0] + 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--perigee', required=True, help='the command under test, with its options')
    parser.add_argument('--modes', help='of --jit, with commas between them')
    parser.add_argument('--hot', default='3,15,4,3', help='argument of --jit-hot in mode on')
    parser.add_argument('--lua', default='5.4', help='version of Lua, for both sides; the generator uses what it has')
    parser.add_argument('--reference', help='default: the stock command of that version')
    parser.add_argument('--count', type=int, default=1000)
    parser.add_argument('--seed', type=int, default=1, help='seed of the first program')
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('--batch', type=int, nargs='?', default=100, const=100, help='programs a process')
    parser.add_argument('--keep', default=os.path.join('build', 'differential'), help='where failing programs go')
    parser.add_argument('--show', type=int, default=10, help='how many failures are shown and saved')
    options = parser.parse_args()
    tool = Differential(options)
    end = options.seed + options.count
    spans = [(s, min(s + options.batch, end) - 1) for s in range(options.seed, end, options.batch)]
    failed = shown = compared = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (first, last), bad, count in pool.map(tool.batch, spans):
            failed += len(bad)
            compared += count
            for mode, command, seed in bad:
                if shown < options.show:
                    shown += 1
                    print(tool.describe(mode, command, seed, first, last), flush=True)
    if failed > shown:
        print('%d more failures are not shown' % (failed - shown))
    print('%d passed, %d failed' % (compared * len(tool.commands) - failed, failed))
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
