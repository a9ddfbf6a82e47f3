#!/usr/bin/env python3
"""Tests of the C API against stock Lua's library and headers (Debian's liblua5.4-dev, gcc).

run.py BUILD        BUILD holds liblua5.4.so.0 and perigee

  layout    every macro of Debian's headers exists in ours with the same value; sizes and offsets agree
  symbols   both libraries export the same symbols under the same version
  hosts     programs in hosts/ print the same with either library
  modules   Lua programs in modules/, which use Debian's compiled C modules, print the same as with lua5.4
  programs  clingo and lighttpd, which link liblua5.4.so.0, with ours in its place
  package   an installed tree serves pkg-config and CMake users
"""
import http.client
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OURS = ROOT / "include" / "perigee"
STOCK = pathlib.Path("/usr/include/lua5.4")
STOCK_LIBRARY = next(pathlib.Path("/usr/lib").glob("*/liblua5.4.so.0"))
HEADERS = '#include <stddef.h>\n#include "lua.h"\n#include "lauxlib.h"\n#include "lualib.h"\n'
failures = []


def report(name, problem):
    print(("ok    " if not problem else "FAIL  ") + name, flush=True)
    if problem:
        print("      " + "\n      ".join(problem.splitlines()[:40]))
        failures.append(name)


def run(command, **options):
    return subprocess.run([str(c) for c in command], text=True, capture_output=True, errors="replace", timeout=120, **options)


def compile_c(source, output, include, *more):
    compiler = "g++" if source.suffix == ".cpp" else "gcc"
    result = run([compiler, "-O1", "-w", "-fPIE", f"-I{include}", source, "-o", output, *more])
    return result.stderr if result.returncode else ""


def first_difference(expected, actual):
    if expected == actual:
        return ""
    a, b = expected.splitlines(), actual.splitlines()
    for i in range(max(len(a), len(b))):
        x = a[i] if i < len(a) else "(end)"
        y = b[i] if i < len(b) else "(end)"
        if x != y:
            return f"line {i + 1}\nexpected: {x}\nactual:   {y}"
    return "line ends differ"


def macros(include):
    text = run(["gcc", "-E", "-dM", f"-I{include}", "-x", "c", "-"], input=HEADERS).stdout
    empty = run(["gcc", "-E", "-dM", "-x", "c", "-"], input="#include <stddef.h>\n#include <stdio.h>\n#include <limits.h>\n#include <stdint.h>\n#include <stdarg.h>\n").stdout
    known = set(empty.splitlines())
    found = {}
    for line in text.splitlines():
        if line in known:
            continue
        name, _, body = line[len("#define "):].partition(" ")
        found[re.match(r"\w+(\([^)]*\))?", line[len("#define "):]).group(0).split("(")[0]] = "(" in name
    return found


def test_layout(work):
    stock, ours = macros(STOCK), macros(OURS)
    guards = {"lua_h", "lauxlib_h", "lualib_h", "luaconf_h", "_LUA_DEB_MULTIARCH_"}
    internal = {"LUAI_FUNC", "LUAI_DDEC", "LUAI_DDEF"}  # of the original's own sources
    missing = sorted(set(stock) - set(ours) - guards - internal)
    report("layout: macros", f"missing: {' '.join(missing)}" if missing else "")
    values = [n for n, has_arguments in sorted(stock.items()) if not has_arguments and n in ours and n not in guards | internal]
    # Which of them are numbers or texts is for the compiler to find out.
    lines = []
    for name in values:
        probe = HEADERS + f"static const long long x = ({name}) * 1;\nint main(void) {{ return 0; }}\n"
        kind = "NUMBER"
        if run(["gcc", "-fsyntax-only", "-Werror", "-w", f"-I{STOCK}", "-x", "c", "-"], input=probe).returncode:
            probe = HEADERS + f"static const char x[] = {name};\n"
            kind = "TEXT"
            if run(["gcc", "-fsyntax-only", "-w", f"-I{STOCK}", "-x", "c", "-"], input=probe).returncode:
                continue
        lines.append(f"{kind}({name});\n")
    (work / "layout_constants.inc").write_text("".join(lines))
    outputs = []
    for include in (STOCK, OURS):
        problem = compile_c(HERE / "layout.c", work / "layout", include, f"-I{work}")
        if problem:
            report("layout", problem)
            return
        outputs.append(run([work / "layout"]).stdout)
    report(f"layout: {len(outputs[0].splitlines())} values", first_difference(*outputs))


def exported(library):
    lines = run(["nm", "-D", "--defined-only", library]).stdout.split("\n")
    names = sorted(line.split()[-1] for line in lines if line)
    return "\n".join(n for n in names if n != "LUA_5.4")  # how the linker shows the version itself


def test_symbols(library):
    report("symbols", first_difference(exported(STOCK_LIBRARY), exported(library)))
    dynamic = run(["readelf", "-d", library]).stdout
    report("symbols: soname", "" if "[liblua5.4.so.0]" in dynamic else dynamic)


def test_hosts(work, build):
    for source in sorted((HERE / "hosts").glob("*.c*")):
        program = work / source.stem
        problem = compile_c(source, program, OURS, f"-L{build}", "-l:liblua5.4.so.0", "-lpthread")
        if problem:
            report(f"hosts/{source.name}", problem)
            continue
        results = []
        for library in (STOCK_LIBRARY.parent, build):
            r = run([program], env={**os.environ, "LD_LIBRARY_PATH": str(library)})
            results.append(f"{r.stdout}{r.stderr}exit code {r.returncode}\n")
        report(f"hosts/{source.name}", first_difference(*results))


