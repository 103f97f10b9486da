#ifndef CPROCESS_H
#define CPROCESS_H

/// Forbids core dumps of this process, and other processes of its user to look into its memory (prctl(2), PR_SET_DUMPABLE).
/// Swift cannot call a function with a variable number of arguments.
int cprocess_forbid_dumps(void);

#endif
