"""The way of a licence that is asked for or renewed: what is missing, what the program gives, Support, the answer."""
