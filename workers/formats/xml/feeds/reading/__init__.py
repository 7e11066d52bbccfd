"""Read the items of feeds: what each element of RSS, Atom and their extensions becomes."""
