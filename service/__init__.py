"""What speaks to people and programs: HTTP, the page, the command line."""
