"""A wire between a clerk and a database server, cut at a chosen place of the conversation."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""What a client sends to commit."""
COMMITTED = b"COMMIT\x00"
"""What a server answers when it has."""
Deed = Callable[[], None]


class Wire:
    """Passes everything on, both ways, until the first COMMIT (or ``at``, or the ``nth`` message of a client) passes.

    ``answered``: the COMMIT reaches the server and its answer is lost, instead of the COMMIT itself. ``deed``: done
    before the COMMIT is passed on, instead of cutting anything. ``cut`` tells that it came to that; from then on every
    connection passes untouched. ``heard``: how many messages came from clients.
    """

    def __init__(
        self, port: int, *, at: bytes = COMMIT, nth: int = 0, answered: bool = False, deed: Deed | None = None
    ) -> None:
        self._to, self._at, self._nth, self._answered, self._deed = port, at, nth, answered, deed
        self.cut, self.heard = False, 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):  # the door was closed
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                for one, other, mine in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=(one, other, mine), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, from_client: bool) -> None:
        with suppress(OSError), one, other:  # whoever hangs up first ends both
            while data := one.recv(65536):
                if self._stops(data, from_client):
                    break
                other.sendall(data)
            for each in (one, other):
                each.shutdown(socket.SHUT_RDWR)

    def _stops(self, data: bytes, from_client: bool) -> bool:
        """Whether the wire is cut before this is passed on."""
        self.heard += from_client
        if self._nth:
            stops = not self.cut and self.heard >= self._nth and from_client != self._answered
            self.cut |= stops
            return stops
        if self.cut or (self._at if from_client else COMMITTED) not in data:
            return False
        if self._deed is not None:
            if from_client:
                self.cut = True
                self._deed()
            return False
        if from_client == self._answered:
            return False
        self.cut = True
        return True
