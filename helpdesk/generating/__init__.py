"""A desk of any size for load tests: rows as the product would write them, copied in by the thousand."""
