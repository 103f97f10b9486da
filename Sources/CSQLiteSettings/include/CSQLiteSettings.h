#ifndef CSQLITESETTINGS_H
#define CSQLITESETTINGS_H

/// Sets SQLITE_DBCONFIG_DEFENSIVE on a connection (a sqlite3 *): no statement can damage the file. 0 when SQLite took it.
/// Swift cannot call a function with a variable number of arguments.
int csqlite_be_defensive(void *connection);

#endif
