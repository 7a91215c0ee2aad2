"""The table a partner gets, made of an export row by row. It runs in the cage: nothing here knows the desk's rows."""
