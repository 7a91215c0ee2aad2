"""The directors' spreadsheet: many accounts get other owners at once, checked line by line, approved by a second person."""
