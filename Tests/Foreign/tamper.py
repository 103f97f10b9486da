"""Does to a ledger what an intruder with the database file would. Usage: tamper.py DATABASE DEED"""

import sqlite3
import sys

DEEDS = {
    "flip a byte of an audit row": "UPDATE security_audit SET principal = principal || '!' WHERE id = (SELECT min(id) + 1 FROM security_audit)",
    "delete an audit row": "DELETE FROM security_audit WHERE id = (SELECT min(id) + 1 FROM security_audit)",
    "truncate the audit log": "DELETE FROM security_audit WHERE id > (SELECT min(id) FROM security_audit)",
    "reorder two audit rows": """
        UPDATE security_audit SET id = -1 WHERE id = (SELECT min(id) FROM security_audit);
        UPDATE security_audit SET id = id - 1 WHERE id = (SELECT min(id) FROM security_audit WHERE id > 0);
        UPDATE security_audit SET id = (SELECT min(id) + 1 FROM security_audit WHERE id > 0) WHERE id = -1;
    """,
    "change a certificate": "UPDATE certificate SET common_name = common_name || 'x'",
    "forget a revocation": "DELETE FROM revocation",
    "give a token more rights": "UPDATE token SET policies = '[\"admin\", \"auditor\"]'",
}


def main(database, deed):
    connection = sqlite3.connect(database)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{trigger}"')
    connection.executescript(DEEDS[deed])
    connection.commit()
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
