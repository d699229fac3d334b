"""The writer of the live log: order, batches, size of entries, and brokers that lose what they had."""

import json
import uuid
from typing import Any

import pytest
import redis

from playground import events, streams
from playground.events import Event
from playground.streams import StreamWriter
from tests.playground.conftest import Broker
from tests.playground.make import until


def out(text: str) -> Event:
    return events.output(None, "stdout", text, None)


def entries(key: str) -> list[dict[str, str]]:
    found: Any = streams.client().xrange(key)
    return [fields for _, fields in found]


def log(key: str) -> list[Event]:
    return [event for fields in entries(key) for event in json.loads(fields["events"])]


@pytest.fixture
def name() -> uuid.UUID:
    return uuid.uuid4()


def test_everything_is_there_in_order_and_the_end_is_marked(valkey: redis.Redis, name: uuid.UUID) -> None:
    sent = [out(str(i)) for i in range(500)]
    with StreamWriter(name, 1) as writer:
        for event in sent:
            writer.append(event)
    assert log(streams.key(name, 1)) == sent
    assert [streams.END in fields for fields in entries(streams.key(name, 1))][-1]
    assert sum(streams.END in fields for fields in entries(streams.key(name, 1))) == 1


def test_the_first_event_does_not_wait_and_many_go_together(valkey: redis.Redis, name: uuid.UUID) -> None:
    key = streams.key(name, 1)
    with StreamWriter(name, 1) as writer:
        writer.append(out("first"))
        until("the first is there", lambda: log(key) == [out("first")])
        for i in range(1000):
            writer.append(out(str(i)))
        until("all are there", lambda: len(log(key)) == 1001)
        assert len(entries(key)) < 100


def test_an_entry_has_a_bearable_size(valkey: redis.Redis, name: uuid.UUID) -> None:
    sent = [out("x" * 1000) for _ in range(1000)]
    writer = StreamWriter(name, 1)
    for event in sent:
        writer.append(event)
    with writer:
        pass
    assert log(streams.key(name, 1)) == sent
    sizes = [len(fields["events"]) for fields in entries(streams.key(name, 1))]
    assert max(sizes) < 2 * streams.ENTRY_CHARACTERS
    assert len(sizes) < 40


def test_a_log_without_events_has_an_end(valkey: redis.Redis, name: uuid.UUID) -> None:
    with StreamWriter(name, 1):
        pass
    assert entries(streams.key(name, 1)) == [{"events": "[]", streams.END: "1"}]


def test_an_attempt_that_fails_before_there_is_anything_to_tell_leaves_no_log(
    valkey: redis.Redis, name: uuid.UUID
) -> None:
    with pytest.raises(LookupError), StreamWriter(name, 1):
        raise LookupError
    assert entries(streams.key(name, 1)) == []


def test_a_log_goes_away_by_itself(valkey: redis.Redis, name: uuid.UUID) -> None:
    key = streams.key(name, 1)
    with StreamWriter(name, 1) as writer:
        writer.append(out("x"))
        until("it is there", lambda: bool(valkey.exists(key)))
        assert streams.KEPT_AFTERWARDS < int(valkey.ttl(key)) <= streams.KEPT_WHILE_RUNNING
    assert 0 < int(valkey.ttl(key)) <= streams.KEPT_AFTERWARDS


def test_attempts_do_not_mix(valkey: redis.Redis, name: uuid.UUID) -> None:
    with StreamWriter(name, 1) as late, StreamWriter(name, 2) as second:
        late.append(out("late"))
        second.append(out("second"))
    assert log(streams.key(name, 1)) == [out("late")]
    assert log(streams.key(name, 2)) == [out("second")]


def test_a_log_that_was_lost_is_written_anew_after_a_reset(valkey: redis.Redis, name: uuid.UUID) -> None:
    key = streams.key(name, 1)
    with StreamWriter(name, 1) as writer:
        writer.append(out("a"))
        until("a is there", lambda: log(key) == [out("a")])
        valkey.flushall()
        writer.append(out("b"))
        until("all is there again", lambda: log(key) == [events.reset(), out("a"), out("b")])
        valkey.flushall()
    assert log(key) == [events.reset(), out("a"), out("b")]
    assert streams.END in entries(key)[-1]


def test_a_broker_that_was_killed_gets_all_of_it_again(broker: Broker, name: uuid.UUID) -> None:
    key = streams.key(name, 1)
    with StreamWriter(name, 1) as writer:
        writer.append(out("a"))
        until("a is there", lambda: log(key) == [out("a")])
        broker.kill()
        writer.append(out("b"))
        writer.append(out("c"))
        broker.start()
        until("all is there again", lambda: log(key)[-3:] == [out("a"), out("b"), out("c")])
        assert log(key)[0] == events.reset()
        writer.append(out("d"))
    assert log(key)[-4:] == [out(letter) for letter in "abcd"]
    assert streams.END in entries(key)[-1]


def test_a_broker_that_is_away_does_not_fail_the_work(broker: Broker, name: uuid.UUID) -> None:
    broker.kill()
    with StreamWriter(name, 1) as writer:
        writer.append(out("a"))
    streams.announce(name, 1)
    broker.start()
    assert entries(streams.key(name, 1)) == []


def test_an_append_whose_answer_was_lost_is_not_shown_twice(
    broker: Broker, name: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = redis.client.Pipeline.execute
    lost: list[str] = []

    def execute_and_lose_the_answer(self: Any, *args: Any, **options: Any) -> Any:
        found = execute(self, *args, **options)
        if len(lost) < 3:
            lost.append("")
            raise redis.ConnectionError("the answer was lost")
        return found

    monkeypatch.setattr(redis.client.Pipeline, "execute", execute_and_lose_the_answer)
    key = streams.key(name, 1)
    with StreamWriter(name, 1) as writer:
        writer.append(out("a"))
        until("it was tried again", lambda: len(lost) == 3 and out("a") in log(key)[-1:])
        writer.append(out("b"))
    told = log(key)
    last = max(i for i, event in enumerate(told) if event == events.reset())
    assert told[last + 1 :] == [out("a"), out("b")]
