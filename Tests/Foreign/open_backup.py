"""Opens a backup of ca-server by its description alone, with Python's cryptography: an independent reader of the format.

usage: open_backup.py FILE KEYFILE|PASSPHRASEFILE     prints `name size sha256` of every file in it
"""
import hashlib
import json
import struct
import sys

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"signet-backup/1\n"
CHUNK = 65536 + 16


def sealing_key(kdf, secret):
    if kdf["name"] == "none":
        return bytes.fromhex(secret.decode().strip())
    return Scrypt(salt=bytes.fromhex(kdf["salt"]), length=32, n=kdf["n"], r=kdf["r"], p=kdf["p"]).derive(secret.rstrip(b"\r\n"))


def derive(key, salt, use):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"signet-backup/1 " + use).derive(key)


def plaintext(data, secret):
    assert data.startswith(MAGIC), "no backup"
    (length,) = struct.unpack(">H", data[16:18])
    header, rest = data[: 18 + length], data[18 + length :]
    fields = json.loads(header[18:])
    salt = bytes.fromhex(fields["salt"])
    key = sealing_key(fields["kdf"], secret)
    code = hmac.HMAC(derive(key, salt, b"header"), hashes.SHA256())
    code.update(header)
    code.verify(rest[:32])
    chunks = [rest[at : at + CHUNK] for at in range(32, len(rest), CHUNK)]
    aead = AESGCM(derive(key, salt, b"chunks"))
    for number, chunk in enumerate(chunks):
        nonce = bytes(3) + struct.pack(">Q", number) + bytes([number == len(chunks) - 1])
        yield aead.decrypt(nonce, chunk, None)


def files(archive):
    at = 0
    while True:
        (count,) = struct.unpack_from(">H", archive, at)
        if count == 0:
            assert at + 2 == len(archive), "something follows the end"
            return
        name = archive[at + 2 : at + 2 + count].decode()
        (size,) = struct.unpack_from(">Q", archive, at + 2 + count)
        at += 10 + count
        yield name, archive[at : at + size]
        at += size


with open(sys.argv[1], "rb") as backup, open(sys.argv[2], "rb") as secret:
    for name, content in files(b"".join(plaintext(backup.read(), secret.read()))):
        print(name, len(content), hashlib.sha256(content).hexdigest())
