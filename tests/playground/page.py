"""A browser's page, as far as the live log goes: what it shows after the messages that it received."""

import asyncio
import uuid
from contextlib import aclosing
from typing import Any

from playground.events import Event
from playground.live import Message, reader

PATIENCE = 20.0


class Page:
    """Follows one submission; may leave and come back, and then goes on from its last cursor."""

    def __init__(self, submission: uuid.UUID) -> None:
        self.submission = submission
        self.cursor = ""
        self.shown: list[Event] = []
        self.messages: list[Message] = []
        self.resets = 0

    def receive(self, message: Message) -> None:
        self.messages.append(message)
        self.cursor, events = message
        for event in events:
            if event["type"] == "reset":
                self.shown.clear()
                self.resets += 1
            elif event["type"] != "queued":
                self.shown.append(event)

    @property
    def text(self) -> str:
        return "".join(event["text"] for event in self.shown if event["type"] == "output")

    @property
    def done(self) -> bool:
        return bool(self.shown) and self.shown[-1]["type"] == "done"

    async def follow(self, most: int | None = None, until: Any = None) -> "Page":
        """Until it is done, or has received so many messages, or the condition holds."""
        async with asyncio.timeout(PATIENCE), aclosing(reader().follow(self.submission, self.cursor)) as messages:
            count = 0
            async for message in messages:
                self.receive(message)
                count += 1
                if count == most or (until is not None and until(self)):
                    break
        return self
