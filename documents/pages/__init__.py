"""Bytes of any file → text of its pages, pictures, places of words. All of it runs in the cage and knows no row."""
