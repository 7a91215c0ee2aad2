"""NFR licences."""
