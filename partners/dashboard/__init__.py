"""“Certifications by Partner”: the exported dashboard read, compared with the one before, taken over, withdrawn."""
