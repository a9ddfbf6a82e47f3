"""Programs that link liblua5.3.so.0, run with ours in its place; what they print is compared with stock Lua's library."""
import http.client
import http.server
import re
import shutil
import socket
import struct
import subprocess
import threading

from checks import HERE, LUA_5_3, everything, first_difference, free_port, report, run, wait_until, with_library

PROGRAMS = HERE / "programs" / "lua53"


def compare(name, build, produce, proof):
    """`produce` makes a text with the library in a directory; `proof` is in it if Lua code ran."""
    expected, actual = produce(LUA_5_3.stock_library.parent), produce(build)
    problem = first_difference(expected, actual)
    report(f"programs/{name}", problem or ("" if proof in actual else f"without '{proof}':\n{actual}"))


class Pages(http.server.BaseHTTPRequestHandler):
    """A web server with nothing in its answers that depends on the time."""
    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # scanners break off

    def do_GET(self):
        body = f"<html><head><title>{self.path}</title></head>{'<p>' * len(self.path)}</html>".encode()
        self.send_response_only(200)
        self.send_header("Server", "pages")
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


class PageServer(http.server.ThreadingHTTPServer):
    request_queue_size = 64


def test_nmap(build):
    """The scripting engine: its own code and libraries in Lua, scripts as coroutines that wait for the network."""
    scripts = ",".join("+" + s for s in ("http-title", "http-headers", "http-methods", "http-server-header", "http-comments-displayer",
                                         f"{PROGRAMS}/service.nse"))
    with PageServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def scan(library):
            result = run(["nmap", "-n", "-Pn", "-sT", "--unprivileged", "-p", server.server_port, "--script", scripts, "127.0.0.1"],
                         env=with_library(library))
            text = re.sub(r"(?m)^(Starting Nmap|Host is up|Nmap done).*\n", "", everything(result))
            # Scripts that end at the same time are told in any order.
            return "".join(sorted(re.findall(r"(?m)^(?:\| .*\n)*\|_.*\n|^[^|].*\n", text)))
        try:
            compare("nmap", build, scan, "Lua 5.3, 9223372036854775807")
        finally:
            server.shutdown()


RPM = [
    'print(_VERSION, rpm.expand("%{_arch}")) for i = 1, 3 do print(i * 1.5, i // 2, 2^53 | 0) end',
    'local t = {} for w in ("a b c"):gmatch("%a") do t[#t + 1] = w:upper() end print(table.concat(t, ","), bit32.band(7, 13))',
    'rpm.define("twice() %{lua: print(2 * tonumber(rpm.expand(\\"%1\\")))}") print(rpm.expand("%twice 21"))',
    'print(rpm.vercmp("1.10", "1.9")) print(#posix.getenv("PATH") > 0) print(pcall(rpm.expand))',
    'for _, name in ipairs(posix.dir("/usr/share/common-licenses")) do if name == "GPL-3" then print(name) end end',
    'error("on purpose")', 'x = = 1', 'local t = nil; print(t.field)', 'error({})',
    'print(select("#", table.unpack({}, 1, 100))) print(pcall(string.rep)) print(load("return 1 <const>"))',
]


def test_rpm(build):
    def expand(library):
        return "".join(everything(run(["rpm", "--eval", f"%{{lua: {code} }}"], env=with_library(library))) for code in RPM)
    compare("rpm", build, expand, "Lua 5.3")


