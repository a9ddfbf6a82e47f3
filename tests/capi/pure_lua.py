"""Programs in Lua that need C modules, run by our command and by lua5.4; what they print and write is compared."""
import base64
import re
import shutil
import signal
import socket
import subprocess
import xml.etree.ElementTree

from checks import HERE, LUA_5_4, everything, first_difference, free_port, plain_environment, report, run, wait_until

PROGRAMS = HERE / "programs"
# Debian keeps libraries of all versions in 5.1's directory; not all have links in the others'.
LUA_PATH = ";".join(f"/usr/share/lua/{v}/?.lua;/usr/share/lua/{v}/?/init.lua" for v in ("5.4", "5.1")) + ";./?.lua"


class Interpreter:
    """A command under the name that programs know, in a directory of its own."""

    def __init__(self, work, name, command, include):
        directory = work / name
        directory.mkdir()
        self.lua = directory / "lua5.4"
        self.lua.symlink_to(command)
        self.include = include
        self.work = directory
        self.environment = {**plain_environment(), "LUA_PATH": LUA_PATH, "HOME": str(directory), "LC_ALL": "C", "TZ": "UTC",
                            "PATH": f"{directory}:/usr/bin:/bin:/usr/sbin:/sbin"}

    def run(self, *arguments, **options):
        return run([self.lua, *arguments], env=self.environment, timeout=300, **options)

    def plain(self, text):
        """Without what names the interpreter, and without addresses."""
        text = text.replace(str(self.work), "WORK").replace(str(self.include), "INCLUDE")
        return re.sub(r"0x[0-9a-f]{6,}", "ADDRESS", text)


def compare(name, interpreters, produce, expected=""):
    """`produce` makes a text with an interpreter; it must hold `expected`."""
    stock, ours = (i.plain(produce(i)) for i in interpreters)
    report(name, first_difference(stock, ours) or ("" if expected in ours else f"it lacks '{expected}':\n{ours}"))


def luacheck(interpreter):
    return everything(interpreter.run("/usr/bin/luacheck", "/usr/lib/prosody", "--std", "max", "--no-color", "--no-cache"))


def busted(interpreter):
    return everything(interpreter.run("/usr/bin/busted", "--output", "TAP", "spec", cwd=PROGRAMS))


def ldoc(interpreter):
    output = interpreter.work / "doc"
    result = interpreter.run("/usr/bin/ldoc", "--dir", output, "--date", "fixed", "--project", "Penlight", "/usr/share/lua/5.1/pl")
    pages = [f"{page.relative_to(output)}\n{page.read_text(errors='replace')}" for page in sorted(output.rglob("*.html"))]
    return "".join(pages) + everything(result)


def luarocks(interpreter):
    """The version, an empty list, a local rock with a C module, the list with it, and the rock at work."""
    rock, tree = interpreter.work / "rock", interpreter.work / "tree"
    shutil.copytree(PROGRAMS / "rock", rock)
    text = ""
    for arguments in (["--version"], ["--tree", tree, "list"],
                      ["--tree", tree, "make", f"LUA_INCDIR={interpreter.include}"], ["--tree", tree, "list"]):
        text += everything(interpreter.run("/usr/bin/luarocks", *arguments, cwd=rock))
    program = (f"package.path = '{tree}/share/lua/5.4/?.lua' package.cpath = '{tree}/lib/lua/5.4/?.so' "
               "print(require 'hello'.greet('rock', 21)) print(pcall(require 'hello'.greet, 'rock', 'x'))")
    return text + everything(interpreter.run("-e", program))


STREAM = ("<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' "
          "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>")
DIALOGUE = [  # what is said, and what ends the answer
    (STREAM, "</stream:features>"),
    ("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
     + base64.b64encode(b"\0juliet\0secret").decode() + "</auth>", "sasl'/>"),
    (STREAM, "</stream:features>"),
    ("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>", "</iq>"),
    ("<iq type='get' id='q'><query xmlns='jabber:iq:roster'/></iq>", "</iq>"),
    ("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>", "/>"),
    ("<iq type='get' id='d' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>", "</iq>"),
    ("<message to='juliet@localhost/r'><body>to myself</body></message>", "</message>"),
    ("<broken></wrong>", "</stream:stream>"),
]


