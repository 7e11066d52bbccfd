"""`python -m service.cli`: the command `newsmill`."""

from service.cli.main import main

main()
