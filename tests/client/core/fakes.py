"""A fake server, page and clock for the core of the client. Standard library only: this runs on MicroPython too."""

from authwright.client.core.api import Api
from authwright.client.core.store import SessionStore

ALICE = {"user": {"name": "Alice", "email": "alice@example.com"}, "expires": "2030-01-01T00:00:00.000Z"}
BOB = {"user": {"name": "Bob", "email": "bob@example.com"}, "expires": "2030-01-01T00:00:00.000Z"}
LATER = {"user": {"name": "Alice", "email": "alice@example.com"}, "expires": "2040-01-01T00:00:00.000Z"}
PROVIDERS = {"credentials": {"type": "credentials"}, "email": {"type": "email"}, "corp": {"type": "oauth"}}
END = 1893456000.0  # 2030-01-01T00:00:00Z


class Server:
    """A server with set answers: ``answers["session"] = (200, ALICE)``. If an answer is an exception, it is raised."""

    def __init__(self):
        self.requests = []
        self.answers = {"session": (200, {}), "csrf": (200, {"csrfToken": "token"}), "providers": (200, PROVIDERS)}
        self.before = None

    async def request(self, method, url, headers, body):
        self.requests.append((method, url, body))
        action = url.replace("/api/auth/", "").split("?")[0]
        answer = self.answers[action]
        if self.before:
            await self.before(action)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def asked(self, action):
        return [one for one in self.requests if one[1].split("?")[0] == "/api/auth/" + action]


class Page:
    """A page whose events and timers run when a test says so."""

    def __init__(self):
        self.online = True
        self.went = []
        self.posted = []
        # What the browser remembers for all its pages.
        self.signed_in = False
        self.waiting = []
        self.timers = []
        self.listeners = {"storage": [], "visible": [], "online": []}

    async def here(self):
        return "http://localhost:3000/page"

    def navigate(self, url):
        self.went.append(url)

    def post(self, message, signed_in=None, if_new=False):
        if signed_in is not None:
            if if_new and self.signed_in == signed_in:
                return
            self.signed_in = signed_in
        if message:
            self.posted.append(message)

    def on(self, event, callback):
        self.listeners[event].append(callback)
        return lambda: self.listeners[event].remove(callback)

    def every(self, seconds, callback):
        timer = (seconds, callback)
        self.timers.append(timer)
        return lambda: timer in self.timers and self.timers.remove(timer)

    def spawn(self, coroutine):
        self.waiting.append(coroutine)

    async def settle(self):
        while self.waiting:
            await self.waiting.pop(0)

    async def happens(self, event):
        for callback in list(self.listeners[event]):
            callback()
        await self.settle()

    async def passes(self, seconds):
        for after, callback in list(self.timers):
            if after <= seconds:
                callback()
        await self.settle()

    def triggers(self):
        return [message["data"]["trigger"] for message in self.posted]


async def raised(call):
    """Return the exception that *call* raises, which may be asynchronous. (MicroPython has no pytest.)"""
    try:
        called = call()
        if hasattr(called, "send"):
            await called
    except Exception as error:
        return error
    raise AssertionError("The call raises nothing.")


class Scene:
    """A store with its server, page and clock."""

    def __init__(self, now=1800000000.0, **options):
        self.server = Server()
        self.page = Page()
        self.now = now
        self.api = Api(self.server, self.page)
        self.store = SessionStore(self.api, clock=lambda: self.now, **options)
        self.seen = []
        self.store.subscribe(lambda context: self.seen.append(context.status))

    async def start(self):
        self.store.start()
        await self.page.settle()

    @property
    def status(self):
        return self.store.snapshot.status
