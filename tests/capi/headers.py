"""Headers and exported symbols, compared with Debian's."""
import re

from checks import HERE, LUA_5_4, compile_host, first_difference, report, run

HEADERS = '#include <stddef.h>\n#include "lua.h"\n#include "lauxlib.h"\n#include "lualib.h"\n'
SYSTEM = "#include <stddef.h>\n#include <stdio.h>\n#include <limits.h>\n#include <stdint.h>\n#include <stdarg.h>\n"


def macros(include):
    text = run(["gcc", "-E", "-dM", f"-I{include}", "-x", "c", "-"], input=HEADERS).stdout
    empty = run(["gcc", "-E", "-dM", "-x", "c", "-"], input=SYSTEM).stdout
    known = set(empty.splitlines())
    found = {}
    for line in text.splitlines():
        if line in known:
            continue
        name, _, body = line[len("#define "):].partition(" ")
        found[re.match(r"\w+(\([^)]*\))?", line[len("#define "):]).group(0).split("(")[0]] = "(" in name
    return found


def test_layout(work, version):
    stock, ours = macros(version.stock), macros(version.ours)
    guards = {"lua_h", "lauxlib_h", "lualib_h", "luaconf_h", "_LUA_DEB_MULTIARCH_"}
    internal = {"LUAI_FUNC", "LUAI_DDEC", "LUAI_DDEF"}  # of the original's own sources
    missing = sorted(set(stock) - set(ours) - guards - internal)
    # luarocks, CMake's FindLua and others read these lines.
    texts = [sorted(re.findall(r"(?m)^#define\s+(LUA_VERSION_(?:MAJOR|MINOR|RELEASE|NUM)\s+\S+)", (d / "lua.h").read_text()))
             for d in (version.stock, version.ours)]
    texts = ["\n".join(" ".join(line.split()) for line in text) for text in texts]
    report(version.title("layout: versions in the text"), first_difference(*texts))
    for order in ("lauxlib.h", "lualib.h", "luaconf.h"):
        probe = f'#include "{order}"\n{HEADERS}#if LUA_VERSION_NUM != {version.number}\n#error\n#endif\n'
        problem = run(["gcc", "-fsyntax-only", f"-I{version.ours}", "-x", "c", "-"], input=probe).stderr
        report(version.title(f"layout: {order} first"), problem)
    report(version.title("layout: macros"), f"missing: {' '.join(missing)}" if missing else "")
    values = [n for n, has_arguments in sorted(stock.items()) if not has_arguments and n in ours and n not in guards | internal]
    # Which of them are numbers or texts is for the compiler to find out.
    lines = []
    for name in values:
        probe = HEADERS + f"static const long long x = ({name}) * 1;\nint main(void) {{ return 0; }}\n"
        kind = "NUMBER"
        if run(["gcc", "-fsyntax-only", "-Werror", "-w", f"-I{version.stock}", "-x", "c", "-"], input=probe).returncode:
            probe = HEADERS + f"static const char x[] = {name};\n"
            kind = "TEXT"
            if run(["gcc", "-fsyntax-only", "-w", f"-I{version.stock}", "-x", "c", "-"], input=probe).returncode:
                continue
        lines.append(f"{kind}({name});\n")
    (work / "layout_constants.inc").write_text("".join(lines))
    outputs = []
    for include in (version.stock, version.ours):
        problem = compile_host(HERE / "layout.c", work / "layout", include, f"-I{work}")
        if problem:
            report(version.title("layout"), problem)
            return
        outputs.append(run([work / "layout"]).stdout)
    report(version.title(f"layout: {len(outputs[0].splitlines())} values"), first_difference(*outputs))


def exported(library, symbol_version):
    """What the library exports under a version (the linker shows the version itself, too)."""
    lines = run(["nm", "-D", "--defined-only", library]).stdout.split("\n")
    names = sorted(line.split()[-1] for line in lines if line)
    return "\n".join(n for n in names if n.endswith(f"@@{symbol_version}"))


def unversioned(library, *versions):
    lines = run(["nm", "-D", "--defined-only", library]).stdout.split("\n")
    names = [line.split()[-1] for line in lines if line]
    return "\n".join(n for n in names if n not in versions and not any(n.endswith(f"@@{v}") for v in versions))


def test_symbols(build, version):
    library, symbol_version = build / version.library, f"LUA_{version.name}"
    expected = exported(version.stock_library, symbol_version)
    report(version.title(f"symbols: {len(expected.splitlines())}"), first_difference(expected, exported(library, symbol_version)))
    declared = re.findall(r"\b(perigee_\w+)\((?:lua_State \*|const perigee_Options)", (LUA_5_4.ours / "perigee.h").read_text())
    declared = "\n".join(f"{name}@@PERIGEE_1" for name in sorted(set(declared)))
    report(version.title("symbols: perigee.h"), first_difference(declared, exported(library, "PERIGEE_1")))
    report(version.title("symbols: no others"), unversioned(library, symbol_version, "PERIGEE_1"))
    dynamic = run(["readelf", "-d", library]).stdout
    report(version.title("symbols: soname"), "" if f"[{version.library}]" in dynamic else dynamic)
