#!/usr/bin/env python3
"""Runs the programs of bench/ on Perigee and on other Lua interpreters, side by side.

The interpreters take turns (A B A B ...), so that a machine which slows down for a while slows
down all of them. For every program the table shows the smallest wall-clock time of the counted
runs and the ratio of times and of peak memory. What a program prints must equal what it prints
under the first opponent; otherwise the row says so and the exit status is 1.

A program's default scale stands in its line `local scale = tonumber((...)) or N`; its group, its
description and the scale of a quick run stand in the comment at its head.

Exit status: 0 all is well, 1 a program failed or printed something else, 2 a wrong command line.
"""

import argparse
import ctypes
import fcntl
import json
import math
import os
import re
import shlex
import shutil
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

BENCH_DIR = Path(__file__).resolve().parent.parent / "bench"
GROUPS = ["recursion", "numeric", "array", "object", "alloc", "string", "coroutine", "sort", "call"]
SCALE_LINE = re.compile(r"^local scale = tonumber\(\(\.\.\.\)\) or (\d+)$", re.MULTILINE)


class UsageError(Exception):
    """Something the caller has to put right: an unknown name, a missing interpreter."""


@dataclass
class Program:
    name: str
    path: Path
    group: str
    about: str
    stresses: str
    scale: int
    quick: int


@dataclass
class Run:
    """One execution: wall seconds, peak resident kilobytes, and what went wrong, if anything."""

    seconds: float
    peak_kb: int
    output: bytes = b""
    problem: str = ""


@dataclass
class Samples:
    """All counted runs of one program on one interpreter."""

    seconds: list = field(default_factory=list)
    peaks: list = field(default_factory=list)
    output: bytes | None = None
    problem: str = ""

    def add(self, run):
        if run.problem:
            self.problem = run.problem
            return
        if self.output is not None and run.output != self.output:
            self.problem = "prints something else from run to run"
            return
        self.output = run.output
        self.seconds.append(run.seconds)
        self.peaks.append(run.peak_kb)

    def good(self):
        return bool(self.seconds) and not self.problem

    def as_json(self):
        if not self.good():
            return {"error": self.problem or "not run"}
        return {
            "min_s": min(self.seconds),
            "median_s": statistics.median(self.seconds),
            "peak_kb": max(self.peaks),
            "runs_s": self.seconds,
        }


@dataclass
class Interpreter:
    label: str
    command: list


def say(text, end="\n"):
    print(text, end=end, file=sys.stderr, flush=True)


def load_programs(directory):
    programs = {}
    for path in sorted(directory.glob("*.lua")):
        text = path.read_text(encoding="utf-8")
        fields = dict(re.findall(r"^-- (group|about|stresses|quick): (.+)$", text, re.MULTILINE))
        scale = SCALE_LINE.search(text)
        missing = [key for key in ("group", "about", "stresses", "quick") if key not in fields]
        if missing or not scale:
            raise UsageError(f"{path}: no {', '.join(missing) or 'scale line'} at its head")
        if fields["group"] not in GROUPS:
            raise UsageError(f"{path}: unknown group {fields['group']}; known: {', '.join(GROUPS)}")
        if not fields["quick"].isdigit():
            raise UsageError(f"{path}: quick must be a number, not {fields['quick']}")
        programs[path.stem] = Program(
            path.stem, path, fields["group"], fields["about"], fields["stresses"],
            int(scale.group(1)), int(fields["quick"]))
    if not programs:
        raise UsageError(f"no programs in {directory}")
    return programs


