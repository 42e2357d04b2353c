"""The packets between the server and a visitor's process: those of textual-serve.

A packet is a letter, the size of what follows in four bytes, and that: `D` are keys in one
direction and what the terminal shows in the other, `M` is JSON about it.
"""

from __future__ import annotations

import asyncio
import json
from typing import NamedTuple

_MOST = 2**23
"""Bytes of a packet; a frame has some 10,000."""

_READY = b"__GANGLION__\n"
"""What Textual writes before its first packet."""


class Packet(NamedTuple):
    """One packet: its letter, and what is in it."""

    kind: bytes
    content: bytes


class PacketError(Exception):
    """What came is not a packet."""


def data(content: bytes) -> bytes:
    """A packet of keys."""
    return b"D" + len(content).to_bytes(4, "big") + content


def meta(kind: str, **fields: object) -> bytes:
    """A packet that says something else."""
    content = json.dumps({"type": kind} | fields).encode()
    return b"M" + len(content).to_bytes(4, "big") + content


async def read_beginning(stream: asyncio.StreamReader) -> None:
    """Wait until the app has started. Raises PacketError, or IncompleteReadError if it ends."""
    if await stream.readexactly(len(_READY)) != _READY:
        raise PacketError("not Textual")


async def read_packet(stream: asyncio.StreamReader) -> Packet:
    """The next packet. Raises PacketError, or IncompleteReadError at the end."""
    head = await stream.readexactly(5)
    size = int.from_bytes(head[1:], "big")
    if size > _MOST:
        raise PacketError(f"a packet of {size:,} bytes")
    return Packet(head[:1], await stream.readexactly(size))


def says_exit(packet: Packet) -> bool:
    """Whether the app says that it ends."""
    if packet.kind != b"M":
        return False
    try:
        found = json.loads(packet.content)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("type") == "exit"
