"""Certification reports: an export of the portal turned into the table a partner gets, checked, sent or withdrawn."""
