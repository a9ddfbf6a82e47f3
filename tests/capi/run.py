#!/usr/bin/env python3
"""Tests of the C API against stock Lua's libraries, headers and commands (Debian's liblua5.4-dev, lua5.4, and those of
5.3).

    tests/capi/run.py BUILD [SECTION...]

BUILD holds liblua5.4.so.0, liblua5.3.so.0, libperigee.a and perigee. Sections (default: all of them):

  headers   every macro of Debian's headers exists in ours with the same value; sizes and offsets agree; both
            libraries export the same symbols under the same version
  documentation  the examples of docs/embedding.md print what it says
  hosts     programs in hosts/ print the same with either library
  extensions  programs in perigee/, which use perigee.h, find everything as it should be
  modules   Lua programs in modules/, which use Debian's compiled C modules, print the same as with lua5.4 and lua5.3
  package   an installed tree serves pkg-config and CMake users
  programs  clingo, lighttpd, gnuplot, neomutt, mle, dnsmasq, which link liblua5.4.so.0, with ours in its place
  programs-5.3  nmap, rpm, haproxy, apache with mod_lua, nbdkit, miltertest, which link liblua5.3.so.0
  lua       luacheck, busted, ldoc, luarocks, prosody: Lua programs that need C modules

Sections that are run on request only, for the builds they need:

  misuse           (release) what the manual forbids does not break a state
  misuse-checked   (checked) and is reported, with the name of the function
  modules-checked  (checked) the modules once more, whose misuse is reported, too
  sanitizers       (asan) the host programs, linked to the static library, under the sanitizers
  threads          (tsan) host programs with several threads, under the thread sanitizer
  valgrind         (release) the host programs and modules under valgrind

Everything on the network stays on loopback. Packages: packages.txt. Ends with `N passed, N failed`.
"""
import pathlib
import sys
import tempfile

from checks import HERE, LUA_5_4, ROOT, VERSIONS, compile_host, counts, everything, first_difference, plain_environment, report, run, with_library
from documentation import test_documentation
from headers import test_layout, test_symbols
from memory_safety import test_misuse, test_misuse_checked, test_sanitized_hosts, test_threads, test_valgrind
from package import test_package
from programs import test_programs
from programs_5_3 import test_programs_5_3
from pure_lua import test_pure_lua


def test_headers(work, build):
    for version in VERSIONS:
        test_layout(work, version)
        test_symbols(build, version)


def test_hosts(work, build):
    for version in VERSIONS:
        for source in sorted((HERE / "hosts").glob("*.c*")):
            program, name = work / source.stem, version.title(f"hosts/{source.name}")
            problem = compile_host(source, program, version.ours, *version.linked(build))
            if problem:
                report(name, problem)
                continue
            libraries = (version.stock_library.parent, build)
            results = [everything(run([program], env=with_library(library))) for library in libraries]
            report(name, first_difference(*results))


# What each is run with.
EXAMPLES = {"async.c": ["200"], "scheduler.cpp": ["2000", "500"]}


def test_bombs_compiled(program, build):
    """The memory bombs, with everything compiled: each ends by itself."""
    for i, bomb in enumerate(run([program, "list"], env=with_library(build)).stdout.splitlines()):
        result = run([build / "perigee", "--jit=always", "--memory", "3M", "-e", bomb])
        ended = result.returncode in (0, 1, 2) or "not enough memory" in result.stderr
        report(f"perigee/memory.c, bomb {i + 1} in mode always", "" if ended and result.returncode >= 0 else bomb + "\n" + everything(result))


def test_extensions(work, build):
    """Programs in perigee/ use perigee.h, and check what they see themselves."""
    for version, source in ((v, s) for v in VERSIONS for s in v.own_sources()):
        program = work / source.stem
        problem = compile_host(source, program, version.ours, *version.linked(build))
        result = run([program], timeout=600, env=with_library(build)) if not problem else None
        report(f"perigee/{source.name}", problem or (everything(result) if result.returncode else ""))
        if source.stem == "memory" and not problem:
            test_bombs_compiled(program, build)
    for name, arguments in EXAMPLES.items():
        program = work / pathlib.Path(name).stem
        problem = compile_host(ROOT / "examples" / name, program, LUA_5_4.ours, *LUA_5_4.linked(build))
        result = run([program, *arguments], timeout=60, env=with_library(build)) if not problem else None
        report(f"examples/{name}", problem or (everything(result) if result.returncode else ""))


# Modules that do what the manual forbids, and what the checked build says.
MISUSING_MODULES = {"modules/zlib.lua": "luaL_prepbuffsize: the buffer's slot is not in place"}


def test_modules_checked(work, build):
    """The modules do nothing that the checked build has to report, but for those known to."""
    test_modules(work, build, leave_out=MISUSING_MODULES)
    for title, message in MISUSING_MODULES.items():
        r = run([build / "perigee", HERE / title], env=plain_environment(), cwd=work)
        report(f"checked, reported: {title}", "" if message in r.stderr else everything(r))


def test_modules(work, build, leave_out=()):
    for version in VERSIONS:
        for program in sorted((HERE / "modules").glob("*.lua")):
            title = version.title(f"modules/{program.name}")
            if title in leave_out:
                continue
            results = []
            for command in ([version.command], [build / "perigee", *version.options]):
                r = run([*command, program], env=plain_environment(), cwd=work)
                r.stderr = r.stderr.replace(str(command[0]), version.command).replace("perigee:", f"{version.command}:")
                results.append(everything(r))
            report(title, first_difference(*results))


SECTIONS = {
    "headers": test_headers, "documentation": test_documentation, "hosts": test_hosts, "extensions": test_extensions, "modules": test_modules, "package": test_package,
    "programs": test_programs, "programs-5.3": test_programs_5_3, "lua": test_pure_lua,
}
ON_REQUEST = {
    "misuse": test_misuse, "misuse-checked": test_misuse_checked, "modules-checked": test_modules_checked, "sanitizers": test_sanitized_hosts,
    "threads": test_threads, "valgrind": test_valgrind,
}


def main():
    names = sys.argv[2:] or list(SECTIONS)
    if len(sys.argv) < 2 or any(name not in {**SECTIONS, **ON_REQUEST} for name in names):
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    for name in names:
        with tempfile.TemporaryDirectory() as directory:
            {**SECTIONS, **ON_REQUEST}[name](pathlib.Path(directory), build)
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    sys.exit(1 if counts["failed"] else 0)


main()
