"""A client of a newsmill server, for programs and for the command line. Imports schemas only."""
