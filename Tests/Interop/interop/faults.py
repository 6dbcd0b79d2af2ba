# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""What clients do wrong, and a database that goes away: clear answers, the same process, and back to work."""
import contextlib
import glob
import gzip
import os
import signal
import socket
import subprocess
import time

import requests

from interop.stack import check, wait_until


# Seconds after which the API works again once PostgreSQL takes connections.
RECOVERY = 5
# A machine that is busy with something else may miss it; three times in a row it does not.
TRIES = 3
SLOW_CLIENTS = 300


def run(stack):
    """Maltreats the API; returns what was proved in a few words."""
    process = process_id(stack, "zonewright-web")
    bad = bad_input(stack)
    slow_clients(stack)
    seconds = []
    while not seconds or seconds[-1] > RECOVERY:
        check(len(seconds) < TRIES, f"the API was not back within {RECOVERY} s of PostgreSQL: {seconds}")
        seconds.append(database_away(stack))
    check(process_id(stack, "zonewright-web") == process, "the API's process was started anew")
    return (
        f"{bad} kinds of bad input, {SLOW_CLIENTS} slow clients; without the database 503, and back "
        f"{seconds[-1]:.1f} s after it, try {len(seconds)}"
    )


def bad_input(stack):
    """Sends what is wrong in every way; returns how many ways."""
    head = f"POST /v2/{stack.account}/domains HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {stack.token}\r\n".encode()

    def post(body):
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body

    def chunked(body):
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
    batch = head.replace(b"/domains HTTP", b"/zones/a.example/batch HTTP")
    cases = {
        "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n", {400}),
        "a flood of header fields": (head + b"".join(b"X-%d: x\r\n" % number for number in range(5_000)) + b"\r\n", {400, 431}),
        "a huge header field": (head + b"X-Huge: " + b"x" * 1_000_000 + b"\r\n\r\n", {400, 431}),
        "a huge path": (b"GET /" + b"x" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {400, 414, 431}),
        "a length that is none": (head + b"Content-Length: -5\r\n\r\n", {400}),
        "two lengths": (head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}", {400}),
        "a chunk that is none": (head + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n", {400}),
        "a body over the limit": (head + b"Content-Length: 99999999\r\n\r\n", {413}),
        "a length beyond every number": (head + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n", {400, 413}),
        "a body over the limit in a chunk": (chunked(b'{"name":"' + b"x" * (1 << 20) + b'"}'), {413}),
        "a batch over the limit": (batch + b"Content-Length: %d\r\n\r\n" % ((8 << 20) + 1), {413}),
        "a compressed body": (
            head + b"Content-Encoding: gzip\r\n" + post(gzip.compress(b'{"name":"a.example"}'))[len(head):], {400, 415}
        ),
        "half a document": (post(b'{"name":"a.example"'), {400}),
        "two documents": (post(b'{"name":"a.example"}{"name":"b.example"}'), {400}),
        "a million elements": (post(b'{"name":[' + b"0," * 500_000 + b"0]}"), {400}),
        "an array in the place of an object": (post(b'["name"]'), {400}),
        "an empty name": (post(b'{"":""}'), {400}),
        "deep JSON": (post(b'{"name":' + b"[" * 200_000 + b"]" * 200_000 + b"}"), {400}),
        "bad UTF-8": (post(b'{"name":"\xff\xfe.example"}'), {400}),
        "half a surrogate": (post(b'{"name":"\\ud800"}'), {400}),
        "a key twice": (post(b'{"name":"a.example","name":"b.example"}'), {400}),
        "a huge number": (post(b'{"name":' + b"9" * 5_000 + b"}"), {400}),
        "a huge exponent": (post(b'{"name":1e999999999}'), {400}),
        "NUL": (post(b'{"name":"a\\u0000.example"}'), {400}),
        "NUL in the path": (b"GET /v2/%d/zones/a%%00b" % stack.account + head[head.index(b" HTTP"):] + b"\r\n", {400, 404}),
        "bad UTF-8 in the path": (b"GET /v2/%d/zones/%%ff%%fe" % stack.account + head[head.index(b" HTTP"):] + b"\r\n", {400, 404}),
    }
    for what, (octets, wanted) in cases.items():
        status = raw(stack.port, octets)
        check(status in wanted, f"{what}: {status}, wanted {wanted}")
        check(stack.api("GET", "/whoami").status_code == 200, f"after {what} the API answers no more")
    return len(cases)


def slow_clients(stack):
    """Hundreds of clients that do not come to the end of their requests: others are served, and they are, too, once they
    have."""
    head = f"POST /v2/{stack.account}/domains HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {stack.token}\r\n".encode()
    body = b'{"name":""}'
    whole = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with contextlib.ExitStack() as connections:
        open_ones = []
        for number in range(SLOW_CLIENTS):
            connection = connections.enter_context(socket.create_connection(("127.0.0.1", stack.port), 30))
            # Some stop in the head, some in the body.
            sent = len(head) // 2 if number % 2 else len(whole) - 4
            connection.sendall(whole[:sent])
            open_ones.append((connection, whole[sent:]))
        for _ in range(20):
            check(stack.api("GET", "/whoami").status_code == 200, "slow clients shut others out")
        for connection, rest in open_ones[:10]:
            connection.sendall(rest)
            check(connection.recv(4_096).startswith(b"HTTP/1.1 400 "), "a slow client is answered when it is done")
    check(stack.api("GET", "/whoami").status_code == 200, "after slow clients the API answers no more")


def raw(port, octets):
    """The status that the octets are answered with; a connection that is closed without an answer is None."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        try:
            connection.sendall(octets)
        except OSError:
            # It answered before all was sent, and closed.
            pass
        try:
            answer = connection.recv(4_096)
        except ConnectionResetError:
            return None
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else None


def database_away(stack):
    """Takes the database away and back; returns after how many seconds the API worked again."""
    supervisor, postgres = process_id(stack, "supervisor"), process_id(stack, "postgres")
    operations = f"http://127.0.0.1:{stack.port + 1}"
    database = ("127.0.0.1", stack.port + 7)
    # Stopped, the supervisor does not start it again before it may.
    os.kill(supervisor, signal.SIGSTOP)
    try:
        os.kill(postgres, signal.SIGINT)
        wait_until("the database is gone", lambda: not listens(database))
        answer = wait_until("the API notices", lambda: refused(stack))[0]
        check(int(answer.headers["Retry-After"]) > 0, "503 without Retry-After")
        check(answer.json() == {"message": "The service is temporarily unavailable"}, answer.text)
        check(int(answer.headers["X-RateLimit-Limit"]) > 0, "503 without the rate limit")
        check(requests.get(operations + "/livez", timeout=30).status_code == 200, "it is alive all the same")
        wait_until("it is not ready", lambda: requests.get(operations + "/readyz", timeout=30).status_code == 503)
    finally:
        os.kill(supervisor, signal.SIGCONT)
    wait_until("the database is back", lambda: takes_connections(database[1]), seconds=120)
    begun = time.monotonic()
    wait_until("the API works", lambda: stack.api("GET", f"/{stack.account}/domains").status_code == 200, seconds=60)
    taken = time.monotonic() - begun
    wait_until("it is ready", lambda: requests.get(operations + "/readyz", timeout=30).status_code == 200)
    made = stack.api("POST", f"/{stack.account}/domains", {"name": f"after-{time.monotonic_ns()}.example"})
    check(made.status_code == 201, f"and it changes: {made.text}")
    return taken


def refused(stack):
    """A list of the answer to a request that needs the database, once that is 503; an answer itself would count as
    false."""
    answer = stack.api("GET", f"/{stack.account}/zones")
    return [answer] if answer.status_code == 503 else []


def listens(address):
    """Whether somebody takes connections there."""
    try:
        socket.create_connection(address, 5).close()
    except OSError:
        return False
    return True


def takes_connections(port):
    """Whether PostgreSQL there does more than to listen: it may still be reading its log."""
    program = sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_isready"))[-1]
    return subprocess.run([program, "-q", "-h", "127.0.0.1", "-p", str(port)], check=False, timeout=30).returncode == 0


def process_id(stack, name):
    """The process that runs as `name`."""
    with open(os.path.join(stack.state, "run", name + ".pid"), encoding="utf-8") as file:
        return int(file.readline())
