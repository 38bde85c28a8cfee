"""Refuses every connection and name look-up that would leave this machine.

An audit hook sees the calls of every Python socket, whoever makes them, and cannot be taken out
again. What was refused is kept in `attempts`, and in the file that OFFLINE_ATTEMPTS names.
"""

import ipaddress
import os
import socket
import sys
from pathlib import Path

attempts: list[str] = []
_FAMILIES = (socket.AF_INET, socket.AF_INET6)
_SENDING = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOKING_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


class RefusedConnectionError(OSError):
    """A test, or what it called, reached for the network."""


def install() -> None:
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple) -> None:
    if event in _SENDING:
        connection, address = arguments[0], arguments[1]
        if connection.family in _FAMILIES and address is not None:
            _check(event, address[0])
    elif event in _LOOKING_UP:
        _check(event, arguments[0])


def _check(event: str, host: object) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost") or _is_loopback(str(name)):
        return
    attempts.append(f"{event} {name}")
    if os.environ.get("OFFLINE_ATTEMPTS"):
        with Path(os.environ["OFFLINE_ATTEMPTS"]).open("a", encoding="utf-8") as stream:
            stream.write(f"{event} {name}\n")
    raise RefusedConnectionError(f"refused {event} to {name}: tests run offline")


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False
