"""Large jobs: split into chunks, convert each, merge the parts."""
