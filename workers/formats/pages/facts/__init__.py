"""What a page states about its article, in its scripts, its head and its markup, and what it only shows."""
