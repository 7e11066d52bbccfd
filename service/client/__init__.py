"""A client of a newsmill server, for programs and the command line. Imports schemas only."""
