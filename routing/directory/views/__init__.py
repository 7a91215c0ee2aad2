"""The pages of the directory: colleagues read, leads change."""
