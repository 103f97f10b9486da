"""Holds a ledger's write lock, as another writer would, until it is killed. Usage: hold_ledger.py DATABASE"""

import signal
import sqlite3
import sys


def main(database):
    connection = sqlite3.connect(database, timeout=10, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
