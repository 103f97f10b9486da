"""Runs SQL on a ledger beside its server. Usage: execute_sql.py DATABASE SQL"""

import sqlite3
import sys


def main(database, sql):
    connection = sqlite3.connect(database, timeout=10)
    connection.executescript(sql)
    connection.commit()
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
