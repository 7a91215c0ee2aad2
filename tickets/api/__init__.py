"""The desk over HTTP, `/api/v1/tickets/` (contract §5): the same doors and verbs as the pages."""