def choose(programs, names, groups):
    """The programs asked for, in the order of the groups; a file name works like a plain name."""
    unknown = []
    wanted = set()
    for name in names:
        stem = Path(name).stem if name.endswith(".lua") else name
        if stem in programs:
            wanted.add(stem)
        else:
            unknown.append(name)
    for group in groups:
        if group not in GROUPS:
            raise UsageError(f"unknown group {group}; known: {', '.join(GROUPS)}")
        wanted.update(p.name for p in programs.values() if p.group == group)
    if unknown:
        raise UsageError(f"unknown program: {', '.join(unknown)}; --list shows all of them")
    if not names and not groups:
        wanted = set(programs)
    chosen = [programs[name] for name in wanted]
    return sorted(chosen, key=lambda p: (GROUPS.index(p.group), p.name))


def interpreter(label, path, extra=()):
    found = shutil.which(path)
    if not found:
        raise UsageError(f"{label}: no program {path} to be found")
    return Interpreter(label, [found, *extra])


# Linux keeps, in a process's peak, the size of the process that started it: a child started straight
# from Python could never show less than Python's own ten-odd megabytes. So a small shell forks, and
# ends; the fork comes to us to be waited for, because we declare ourselves its "subreaper", and it
# turns into the command when we tell it to go. Where that is impossible, the command is started
# directly.
PR_SET_CHILD_SUBREAPER = 36
LAUNCH = '{ read go <&4; exec "$@" 3>&- 4<&-; } & echo $! >&3'


def become_subreaper():
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    except (OSError, AttributeError):
        return False


def spawn_directly(command, actions):
    start = time.perf_counter()
    return os.posix_spawn(command[0], command, os.environ, file_actions=actions), start


def spawn_through_shell(command, actions):
    pid_out, pid_in = os.pipe()
    go_out, go_in = os.pipe()
    with os.fdopen(pid_out) as pid_pipe, os.fdopen(go_in, "wb", buffering=0) as go_pipe:
        ends = []
        try:
            for end in (pid_in, go_out):  # out of the way of the numbers they are to have in the shell
                ends.append(fcntl.fcntl(end, fcntl.F_DUPFD, 10))
            moves = [(os.POSIX_SPAWN_DUP2, end, target) for end, target in zip(ends, (3, 4))]
            closes = [(os.POSIX_SPAWN_CLOSE, end) for end in ends]
            shell = os.posix_spawn("/bin/sh", ["sh", "-c", LAUNCH, "sh", *command], os.environ,
                                   file_actions=[*actions, *moves, *closes])
        finally:
            for end in (pid_in, go_out, *ends):
                os.close(end)
        pid = int(pid_pipe.readline())
        os.waitpid(shell, 0)
        start = time.perf_counter()
        go_pipe.write(b"\n")
        return pid, start


def await_end(pid, timeout):
    """(status, rusage, whether the time ran out) of a child; it is killed when the time runs out."""
    timed_out = False

    def expire(*_):
        nonlocal timed_out
        timed_out = True
        os.kill(pid, signal.SIGKILL)

    previous = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    try:
        _, status, usage = os.wait4(pid, 0)
    except KeyboardInterrupt:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    return status, usage, timed_out


