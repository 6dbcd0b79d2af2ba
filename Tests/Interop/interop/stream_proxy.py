# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""A proxy on loopback that reads a server's lines and may change them on the way."""
import contextlib
import socket
import threading


class LineProxy:
    """Passes octets on to a port of loopback, and lines back through a function. A context manager; `port` is where clients
    find it, `damaged` how many lines the function changed."""

    def __init__(self, target_port, change):
        self.target_port, self.change, self.damaged = target_port, change, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets = [self.listener]
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        for opened in self.sockets:
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()
        self.thread.join(30)

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target_port), 30)
                server.settimeout(None)
                self.sockets += [client, server]
                threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
                threading.Thread(target=self._back, args=(server, client), daemon=True).start()

    @staticmethod
    def _forward(client, server):
        with contextlib.suppress(OSError):
            while data := client.recv(65_536):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _back(self, server, client):
        with contextlib.suppress(OSError):
            with server.makefile("rb") as lines:
                for line in lines:
                    changed = self.change(line[:-1]) + b"\n"
                    self.damaged += changed[:-1] != line[:-1]
                    client.sendall(changed)
            client.shutdown(socket.SHUT_RDWR)
