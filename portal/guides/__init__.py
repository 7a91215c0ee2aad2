"""Guides that partners use themselves: public, with the numbers of who has signed in or follows a signed link."""
