"""The examples of docs/embedding.md: compiled, run with either library, their output compared with what stands there."""
import re

from checks import LUA_5_3, LUA_5_4, ROOT, compile_host, everything, first_difference, report, run, with_library

EXAMPLE = re.compile(r"^```(?:c|cpp) (\S+)\n(.*?)^```\n\s*^```output( of Perigee)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_documentation(work, build):
    text = (ROOT / "docs" / "embedding.md").read_text()
    examples = EXAMPLE.findall(text)
    stray = len(re.findall(r"^```(?:c|cpp) ", text, re.MULTILINE)) - len(examples)
    report("documentation: every example has an output", f"{stray} have none" if stray else "")
    for name, code, ours_only, output in examples:
        source, program = work / name, work / name.split(".")[0]
        source.write_text(code)
        version = LUA_5_3 if "Lua 5.3" in code else LUA_5_4  # said in the first comment
        compiler = "g++" if source.suffix == ".cpp" else "gcc"
        warnings = run([compiler, "-O1", "-Wall", "-Wextra", "-fsyntax-only", f"-I{version.ours}", source]).stderr
        report(f"documentation: {name} compiles without warnings", warnings)
        problem = compile_host(source, program, version.ours, *version.linked(build))
        for library in [build] if ours_only else [version.stock_library.parent, build]:
            if not problem:
                problem = first_difference(output + "exit code 0\n", everything(run([program], env=with_library(library))))
        report(f"documentation: {name}", problem)
