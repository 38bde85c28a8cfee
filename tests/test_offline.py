"""The suite, and every process that it starts, reaches nothing but this machine."""

import contextlib
import socket
from pathlib import Path

import offline_guard
import pytest
from offline_guard import RefusedConnectionError

from support import run_python

# TEST-NET-1 (RFC 5737): an address that no machine has.
ELSEWHERE = "192.0.2.1"


@pytest.mark.reaches_out
def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as tried, pytest.raises(RefusedConnectionError):
        tried.connect((ELSEWHERE, 80))


@pytest.mark.reaches_out
def test_a_connection_that_returns_its_error_is_refused() -> None:
    with socket.socket() as tried, pytest.raises(RefusedConnectionError):
        tried.connect_ex((ELSEWHERE, 80))


@pytest.mark.reaches_out
def test_a_datagram_to_another_machine_is_refused() -> None:
    kind = socket.SOCK_DGRAM
    with socket.socket(type=kind) as tried, pytest.raises(RefusedConnectionError):
        tried.sendto(b"?", (ELSEWHERE, 53))


@pytest.mark.reaches_out
def test_an_ipv6_connection_to_another_machine_is_refused() -> None:
    with socket.socket(socket.AF_INET6) as tried, pytest.raises(RefusedConnectionError):
        tried.connect(("2001:db8::1", 80))


@pytest.mark.reaches_out
def test_a_name_look_up_is_refused() -> None:
    with pytest.raises(RefusedConnectionError):
        socket.getaddrinfo("huggingface.co", 443)


@pytest.mark.reaches_out
def test_an_old_style_name_look_up_is_refused() -> None:
    with pytest.raises(RefusedConnectionError):
        socket.gethostbyname("huggingface.co")


@pytest.mark.reaches_out
def test_a_refusal_that_was_swallowed_is_still_known() -> None:
    offline_guard.attempts.clear()
    with contextlib.suppress(OSError):
        socket.create_connection((ELSEWHERE, 80), timeout=1)
    assert offline_guard.attempts == [f"socket.getaddrinfo {ELSEWHERE}"]


@pytest.mark.parametrize(("family", "host"), [("AF_INET", "127.0.0.1"), ("AF_INET6", "::1")])
def test_loopback_connections_work(family: str, host: str) -> None:
    kind = getattr(socket, family)
    with socket.socket(kind) as server, socket.socket(kind) as client:
        try:
            server.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        server.listen()
        client.connect(server.getsockname())
        assert client.getpeername() == server.getsockname()


def test_localhost_is_looked_up() -> None:
    assert socket.getaddrinfo("localhost", 80)


def test_unix_sockets_work(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)
        assert client.getpeername() == path


def test_a_child_process_is_refused_too(tmp_path: Path) -> None:
    log = tmp_path / "attempts"
    code = f"import socket; socket.create_connection(('{ELSEWHERE}', 80), timeout=1)"
    finished = run_python("-c", code, OFFLINE_ATTEMPTS=str(log))
    assert "RefusedConnectionError" in finished.stderr
    assert log.read_text("utf-8") == f"socket.getaddrinfo {ELSEWHERE}\n"