def test_modules(build):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LUA_")}
    for program in sorted((HERE / "modules").glob("*.lua")):
        results = []
        for command in ("lua5.4", build / "perigee"):
            r = run([command, program], env=environment)
            error = r.stderr.replace(str(command), "lua5.4").replace("perigee:", "lua5.4:")
            results.append(f"{r.stdout}{error}exit code {r.returncode}\n")
        report(f"modules/{program.name}", first_difference(*results))


def with_library(library):
    return {**os.environ, "LD_LIBRARY_PATH": str(library)}


def test_clingo(build):
    for program in sorted((HERE / "programs").glob("*.lp")):
        results = []
        for library in (STOCK_LIBRARY.parent, build):
            r = run(["clingo", program.name, "0"], cwd=program.parent, env=with_library(library))
            lines = [line for line in (r.stdout + r.stderr).splitlines() if "Time" not in line]
            results.append("\n".join(lines))
        report(f"programs/{program.name}", first_difference(*results))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(connection, path):
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return f"{answer.status} {answer.read().decode()}"
    except (http.client.HTTPException, ConnectionError):
        connection.close()
        return "closed"


def serve(library, work, requests):
    """What lighttpd answers when mod_magnet runs programs/magnet.lua, as one text."""
    port = free_port()
    configuration = work / "lighttpd.conf"
    configuration.write_text(
        f'server.port = {port}\nserver.bind = "127.0.0.1"\nserver.document-root = "{work}"\n'
        f'server.modules = ("mod_magnet")\nserver.errorlog = "{work}/errors"\nserver.max-keep-alive-requests = 100000\n'
        f'magnet.attract-raw-url-to = ("{HERE}/programs/magnet.lua")\n')
    process = subprocess.Popen(["lighttpd", "-D", "-f", configuration], env=with_library(library))
    answers = []
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for _ in range(100):
            try:
                connection.connect()
                break
            except OSError:
                time.sleep(0.05)
        for i in range(requests):
            answers.append(ask(connection, f"/page{i % 100}?a={i}&text=" + "x" * (i % 17)))
        return "\n".join(answers)
    finally:
        process.terminate()
        process.wait(10)


def test_lighttpd(work, build):
    expected = serve(STOCK_LIBRARY.parent, work, 500)
    actual = serve(build, work, 10000)
    report("programs/lighttpd: answers", first_difference(expected, actual[:len(expected)]))
    count = sum(line.startswith(("200 ", "500 ")) for line in actual.splitlines())
    report(f"programs/lighttpd: {count} requests", "" if count == 10000 else "some were not answered")


PROGRAM = '#include "lua.hpp"\n#include <cstdio>\nint main() { lua_State *L = luaL_newstate(); luaL_openlibs(L);' \
          'luaL_dostring(L, "return _VERSION"); std::puts(lua_tostring(L, -1)); lua_close(L); }\n'


def test_package(work, build):
    prefix = work / "prefix"
    r = run(["cmake", "--install", build, "--prefix", prefix])
    if r.returncode:
        report("package: install", r.stderr)
        return
    (work / "user.cpp").write_text(PROGRAM)
    libraries = next(prefix.glob("lib*/**/pkgconfig"))
    environment = {**os.environ, "PKG_CONFIG_PATH": str(libraries), "LD_LIBRARY_PATH": str(libraries.parent)}
    for name in ("perigee", "lua5.4"):
        flags = run(["pkg-config", f"--define-variable=prefix={prefix}", "--cflags", "--libs", name], env=environment).stdout.split()
        problem = compile_c(work / "user.cpp", work / "user", OURS, *flags)
        report(f"package: pkg-config {name}", problem or first_difference("Lua 5.4\n", run([work / "user"], env=environment).stdout))
    user = work / "user"
    shutil.rmtree(user, ignore_errors=True) if user.is_dir() else user.unlink(missing_ok=True)
    user.mkdir()
    (user / "user.cpp").write_text(PROGRAM)
    (user / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(user CXX)\nfind_package(Perigee REQUIRED)\n"
        "foreach(kind Perigee Static)\nadd_executable(user${kind} user.cpp)\n"
        "target_link_libraries(user${kind} Perigee::${kind})\nendforeach()\n")
    for command in (["cmake", "-S", user, "-B", user / "build", f"-DCMAKE_PREFIX_PATH={prefix}"], ["cmake", "--build", user / "build"]):
        r = run(command)
        if r.returncode:
            report("package: CMake", r.stdout + r.stderr)
            return
    for kind in ("Perigee", "Static"):
        report(f"package: CMake Perigee::{kind}", first_difference("Lua 5.4\n", run([user / "build" / f"user{kind}"]).stdout))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as directory:
        work = pathlib.Path(directory)
        test_layout(work)
        test_symbols(build / "liblua5.4.so.0")
        test_hosts(work, build)
        test_modules(build)
        test_clingo(build)
        test_lighttpd(work, build)
        test_package(work, build)
    print(f"{len(failures)} failed" if failures else "all passed")
    sys.exit(1 if failures else 0)


main()
