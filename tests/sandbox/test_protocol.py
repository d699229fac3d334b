"""The wire schema is strict, and nothing that arrives can do worse than ProtocolError."""

import json
import random
import struct

import pytest

from sandbox import protocol
from sandbox.protocol import (
    VERSION,
    Challenge,
    Decoder,
    Done,
    Hello,
    Measured,
    Output,
    ProtocolError,
    Report,
    Request,
    RunDone,
    ThreadStack,
    decode,
    encode,
)

REQUEST = Request(VERSION, "7", "grade", "print()", 3, {"wall_seconds": 1.0}, Challenge("s", "c"))
EXAMPLES: list[protocol.Message] = [
    REQUEST,
    Hello(VERSION, "3.13.5", True),
    Output(None, "stdout", "\x1b[31m\x00\ufffd\U0001f600", None),
    protocol.TestDone(
        0,
        Report("ACCEPTED", "ok"),
        Measured(1, 2.5, 3, 4, 5, "wall", None, 9, [ThreadStack("a", "lock", [protocol.Frame("main.py", 1, "f")])]),
    ),
    RunDone(Measured(0, 0, 0, 0, 0)),
    Done(),
]


def body(message: protocol.Message, **changes: object) -> bytes:
    found = json.loads(encode(message)[4:])
    found.update(changes)
    return json.dumps({key: value for key, value in found.items() if value is not ...}).encode()


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda each: type(each).__name__)
def test_what_is_sent_is_what_arrives(message):
    assert list(Decoder(protocol.MAX_REQUEST).feed(encode(message))) == [message]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"type": "Nonsense"}, "unknown message type 'Nonsense'"),
        ({"type": ["Hello"]}, "unknown message type"),
        ({"surplus": 1}, "unknown field 'surplus'"),
        ({"source": ...}, "lacks the field 'source'"),
        ({"source": 3}, r"Request.source is int, not str"),
        ({"seed": True}, r"Request.seed is bool, not int"),
        ({"seed": 1.5}, r"Request.seed is float, not int"),
        ({"kind": "other"}, r"Request.kind is 'other', not one of"),
        ({"challenge": {"scenario": ""}}, r"Request.challenge lacks the field 'checks'"),
        ({"limits": []}, r"Request.limits is list, not an object"),
    ],
)
def test_a_field_that_does_not_fit_is_refused(changes, complaint):
    with pytest.raises(ProtocolError, match=complaint):
        decode(body(REQUEST, **changes))


@pytest.mark.parametrize("given", [b"", b"[]", b"null", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 10_000])
def test_what_is_no_message_is_refused(given):
    with pytest.raises(ProtocolError):
        decode(given)


def test_a_frame_over_the_limit_is_refused_before_it_is_read():
    with pytest.raises(ProtocolError, match="over the limit of 100"):
        list(Decoder(100).feed(struct.pack(">I", 101)))
    with pytest.raises(ProtocolError, match="over the limit"):
        encode(Output(None, "stdout", "x" * protocol.MAX_EVENT))


def test_a_cut_frame_is_seen_as_pending():
    decoder = Decoder()
    assert list(decoder.feed(encode(Done())[:-1])) == []
    assert decoder.pending
    assert list(decoder.feed(encode(Done())[-1:])) == [Done()]
    assert not decoder.pending


def test_a_lone_surrogate_does_not_break_the_frame():
    (arrived,) = Decoder().feed(encode(Output(None, "stdout", "a\ud800b")))
    assert arrived == Output(None, "stdout", "a?b")


def test_fuzz_pieces_of_any_size_give_the_same_messages():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    stream = b"".join(encode(message) for message in EXAMPLES)
    for _ in range(50):
        decoder, position = Decoder(protocol.MAX_REQUEST), 0
        arrived: list[protocol.Message] = []
        while position < len(stream):
            size = rng.randint(1, 40)
            arrived += decoder.feed(stream[position : position + size])
            position += size
        assert arrived == EXAMPLES


def test_fuzz_damaged_frames_raise_nothing_but_protocol_error():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    refused = 0
    for _ in range(3000):
        damaged = bytearray(encode(rng.choice(EXAMPLES)))
        for _ in range(rng.randint(1, 4)):
            match rng.randrange(3):
                case 0:
                    damaged[rng.randrange(len(damaged))] = rng.randrange(256)
                case 1:
                    del damaged[rng.randrange(len(damaged)) :]
                    damaged += b"\0"
                case 2:
                    damaged[rng.randrange(len(damaged)) : 0] = rng.randbytes(rng.randint(1, 9))
        try:
            list(Decoder(protocol.MAX_REQUEST).feed(bytes(damaged)))
        except ProtocolError:
            refused += 1
    assert refused > 100, "the damage was none: this test tests nothing"


def test_fuzz_random_bytes_raise_nothing_but_protocol_error():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(3000):
        noise = rng.randbytes(rng.randint(0, 60))
        with pytest.raises(ProtocolError):
            decode(noise)
