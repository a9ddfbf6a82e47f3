"""What the tests of the C API share: running programs, comparing, counting."""
import os
import pathlib
import socket
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Version:
    """A version of Lua: our headers and library, Debian's, and the commands."""
    def __init__(self, name, headers, *options):
        self.name = name
        self.number = 100 * int(name[0]) + int(name[2:])  # LUA_VERSION_NUM
        self.ours = ROOT / "include" / headers
        self.stock = pathlib.Path(f"/usr/include/lua{name}")
        self.library = f"liblua{name}.so.0"
        self.stock_library = next(pathlib.Path("/usr/lib").glob(f"*/{self.library}"))
        self.command = f"lua{name}"
        self.options = options  # of our command

    def linked(self, build):
        return [f"-L{build}", f"-l:{self.library}", "-lpthread"]

    def own_sources(self):
        """The programs for this version in perigee/, which use perigee.h and check themselves."""
        return sorted(p for p in (HERE / "perigee").glob("*.c") if (p.stem == "lua53") == (self is LUA_5_3))

    def title(self, name):
        return name if self is LUA_5_4 else f"{name}, {self.name}"


LUA_5_4 = Version("5.4", "perigee")
LUA_5_3 = Version("5.3", "perigee53", "--lua=5.3")
VERSIONS = (LUA_5_4, LUA_5_3)

counts = {"passed": 0, "failed": 0}


def report(name, problem):
    """One test: `problem` says what is wrong, empty if nothing is."""
    counts["failed" if problem else "passed"] += 1
    print(("FAIL  " if problem else "ok    ") + name, flush=True)
    if problem:
        print("      " + "\n      ".join(problem.splitlines()[:40]), flush=True)


def run(command, timeout=120, **options):
    command = [str(c) for c in command]
    try:
        return subprocess.run(command, text=True, capture_output=True, errors="replace", timeout=timeout, **options)
    except subprocess.TimeoutExpired as e:
        return subprocess.CompletedProcess(command, -1, "", f"no end after {e.timeout} seconds\n")


def everything(result):
    return f"{result.stdout}{result.stderr}exit code {result.returncode}\n"


def with_library(library, **more):
    """The environment in which programs load liblua5.4.so.0 or liblua5.3.so.0 from the directory `library`."""
    return {**os.environ, "LD_LIBRARY_PATH": str(library), **more}


def plain_environment():
    """Without what steers Lua."""
    return {k: v for k, v in os.environ.items() if not k.startswith("LUA")}


def compile_host(source, output, include, *more):
    """What the compiler says if it does not compile. C code has no unwind tables: errors jump over it."""
    language = ["g++"] if source.suffix == ".cpp" else ["gcc", "-fno-asynchronous-unwind-tables", "-fno-exceptions"]
    result = run([*language, "-O1", "-w", "-fPIE", f"-I{include}", source, "-o", output, *more])
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


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(condition, seconds=10.0):
    """True as soon as `condition` is."""
    import time
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