def run_once(command, timeout, directly=False):
    """Runs a command to its end, its standard input empty; what goes wrong is told in the Run."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, open(os.devnull, "rb") as nothing:
        actions = [(os.POSIX_SPAWN_DUP2, source.fileno(), target)
                   for target, source in enumerate((nothing, out, err))]
        launch = spawn_directly if directly or not SUBREAPER else spawn_through_shell
        try:
            pid, start = launch(command, actions)
            status, usage, timed_out = await_end(pid, timeout)
        except OSError as problem:
            return Run(0.0, 0, problem=f"cannot be started: {problem.strerror}")
        seconds = time.perf_counter() - start
        out.seek(0)
        err.seek(0)
        output = out.read()
        complaint = [line for line in err.read().decode("utf-8", "replace").splitlines() if line.strip("= ")]
    problem = ""
    if timed_out:
        problem = f"no end after {timeout:g} s"
    elif os.WIFSIGNALED(status):
        problem = f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
    elif os.WEXITSTATUS(status) != 0:
        problem = complaint[0] if complaint else f"exit status {os.WEXITSTATUS(status)}"
    elif not output:
        problem = "prints nothing"
    return Run(seconds, usage.ru_maxrss, output, problem)


SUBREAPER = become_subreaper()


def scale_of(program, scale):
    if scale is None:
        return program.scale
    return program.quick if scale == "small" else scale


def measure(program, interpreters, options):
    """Runs one program `runs` times on every interpreter in turn; {label: Samples}."""
    samples = {i.label: Samples() for i in interpreters}
    arguments = [str(program.path), str(scale_of(program, options.scale))]
    for _ in range(options.warmup):
        for lua in interpreters:
            run_once(lua.command + arguments, options.timeout)
    for _ in range(options.runs):
        for lua in interpreters:
            if not samples[lua.label].problem:
                samples[lua.label].add(run_once(lua.command + arguments, options.timeout))
    return samples


def compare_outputs(samples, labels):
    """Marks as failed whatever printed something else than the first opponent that worked."""
    others = [label for label in labels[1:] if samples[label].good()]
    if not others:
        return
    reference = others[0]
    for label in labels:
        sample = samples[label]
        if label != reference and sample.good() and sample.output != samples[reference].output:
            sample.problem = f"prints something else than {reference}: {first_difference(sample, samples[reference])}"


def first_difference(sample, reference):
    ours = sample.output.decode("utf-8", "replace").splitlines()
    theirs = reference.output.decode("utf-8", "replace").splitlines()
    for i in range(max(len(ours), len(theirs))):
        a = ours[i] if i < len(ours) else "(end)"
        b = theirs[i] if i < len(theirs) else "(end)"
        if a != b:
            return f"{a[:60]!r}, not {b[:60]!r}"
    return "the ends of the lines differ"


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def ratios(samples, own, other):
    """(time ratio, memory ratio) of two interpreters on one program, or None if one failed."""
    a, b = samples[own], samples[other]
    if not (a.good() and b.good()):
        return None
    return min(b.seconds) / min(a.seconds), max(a.peaks) / max(b.peaks)


def summary(results, own, others):
    """Geometric means per group and overall: [(group, {other: (time ratio, memory ratio, count)})]."""
    rows = []
    for group in [*GROUPS, "all"]:
        members = [r for r in results if group in ("all", r["program"].group)]
        if not members:
            continue
        means = {}
        for other in others:
            found = [x for x in (ratios(r["samples"], own, other) for r in members) if x]
            means[other] = (geometric_mean([x[0] for x in found]), geometric_mean([x[1] for x in found]), len(found))
        rows.append((group, means))
    return rows


def seconds_text(sample):
    return f"{min(sample.seconds):.3f}" if sample.good() else "error"


def factor_text(value):
    return "-" if value is None else f"{value:.2f}"


def table_rows(results, own, others):
    """Heading and body as lists of cells."""
    heading = ["program", "group", own + " s"]
    for other in others:
        heading += [other + " s", "faster x", "memory x"]
    body = []
    for result in results:
        samples = result["samples"]
        cells = [result["program"].name, result["program"].group, seconds_text(samples[own])]
        for other in others:
            both = ratios(samples, own, other) or (None, None)
            cells += [seconds_text(samples[other]), factor_text(both[0]), factor_text(both[1])]
        body.append(cells)
    means = []
    for group, by_other in summary(results, own, others):
        cells = ["geometric mean", group, ""]
        for other in others:
            time_mean, memory_mean, _ = by_other[other]
            cells += ["", factor_text(time_mean), factor_text(memory_mean)]
        means.append(cells)
    return heading, body, means


def plain_table(heading, body, means):
    widths = [max(len(row[i]) for row in [heading, *body, *means]) for i in range(len(heading))]

    def line(cells):
        return "  ".join(c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths))).rstrip()

    rule = "-" * len(line(heading))
    return "\n".join([line(heading), rule, *map(line, body), rule, *map(line, means)])


def markdown_table(heading, body, means):
    def line(cells):
        return "| " + " | ".join(cells) + " |"

    rule = "|" + "|".join([" --- ", " --- "] + [" ---: "] * (len(heading) - 2)) + "|"
    bold = [[f"**{c}**" if c else "" for c in row] for row in means]
    return "\n".join([line(heading), rule, *map(line, body), *map(line, bold)]) + "\n"


def problems_of(results):
    return [(r["program"].name, label, sample.problem)
            for r in results for label, sample in r["samples"].items() if sample.problem]


def as_json(results, interpreters, options):
    labels = [i.label for i in interpreters]
    return {
        "interpreters": {i.label: i.command for i in interpreters},
        "runs": options.runs,
        "scale": options.scale or "default",
        "programs": [
            {
                "name": r["program"].name,
                "group": r["program"].group,
                "scale": scale_of(r["program"], options.scale),
                "results": {label: r["samples"][label].as_json() for label in labels},
            }
            for r in results
        ],
        "means": {
            group: {other: {"faster": m[0], "memory": m[1], "programs": m[2]} for other, m in means.items()}
            for group, means in summary(results, labels[0], labels[1:])
        },
        "problems": [{"program": p, "interpreter": i, "problem": text} for p, i, text in problems_of(results)],
    }


def startup(interpreters, options):
    """Start-up time of `-e ''`, over many interleaved runs; prints a table in milliseconds."""
    samples = {i.label: [] for i in interpreters}
    peaks = {}
    status = 0
    failed = set()
    for _ in range(options.startup_runs):
        for lua in interpreters:
            if lua.label in failed:
                continue
            run = run_once([*lua.command, "-e", ""], options.timeout, directly=True)
            if run.problem and run.problem != "prints nothing":
                say(f"{lua.label}: {run.problem}")
                failed.add(lua.label)
                status = 1
                continue
            samples[lua.label].append(run.seconds * 1000)
    for lua in interpreters:
        peaks[lua.label] = run_once([*lua.command, "-e", ""], options.timeout).peak_kb
    width = max(len("start-up"), *(len(i.label) for i in interpreters))
    print(f"{'start-up':{width}}    min ms  median ms   peak kB")
    results = {}
    for lua in interpreters:
        times = samples[lua.label]
        if lua.label in failed:
            print(f"{lua.label:{width}}     error")
            results[lua.label] = {"error": "failed"}
            continue
        print(f"{lua.label:{width}}  {min(times):8.2f}  {statistics.median(times):9.2f}  {peaks[lua.label]:8d}")
        results[lua.label] = {"min_ms": min(times), "median_ms": statistics.median(times), "peak_kb": peaks[lua.label]}
    if options.json:
        write(options.json, json.dumps({"startup": results, "runs": options.startup_runs}, indent=2) + "\n")
    return status


def write(path, text):
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"{path} cannot be written: {problem.strerror}") from problem


def positive(kind):
    def parse(text):
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not above zero")
        return value
    parse.__name__ = f"positive {kind.__name__}"
    return parse


def natural(text):
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is below zero")
    return value


def scale_argument(text):
    if text == "default":
        return None
    if text == "small":
        return text
    try:
        return positive(int)(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{text} is neither small nor default nor a number") from problem


def parse_arguments(argv):
    parser = argparse.ArgumentParser(
        prog="bench", description="Run the benchmark programs on Perigee and on other Lua interpreters.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="programs to run (default: all)")
    parser.add_argument("--perigee", metavar="PATH", help="the perigee command to measure")
    parser.add_argument("--vs", action="append", metavar="COMMAND",
                        help="an opponent, with its options if it needs any; may be repeated (default: lua5.4)")
    parser.add_argument("--mode", choices=["off", "on", "always"], help="run perigee with --jit=MODE")
    parser.add_argument("--group", action="append", default=[], metavar="GROUP", help="all programs of a group")
    parser.add_argument("--runs", type=positive(int), metavar="N", help="counted runs (default: 3, with --quick 1)")
    parser.add_argument("--warmup", type=natural, default=0, metavar="N", help="uncounted runs before them (default: 0)")
    parser.add_argument("--scale", type=scale_argument, metavar="SCALE",
                        help="small, default, or a number given to every program named")
    parser.add_argument("--quick", action="store_true", help="small scales and a single run: a smoke test")
    parser.add_argument("--timeout", type=positive(float), default=120.0, metavar="S", help="seconds per run (default: 120)")
    parser.add_argument("--startup", action="store_true", help="measure the start-up time instead")
    parser.add_argument("--startup-runs", type=positive(int), default=100, metavar="N", help="default: 100")
    parser.add_argument("--json", metavar="FILE", help="write all measurements there")
    parser.add_argument("--markdown", metavar="FILE", help="write the table there")
    parser.add_argument("--list", action="store_true", help="list the programs and stop")
    options = parser.parse_args(argv)
    if options.quick:
        options.scale = options.scale or "small"
    options.runs = options.runs or (1 if options.quick else 3)
    return options


def list_programs(programs):
    for program in choose(programs, [], []):
        print(f"{program.name:20} {program.group:10} {program.scale:9d}  {program.about}")


def find_interpreters(options):
    if not options.perigee:
        raise UsageError("--perigee PATH is missing: which command shall be measured?")
    extra = [f"--jit={options.mode}"] if options.mode else []
    interpreters = [interpreter("perigee", options.perigee, extra)]
    for text in options.vs or ["lua5.4"]:
        path, *arguments = shlex.split(text) or [""]
        label = " ".join([Path(path).name, *arguments])
        if label in [i.label for i in interpreters]:
            label = text
        if label in [i.label for i in interpreters]:
            raise UsageError(f"--vs {text} is given twice, or is the name of the measured one")
        interpreters.append(interpreter(label, path, arguments))
    return interpreters


def bench(options):
    programs = load_programs(BENCH_DIR)
    if options.list:
        list_programs(programs)
        return 0
    chosen = choose(programs, options.names, options.group)
    interpreters = find_interpreters(options)
    if options.startup:
        return startup(interpreters, options)
    labels = [i.label for i in interpreters]
    for path in (options.json, options.markdown):
        if path and not Path(path).resolve().parent.is_dir():
            raise UsageError(f"{path} cannot be written: no such directory")

    results = []
    stopped = False
    for number, program in enumerate(chosen, 1):
        say(f"[{number}/{len(chosen)}] {program.name:20}", end="")
        try:
            samples = measure(program, interpreters, options)
        except KeyboardInterrupt:
            say(" stopped")
            stopped = True
            break
        compare_outputs(samples, labels)
        results.append({"program": program, "samples": samples})
        say(" ".join(f" {label} {seconds_text(samples[label])}" for label in labels))
    if not results:
        return 130

    heading, body, means = table_rows(results, labels[0], labels[1:])
    print(plain_table(heading, body, means))
    problems = problems_of(results)
    if problems:
        print()
    for name, label, text in problems:
        print(f"ERROR {name}, {label}: {text}")
    if options.json:
        write(options.json, json.dumps(as_json(results, interpreters, options), indent=2) + "\n")
    if options.markdown:
        text = markdown_table(heading, body, means)
        text += "".join(f"\nERROR {name}, {label}: {problem}\n" for name, label, problem in problems)
        write(options.markdown, text)
    if options.quick:  # a test more than a measurement: did every program run and print what it should?
        failed = len({name for name, _, _ in problems})
        print(f"{len(results) - failed} passed, {failed} failed")
    return 130 if stopped else 1 if problems else 0


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `bench.py --list | head` ends quietly
    try:
        return bench(parse_arguments(sys.argv[1:]))
    except UsageError as problem:
        say(f"bench: {problem}")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
