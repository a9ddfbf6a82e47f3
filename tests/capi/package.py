"""An installed tree serves users of pkg-config and CMake."""
import os
import re
import shutil

from checks import LUA_5_3, LUA_5_4, ROOT, VERSIONS, compile_host, everything, first_difference, report, run

PROGRAM = '#include "lua.hpp"\n#include <cstdio>\nint main() { lua_State *L = luaL_newstate(); luaL_openlibs(L);' \
          'luaL_dostring(L, "return _VERSION"); std::puts(lua_tostring(L, -1)); lua_close(L); }\n'


HOST = '#include "lauxlib.h"\n#include "lualib.h"\n#include <stdio.h>\nint main(void) { lua_State *L = luaL_newstate();' \
       'luaL_openlibs(L); if (luaL_dostring(L, "return _VERSION")) return 1; puts(lua_tostring(L, -1)); lua_close(L); }\n'


def test_documented_lines(work, prefix):
    """The lines of docs/embedding.md that compile and link a host."""
    (work / "host.c").write_text(HOST)
    text = (ROOT / "docs" / "embedding.md").read_text().replace("/opt/perigee", str(prefix))
    setting = re.search(r"^    export PKG_CONFIG_PATH=.*$", text, re.MULTILINE).group()
    lines = re.findall(r"^    cc host\.c .* -o host\b", text, re.MULTILINE)
    report("package: three lines are documented", "" if len(lines) == 3 else "\n".join(lines))
    for line in lines:
        (work / "host").unlink(missing_ok=True)
        r = run(["sh", "-c", f"{setting}\n{line} && ./host"], cwd=work)
        report("package: " + line.strip().replace(str(prefix), "/opt/perigee"), first_difference("Lua 5.4\nexit code 0\n", everything(r)))
        libraries = run(["ldd", work / "host"]).stdout
        is_shared = "/lib -o" in line
        report("package: which library it needs", "" if libraries and ("liblua" in libraries) == is_shared else libraries)


def test_examples(work, prefix):
    """The commands in the heads of the examples compile them."""
    environment = {**os.environ, "PKG_CONFIG_PATH": str(next(prefix.glob("lib*/**/pkgconfig")))}
    for source in sorted([*(ROOT / "examples").glob("*.c"), *(ROOT / "examples").glob("*.cpp")]):
        command = next(line.strip(" /*") for line in source.read_text().splitlines() if "$(pkg-config" in line)
        command = f"{command[:command.rindex(' -o ')]} -o {work}/example"
        result = run(["sh", "-c", command], env=environment, cwd=source.parent)
        report(f"package: examples/{source.name}", result.stderr)


def test_package(work, build):
    prefix = work / "prefix"
    r = run(["cmake", "--install", build, "--prefix", prefix])
    if r.returncode:
        report("package: install", r.stderr)
        return
    (work / "user.cpp").write_text(PROGRAM)
    libraries = next(prefix.glob("lib*/**/pkgconfig"))
    environment = {**os.environ, "PKG_CONFIG_PATH": str(libraries), "LD_LIBRARY_PATH": str(libraries.parent)}
    present = sorted(str(f.relative_to(prefix)) for d in ("bin", "include") for f in (prefix / d).rglob("*") if f.is_file())
    wanted = ["bin/perigee"] + [f"include/{v.ours.name}/{f.name}" for v in VERSIONS for f in sorted(v.ours.glob("[a-z]*"))]
    report("package: the command and headers", first_difference("\n".join(wanted), "\n".join(present)))
    r = run([prefix / "bin" / "perigee", "-e", "print(_VERSION)"])
    report("package: the command runs", first_difference("Lua 5.4\n", everything(r).replace("exit code 0\n", "")))
    for version, name in ((LUA_5_4, "perigee"), (LUA_5_4, "lua5.4"), (LUA_5_4, "perigee-static"), (LUA_5_3, "lua5.3")):
        flags = run(["pkg-config", "--cflags", "--libs", name], env=environment).stdout.split()
        problem = compile_host(work / "user.cpp", work / "user", prefix, *flags)  # the headers are found by the flags
        said = run([work / "user"], env=environment).stdout
        report(f"package: pkg-config {name}", problem or first_difference(f"Lua {version.name}\n", said))
    test_documented_lines(work, prefix)
    test_examples(work, prefix)
    user = work / "user"
    shutil.rmtree(user, ignore_errors=True) if user.is_dir() else user.unlink(missing_ok=True)
    user.mkdir()
    (user / "user.cpp").write_text(PROGRAM)
    (user / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(user CXX)\nfind_package(Perigee REQUIRED)\n"
        "foreach(kind Perigee Static Lua53)\nadd_executable(user${kind} user.cpp)\n"
        "target_link_libraries(user${kind} Perigee::${kind})\nendforeach()\n")
    for command in (["cmake", "-G", "Ninja", "-S", user, "-B", user / "build", f"-DCMAKE_PREFIX_PATH={prefix}"], ["cmake", "--build", user / "build"]):
        r = run(command)
        if r.returncode:
            report("package: CMake", r.stdout + r.stderr)
            return
    for kind, version in (("Perigee", LUA_5_4), ("Static", LUA_5_4), ("Lua53", LUA_5_3)):
        report(f"package: CMake Perigee::{kind}", first_difference(f"Lua {version.name}\n", run([user / "build" / f"user{kind}"]).stdout))
