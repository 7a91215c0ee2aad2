"""The queue: built-in views, filters, orders, counters and the rows as the page shows them."""
