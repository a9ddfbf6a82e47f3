"""Misuse of the API, and the host programs under AddressSanitizer and valgrind."""
import os
import signal

from checks import HERE, LUA_5_4, ROOT, VERSIONS, compile_host, everything, first_difference, plain_environment, report, run, with_library


def each_misuse(work, build):
    """Name, function that the message is to name, and what happens, for each case of misuse.c."""
    program, environment = work / "misuse", with_library(build)
    for version in VERSIONS:
        problem = compile_host(HERE / "misuse.c", program, version.ours, *version.linked(build))
        if problem:
            report(version.title("misuse.c"), problem)
            continue
        for line in run([program], env=environment).stdout.splitlines():
            name, function = line.split()
            yield version.title(name), function, run([program, name], env=environment)


def test_misuse(work, build):
    """The release build raises an error or does nothing; the state works on."""
    for name, _, result in each_misuse(work, build):
        good = result.returncode == 0 and "works 100" in result.stdout
        report(f"misuse: {name}", "" if good else everything(result))


def test_misuse_checked(work, build):
    """The checked build stops and names the function."""
    for name, function, result in each_misuse(work, build):
        good = result.returncode == -signal.SIGABRT and f"perigee: {function}: " in result.stderr
        report(f"misuse, checked: {name}", "" if good else everything(result))


def host_sources():
    return sorted((HERE / "hosts").glob("*.c*"))


def arguments_of(source):
    return ["slow"] if source.stem == "interrupt" else []


def link_sanitized(build, version, sanitizers, object_file, program):
    """What went wrong in linking a host to the static library of a build with sanitizers."""
    # What makes one of our libraries that of a version, in front of the archive, which has that of 5.4.
    result = run(["clang++-19", f"-fsanitize={sanitizers}", "-fuse-ld=lld", "-std=c++20", f"-DPERIGEE_LUA={version.number}",
                  f"-I{ROOT}/src", f"-I{ROOT}/include", ROOT / "src" / "capi" / "host_version.cpp", object_file, "-o", program,
                  build / "libperigee.a", "-lasmjit", "-lm", "-ldl", "-lpthread"])
    return result.stderr if result.returncode else ""


def expected_output(work, source, version=LUA_5_4):
    program = work / f"{source.stem}.stock"
    directory = version.stock_library.parent
    problem = compile_host(source, program, version.ours, *version.linked(directory))
    return problem or everything(run([program], env=with_library(directory)))


def test_sanitized_hosts(work, build):
    """BUILD is the asan build, whose static library the hosts are linked to. Leaks count, too."""
    for version in VERSIONS:
        for source in host_sources() + version.own_sources():
            name = version.title(f"asan: {source.name}")
            report(name, sanitized_host(work, build, version, source))


def sanitized_host(work, build, version, source):
    # gcc compiles the host, as for the other runs: compilers differ in the order in which they evaluate arguments.
    program, object_file = work / source.stem, work / f"{source.stem}.o"
    problem = (compile_host(source, object_file, version.ours, "-g", "-c")
               or link_sanitized(build, version, "address,undefined", object_file, program))
    if problem:
        return problem
    options = "allocator_may_return_null=1:detect_leaks=1:" + os.environ.get("ASAN_OPTIONS", "")
    stride = "1" if version is LUA_5_4 else "23"
    result = run([program, *arguments_of(source)], timeout=900, env={**os.environ, "ASAN_OPTIONS": options, "HOST_STRIDE": stride})
    if source.parent.name == "perigee":  # stock Lua's library has none of what it uses; it checks itself
        return everything(result) if result.returncode else ""
    return first_difference(expected_output(work, source, version), everything(result))


def test_threads(work, build):
    """BUILD is the tsan build. The sanitizer delivers signals when instrumented code runs: compiled loops never see them."""
    for version in VERSIONS:
        own = version.own_sources() if version is LUA_5_4 else []  # long, and the same in either version
        for source in host_sources() + own:
            if "pthread_create" in source.read_text():
                threaded_host(work, build, version, source)


def threaded_host(work, build, version, source):
    name = version.title(f"tsan: {source.name}")
    program, object_file = work / source.stem, work / f"{source.stem}.o"
    result = run(["clang-19", "-x", "c", "-std=gnu17", "-g", "-O1", "-w", "-fsanitize=thread", f"-I{version.ours}", "-c", source, "-o", object_file])
    problem = result.stderr if result.returncode else link_sanitized(build, version, "thread", object_file, program)
    if problem:
        report(name, problem)
        return
    modes = ["off"] if "signal(" in source.read_text() else ["on", "off"]
    for mode in modes:
        result = run([program, *arguments_of(source)], timeout=900, env={**os.environ, "HOST_JIT": mode})
        failure = everything(result) if result.returncode else ""
        if source not in version.own_sources():
            failure = first_difference(expected_output(work, source, version), everything(result))
        report(f"{name}, jit {mode}", failure)


VALGRIND = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect"]


def test_valgrind(work, build):
    """Host programs, and programs that use C modules."""
    for version in VERSIONS:
        for source in host_sources():
            name, program = version.title(f"valgrind: {source.name}"), work / source.stem
            problem = compile_host(source, program, version.ours, "-g", *version.linked(build))
            if problem:
                report(name, problem)
                continue
            environment = with_library(build, HOST_STRIDE="97")
            result = run([*VALGRIND, program], timeout=600, env=environment)
            report(name, first_difference(expected_output(work, source, version), everything(result)))
    for program in sorted((HERE / "modules").glob("*.lua")):
        command = [build / "perigee", program]
        expected = run(command, cwd=work, env=plain_environment()).returncode
        result = run([*VALGRIND, *command], timeout=600, cwd=work, env=plain_environment())
        report(f"valgrind: {program.name}", "" if result.returncode == expected else everything(result))