class Server:
    """A server under test: started, waited for, stopped."""
    def __init__(self, command, port, library):
        self.process = subprocess.Popen([str(c) for c in command], env=with_library(library), stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.port = port

    def __enter__(self):
        def listens():
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", self.port)) == 0
        wait_until(listens)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.output = self.process.communicate(timeout=20)[0]

    def ask(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Accept-Encoding": "identity", "Host": "test"})
            answer = connection.getresponse()
            body = answer.read().decode()
            headers = sorted(f"{k}: {v}" for k, v in answer.getheaders() if k.lower() != "date")
            return f"{answer.status}\n" + "\n".join(headers) + f"\n{body}\n"
        except (http.client.HTTPException, ConnectionError) as e:
            return f"closed: {type(e).__name__}\n"
        finally:
            connection.close()


def test_haproxy(work, build):
    """Its Lua functions are coroutines that the server pauses in a count hook, too."""
    def serve(library):
        port = free_port()
        configuration = work / "haproxy.cfg"
        configuration.write_text(
            f"global\n  lua-load {PROGRAMS}/haproxy.lua\n"
            "defaults\n  mode http\n  timeout client 10s\n  timeout server 10s\n  timeout connect 10s\n"
            f"frontend f\n  bind 127.0.0.1:{port}\n  http-request lua.wait\n"
            '  http-response set-header x-sum "%[lua.sum(20,22)]"\n'
            '  http-response set-header x-waited "%[var(txn.waited),lua.shout]"\n  http-request use-service lua.answer\n')
        with Server(["haproxy", "-db", "-f", configuration], port, library) as server:
            answers = [server.ask(path) for path in ("/a/b?x=1", "/error", "/nil", "/long", *(f"/page{i}" for i in range(100)))]
        told = re.findall(r"Lua applet .*", server.output)
        return "".join(answers) + "\n".join(told)
    compare("haproxy", build, serve, "x-waited: LUA 5.3!")


def test_apache(work, build):
    modules = "/usr/lib/apache2/modules"
    shutil.copy(PROGRAMS / "page.lua", work) # the server's user need not be able to read the checkout

    def serve(library):
        port = free_port()
        configuration = work / "httpd.conf"
        configuration.write_text(
            f'ServerName test\nServerRoot "{work}"\nDefaultRuntimeDir "{work}"\nPidFile "{work}/pid"\nErrorLog "{work}/errors"\n'
            f"Listen 127.0.0.1:{port}\nLoadModule mpm_event_module {modules}/mod_mpm_event.so\n"
            f"LoadModule authz_core_module {modules}/mod_authz_core.so\nLoadModule lua_module {modules}/mod_lua.so\n"
            f'User nobody\nGroup nogroup\nLuaMapHandler "^/" "{work}/page.lua" handle\n')
        with Server(["/usr/sbin/apache2", "-X", "-f", configuration], port, library) as server:
            return "".join(server.ask(f"/{i}?{query}") for i in range(20) for query in ("b=1&a=2", "kind=error", "kind=nil"))
    work.chmod(0o755)
    compare("apache: mod_lua", build, serve, "Lua 5.3")


def nbd_session(path):
    """Requests to a server of the network block device protocol (old way of naming an export), and its answers."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(path))
        stream = s.makefile("rb")
        stream.read(18)
        s.sendall(struct.pack(">I", 1) + b"IHAVEOPT" + struct.pack(">II", 1, 0))
        size = struct.unpack(">QH", stream.read(134)[:10])[0]
        said = [f"{size} bytes"]

        def ask(kind, offset, count, data=b""):
            s.sendall(struct.pack(">IHHQQI", 0x25609513, 0, kind, 1, offset, count) + data)
            error = struct.unpack(">IIQ", stream.read(16))[1]
            said.append(f"error {error}" if error else stream.read(count).decode() if kind == 0 else "done")
        for _ in range(100):
            ask(0, 16, 32)
        ask(0, 4096, 512)
        ask(1, 8, 4, b"WXYZ")
        ask(0, 0, 20)
        ask(0, 8192, 40)
        s.sendall(struct.pack(">IHHQQI", 0x25609513, 0, 2, 1, 0, 0))
        return "\n".join(said) + "\n"


def test_nbdkit(work, build):
    def serve(library):
        path = work / "nbd.sock"
        path.unlink(missing_ok=True)
        process = subprocess.Popen(["nbdkit", "-f", "-U", path, "lua", PROGRAMS / "disk.lua", "file=x", "size=2"],
                                   env=with_library(library), stderr=subprocess.PIPE, text=True)
        try:
            wait_until(path.exists)
            answers = nbd_session(path)
        finally:
            process.terminate()
            said = process.communicate(timeout=20)[1]
        return answers + said + f"exit code {process.returncode}\n"
    compare("nbdkit", build, serve, "Lua 5.3 ")


def test_miltertest(build):
    def attempt(library):
        result = run(["miltertest", "-s", "mail.lua"], cwd=PROGRAMS, env=with_library(library))
        # It pops from an empty stack first of all. With stock Lua's library it then has lost the messages of errors.
        return f"{result.stdout}exit code {result.returncode}\n"
    compare("miltertest", build, attempt, "Lua 5.3")


def test_programs_5_3(work, build):
    test_nmap(build)
    test_rpm(build)
    test_haproxy(work, build)
    test_apache(work, build)
    test_nbdkit(work, build)
    test_miltertest(build)
