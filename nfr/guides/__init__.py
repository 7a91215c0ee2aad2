"""What a partner can do themselves about a licence: the steps, what is known about theirs, and the link to it."""
