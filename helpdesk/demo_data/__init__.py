"""The desk `make demo` shows: invented people, some sixty conversations of the last weeks, played through the verbs."""
