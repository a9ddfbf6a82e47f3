"""Programs that link liblua5.4.so.0, run with ours in its place; what they print is compared with stock Lua's library."""
import http.client
import os
import re
import signal
import subprocess
import time

from checks import HERE, LUA_5_4, everything, first_difference, free_port, report, run, wait_until, with_library

PROGRAMS = HERE / "programs"


def compare(name, build, produce):
    """`produce` makes a text with the library in a directory."""
    report(name, first_difference(produce(LUA_5_4.stock_library.parent), produce(build)))


def test_clingo(build):
    for program in sorted(PROGRAMS.glob("*.lp")):
        def solve(library, program=program):
            result = run(["clingo", program.name, "0"], cwd=PROGRAMS, env=with_library(library))
            return "\n".join(line for line in (result.stdout + result.stderr).splitlines() if "Time" not in line)
        compare(f"programs/{program.name}", build, solve)


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
        f'magnet.attract-raw-url-to = ("{PROGRAMS}/magnet.lua")\n')
    process = subprocess.Popen(["/usr/sbin/lighttpd", "-D", "-f", configuration], env=with_library(library))
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
    expected = serve(LUA_5_4.stock_library.parent, work, 500)
    actual = serve(build, work, 10000)
    report("programs/lighttpd: answers", first_difference(expected, actual[:len(expected)]))
    count = sum(line.startswith(("200 ", "500 ")) for line in actual.splitlines())
    report(f"programs/lighttpd: {count} requests", "" if count == 10000 else "some were not answered")


def test_gnuplot(work, build):
    """The tikz terminal is a Lua program of 3,000 lines inside gnuplot."""
    def plot(library):
        picture = work / "plot.tex"
        picture.unlink(missing_ok=True)
        result = run(["gnuplot", PROGRAMS / "plot.gp"], cwd=work, env=with_library(library, LC_ALL="C"))
        text = picture.read_text() if picture.exists() else "no picture\n"
        return re.sub(r"(?m)^%% \w{3} \w{3} [ \d]\d .*$", "%% date", text) + everything(result)
    compare("programs/gnuplot: tikz", build, plot)
    expected = "\\\\end{tikzpicture}"
    report("programs/gnuplot: a whole picture", "" if re.search(expected, plot(build)) else "it has no end")


def test_neomutt(work, build):
    def configure(library):
        result = run(["neomutt", "-n", "-F", PROGRAMS / "neomutt.rc", "-D"], cwd=PROGRAMS, stdin=subprocess.DEVNULL,
                     env=with_library(library, HOME=str(work), LC_ALL="C", TERM="dumb"))
        return everything(result)
    compare("programs/neomutt", build, configure)
    text = configure(build)
    report("programs/neomutt: its script ran", "" if "1 4 9 16" in text and "from the script" in text else text)


def test_mle(work, build):
    def edit(library):
        result = run(["mle", "-N", "-H1", "-x", PROGRAMS / "mle.lua", "-K", "words,,1", "-k", "cmd_words,C-w,", "-n", "words",
                      "-M", "go C-e space x C-w y", "-p", "go"], input="the quick brown fox", cwd=PROGRAMS,
                     env=with_library(library, HOME=str(work), TERM="dumb"))
        return everything(result)
    compare("programs/mle", build, edit)
    text = edit(build)
    report("programs/mle: its script ran", "" if "BROWN" in text and "attempt to perform" in text else text)


def test_dnsmasq(work, build):
    """Leases of its file are told to the script as `old` ones. The server needs a raw socket, so root."""
    if os.geteuid() != 0:
        print("skip  programs/dnsmasq: needs root")
        return

    def lease(library):
        log, leases = work / "dnsmasq.log", work / "leases"
        log.write_text("")
        leases.write_text("2000000000 02:00:00:00:00:01 127.0.0.11 one *\n"
                          "2000000000 02:00:00:00:00:02 127.0.0.12 two 01:02:00:00:00:00:02\n")
        process = subprocess.Popen(
            ["/usr/sbin/dnsmasq", "--conf-file=/dev/null", "--no-daemon", "--port=0", "--no-ping", "--interface=lo",
             "--bind-interfaces", "--dhcp-alternate-port=16700", "--dhcp-range=127.0.0.10,127.0.0.20,255.255.255.0,1h",
             f"--dhcp-leasefile={leases}", f"--dhcp-luascript={PROGRAMS}/dnsmasq.lua", "--user=root",
             f"--pid-file={work}/dnsmasq.pid"],
            env=with_library(library, DNSMASQ_LOG=str(log)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            wait_until(lambda: all(f"hostname={name}" in log.read_text() for name in ("one", "two")))
        finally:
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=20)[0]
        # Two processes talk at once; repetitions of `old` leases depend on the time that starting takes.
        panic = "".join(re.findall(r"PANIC: .*?\)\)", said))
        return "".join(sorted(set(log.read_text().splitlines(True)))) + panic + f"exit code {process.returncode}\n"
    compare("programs/dnsmasq", build, lease)
    text = lease(build)
    report("programs/dnsmasq: its script ran", "" if "hostname=two" in text and "PANIC" in text else text)


def test_programs(work, build):
    test_clingo(build)
    test_lighttpd(work, build)
    test_gnuplot(work, build)
    test_neomutt(work, build)
    test_mle(work, build)
    test_dnsmasq(work, build)
