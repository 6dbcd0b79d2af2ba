# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The API under the names of DNSimple's hosts: a private CA, a TLS front and the CONNECT proxy that leads to it."""
import asyncio
import os
import ssl
import subprocess
import threading


class PrivateAuthority:
    """A certificate authority made for one run, and one server certificate of it."""

    def __init__(self, folder, names):
        self.bundle = os.path.join(folder, "ca.pem")
        self.certificate = os.path.join(folder, "server.pem")
        self.key = os.path.join(folder, "server.key")
        authority_key, request = os.path.join(folder, "ca.key"), os.path.join(folder, "server.csr")
        extensions = os.path.join(folder, "server.ext")
        with open(extensions, "w", encoding="utf-8") as file:
            file.write("subjectAltName=" + ",".join(f"DNS:{name}" for name in names) + "\nextendedKeyUsage=serverAuth\n")
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
        self._openssl("req", "-x509", *curve, "-keyout", authority_key, "-out", self.bundle, "-days", "2",
                      "-subj", "/CN=Interop test CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self._openssl("req", *curve, "-keyout", self.key, "-out", request, "-subj", f"/CN={names[0]}")
        self._openssl("x509", "-req", "-in", request, "-CA", self.bundle, "-CAkey", authority_key, "-CAcreateserial",
                      "-out", self.certificate, "-days", "2", "-extfile", extensions)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class ConnectProxy:
    """A proxy that knows CONNECT for the hosts it is given, ends the TLS of the tunnel and passes the rest on to the
    API's plain port. A context manager; `port` is where clients find it, `tunnels` how many it opened."""

    def __init__(self, authority, hosts, target_port):
        self.hosts, self.target_port, self.tunnels, self.port = set(hosts), target_port, 0, 0
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(authority.certificate, authority.key)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(30)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)

    async def _open(self):
        self._front = await asyncio.start_server(self._relay, "127.0.0.1", 0, ssl=self._context)
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    async def _connect(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
        host, _, port = target.rpartition(":")
        if method != "CONNECT" or host not in self.hosts or port != "443":
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        self.tunnels += 1
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._join(reader, writer, self._front.sockets[0].getsockname()[1])

    async def _relay(self, reader, writer):
        await self._join(reader, writer, self.target_port)

    @staticmethod
    async def _join(reader, writer, port):
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", port)

        async def copy(source, sink):
            try:
                while data := await source.read(65_536):
                    sink.write(data)
                    await sink.drain()
            except (ConnectionError, ssl.SSLError):
                pass
            finally:
                sink.close()
        await asyncio.gather(copy(reader, other_writer), copy(other_reader, writer))
