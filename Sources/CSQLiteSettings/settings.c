#include "CSQLiteSettings.h"
#include <sqlite3.h>

int csqlite_be_defensive(void *connection) {
    int taken = 0;
    int status = sqlite3_db_config((sqlite3 *)connection, SQLITE_DBCONFIG_DEFENSIVE, 1, &taken);
    return status == SQLITE_OK && taken == 1 ? 0 : 1;
}
