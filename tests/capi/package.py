"""An installed tree serves users of pkg-config and CMake."""
import os
import shutil

from checks import OURS, compile_host, first_difference, report, run

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
        problem = compile_host(work / "user.cpp", work / "user", OURS, *flags)
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
