"""Prints what a ledger holds, as JSON, and whether SQLite finds it whole. Usage: read_ledger.py DATABASE"""

import hashlib
import json
import sqlite3
import sys


def main(database):
    connection = sqlite3.connect(database, timeout=10)
    integrity = "; ".join(row[0] for row in connection.execute("PRAGMA integrity_check"))
    rows = connection.execute("SELECT serial, der, common_name, spki_sha256 FROM certificate WHERE profile = 'device'")
    certificates = [
        {"serial": serial.hex(), "sha256": hashlib.sha256(der).hexdigest(), "name": name, "key": key.hex()}
        for serial, der, name, key in rows
    ]
    rows = connection.execute("SELECT c.serial FROM revocation r JOIN certificate c ON c.id = r.certificate_id")
    revoked = [serial.hex() for (serial,) in rows]
    connection.close()
    print(json.dumps({"integrity": integrity, "certificates": certificates, "revoked": revoked}))


if __name__ == "__main__":
    main(*sys.argv[1:])
