"""A learner without a browser: what the pages do, by the same API and the same socket."""

import http.cookiejar
import json
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin


@dataclass
class Seen:
    """What arrived of one submission, with the time of arrival (time.time(), seconds)."""

    events: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    clicked: float = 0.0

    @property
    def seconds(self) -> float:
        """From the click to the last event."""
        return self.events[-1][0] - self.clicked

    @property
    def verdict(self) -> str | None:
        verdict: str | None = self.events[-1][1]["verdict"]
        return verdict

    def stamps(self) -> list[float]:
        """Seconds from the print to its arrival, of every line that begins with the time it was printed at."""
        return [
            at - float(line.split()[0])
            for at, event in self.events
            if event["type"] == "output"
            for line in event["text"].splitlines()
        ]


class Learner:
    """A guest with a session."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        self._opener.open(f"{self._address}/play/").read()

    def submit(self, source: str, challenge: str | None = None) -> Seen:
        """Runs source, or grades it against a challenge, and follows it to its end."""
        seen = Seen(clicked=time.time())
        with self._socket(self.post(source, challenge)) as socket:
            for message in socket:
                now = time.time()
                seen.events += [(now, event) for event in json.loads(message)["events"]]
        assert seen.events, "the socket was closed without a word"
        assert seen.events[-1][1]["type"] == "done", seen.events[-1]
        return seen

    def post(self, source: str, challenge: str | None = None) -> str:
        """Only queues it, and gives the path of its socket."""
        body = {"kind": "submit" if challenge else "run", "source": source, "challenge": challenge}
        path: str = self._ask("submissions", body)["socket"]
        return path

    def move(self, source: str, schedule: str = "", until: int = 1) -> dict[str, Any]:
        """Where a program stops for the next choice of who goes on (sandbox.exploration.Move)."""
        answer = self._ask("moves", {"source": source, "schedule": schedule, "until": until})
        assert answer["move"] is not None, answer["problem"]
        move: dict[str, Any] = answer["move"]
        return move

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/json",
            "X-CSRFToken": self._cookie("csrftoken"),
            "Referer": f"{self._address}/play/",
        }
        request = urllib.request.Request(f"{self._address}/api/{path}", json.dumps(body).encode(), headers)
        with self._opener.open(request) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def _socket(self, path: str) -> ClientConnection:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)
        address = self._address.replace("http", "ws", 1) + path
        origin = Origin(self._address)
        return connect(address, origin=origin, additional_headers={"Cookie": cookies}, proxy=None)

    def _cookie(self, name: str) -> str:
        return next(cookie.value or "" for cookie in self._cookies if cookie.name == name)
