"""A crowd of bad clients of one HTTPS server, all of one kind, until the file LEAVE is there.

usage: crowd.py PORT ROOT.PEM KIND COUNT LEAVE

KIND is what each of COUNT connections does:
  idle       asks once, then once in 30 s
  head       sends the head of a request, an octet a second
  body       sends the body of a request, an octet a second
  handshake  sends its ClientHello, an octet a second
  deaf       asks for something longer twenty times a second, and reads no answer
  storm      connects, asks once, leaves, and connects again

Whoever is cut off comes again after a second. Prints `ready` when all have begun, and at the end, as JSON, how many connections were
begun, answered and ended by the server.
"""

import asyncio
import json
import os
import resource
import socket
import ssl
import sys

PORT, ROOT, KIND, COUNT, LEAVE = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
HEALTH = b"GET /v1/sys/health HTTP/1.1\r\nHost: ca\r\n\r\n"
CHAIN = b"GET /v1/pki/ca_chain HTTP/1.1\r\nHost: ca\r\n\r\n"
counts = {"begun": 0, "answered": 0, "ended": 0}
begun = set()


def context():
    made = ssl.create_default_context(cafile=ROOT)
    made.check_hostname = False
    return made


CONTEXT = context()
# Fewer at a time than the system's queue holds.
GATE = asyncio.Semaphore(64)


async def connect(tls=True):
    own = socket.socket()
    own.setblocking(False)
    if KIND == "deaf":
        # What nobody reads stays with the server, not in our own buffer.
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    async with GATE:
        await asyncio.get_running_loop().sock_connect(own, ("127.0.0.1", PORT))
        if not tls:
            return await asyncio.open_connection(sock=own)
        return await asyncio.open_connection(sock=own, ssl=CONTEXT, server_hostname="ca")


async def ask(reader, writer):
    writer.write(HEALTH)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    await reader.readexactly(length)
    counts["answered"] += 1


async def trickle(writer, octets, ended):
    for octet in octets:
        writer.write(bytes([octet]))
        await writer.drain()
        try:
            # What the server says to it is its end.
            await asyncio.wait_for(asyncio.shield(ended), 1)
            return
        except asyncio.TimeoutError:
            pass


def client_hello():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        CONTEXT.wrap_bio(incoming, outgoing, server_hostname="ca").do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


async def live(number, reader, writer):
    """One connection, until its end."""
    if KIND in ("idle", "storm"):
        await ask(reader, writer)
        begun.add(number)
        while KIND == "idle":
            await asyncio.sleep(30)
            await ask(reader, writer)
        return
    begun.add(number)
    if KIND == "deaf":
        # All at once: those who began first would keep the server from the others' handshakes.
        while len(begun) < COUNT:
            await asyncio.sleep(0.05)
        writer.transport.pause_reading()
        while True:
            writer.write(CHAIN * 20)
            await writer.drain()
            await asyncio.sleep(1)
    ended = asyncio.ensure_future(reader.read())
    if KIND == "head":
        writer.write(b"GET /v1/sys/health HTTP/1.1\r\nHost: ca\r\nX-Long: ")
        await trickle(writer, b"x" * 3600, ended)
    elif KIND == "body":
        writer.write(b"POST /v1/pki/sign/device HTTP/1.1\r\nHost: ca\r\nX-Vault-Token: x\r\nContent-Length: 3600\r\n\r\n")
        await trickle(writer, b"x" * 3600, ended)
    else:
        await trickle(writer, client_hello(), ended)


async def member(number):
    while True:
        writer = None
        try:
            reader, writer = await connect(tls=KIND != "handshake")
            counts["begun"] += 1
            await live(number, reader, writer)
        except (OSError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        if writer:
            writer.transport.abort()
        if KIND != "storm":
            counts["ended"] += 1
            await asyncio.sleep(1)


async def main():
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    members = [asyncio.create_task(member(number)) for number in range(COUNT)]
    while len(begun) < COUNT:
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    while not os.path.exists(LEAVE):
        await asyncio.sleep(0.05)
    print(json.dumps(counts), flush=True)
    for one in members:
        one.cancel()


asyncio.run(main())
