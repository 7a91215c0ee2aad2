"""The directors' spreadsheet: other owners for many accounts, checked line by line, approved by a second person."""
