"""Taking the address that the page is served on, or saying in one line why it cannot be had."""

import errno
import os
import socket

from clusterqa.errors import ConfigError


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on `host` and `port`.

    Raises:
        ConfigError: it cannot; says why and what to run instead.
    """
    if not 0 <= port <= 65535:
        raise ConfigError(f"port {port} is not between 0 and 65535; try: clusterqa serve")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError(_refusal(host, port, error)) from error
    try:
        if os.name == "posix":  # elsewhere it would share a port that is in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise ConfigError(_refusal(host, port, error)) from error
    return listener


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return (
            f"port {port} of {host} is in use by another program; "
            f"take another: clusterqa serve --port {other}"
        )
    if error.errno == errno.EACCES:
        return f"port {port} needs special rights; take another: clusterqa serve --port 7860"
    return f"cannot listen on '{host}': {error.strerror or error}; try: clusterqa serve"