def canonical(answer):
    """The elements of an answer without an order, which is that of a traversal and differs from run to run."""
    answer = re.sub(r"<\?xml.*?\?>", "", answer)
    if "<stream:stream " in answer and "</stream:stream>" not in answer:
        answer += "</stream:stream>"
    if answer.endswith("</stream:stream>") and "<stream:stream " not in answer:
        answer = answer[:-len("</stream:stream>")]
    answer = f"<all xmlns:stream='s'>{answer}</all>"

    def lines(element):
        attributes = {k: v for k, v in element.attrib.items() if k != "id" or len(v) < 20}
        own = f"{element.tag} {sorted(attributes.items())} {element.text or ''}"
        return [own] + ["  " + line for part in sorted(map(lines, element)) for line in part]
    return "\n".join(lines(xml.etree.ElementTree.fromstring(answer))) + "\n"


def configure_prosody(interpreter, port):
    data, accounts = interpreter.work / "data", interpreter.work / "data" / "localhost" / "accounts"
    accounts.mkdir(parents=True)
    (accounts / "juliet.dat").write_text('return { ["password"] = "secret"; };\n')
    (interpreter.work / "certs").mkdir()
    configuration = interpreter.work / "prosody.cfg.lua"
    configuration.write_text(f'''
run_as_root = true
pidfile = "{interpreter.work}/pid"
data_path = "{data}"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
c2s_direct_tls_ports, legacy_ssl_ports, s2s_ports, component_ports = {{}}, {{}}, {{}}, {{}}
modules_enabled = {{ "roster", "saslauth", "disco", "ping", "time", "version", "private", "posix" }}
modules_disabled = {{ "s2s", "tls" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
log = {{ {{ levels = {{ min = "info" }}, to = "file", filename = "{interpreter.work}/log" }} }}
VirtualHost "localhost"
''')
    return configuration


def prosody(interpreter):
    """Starts, answers one client, is told to stop: the handler of SIGTERM sets a hook."""
    port = free_port()
    configuration = configure_prosody(interpreter, port)
    log = interpreter.work / "log"
    logged = lambda: log.read_text() if log.exists() else ""
    process = subprocess.Popen([interpreter.lua, "/usr/bin/prosody", "--config", configuration, "-F"],
                               env=interpreter.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    text = ""
    try:
        if not wait_until(lambda: "Activated service 'c2s' on" in logged(), 30):
            return "it does not start:\n" + logged()
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            for said, end in DIALOGUE:
                client.sendall(said.encode())
                answer = ""
                while end not in answer:
                    piece = client.recv(65536).decode()
                    if not piece:
                        break
                    answer += piece
                text += canonical(answer)
        wait_until(lambda: "Client disconnected" in logged())
    finally:
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)[0]
    text += said + f"exit code {process.returncode}\n"
    lines = (line[16:] for line in logged().replace(str(port), "PORT").splitlines())
    return text + "\n".join(re.sub(r"^c2s[0-9a-f]{5,}", "c2sSESSION", line) for line in lines)


def test_pure_lua(work, build):
    interpreters = [Interpreter(work, "lua_1", shutil.which("lua5.4"), LUA_5_4.stock), Interpreter(work, "lua_2", build / "perigee", LUA_5_4.ours)]
    compare("lua/luacheck over prosody", interpreters, luacheck, "0 errors in 2")
    compare("lua/busted", interpreters, busted, "1..59")
    compare("lua/ldoc over penlight", interpreters, ldoc, "modules/pl.stringx.html")
    compare("lua/luarocks", interpreters, luarocks, "hello rock, 42")
    compare("lua/prosody", interpreters, prosody, "Shutdown complete")
