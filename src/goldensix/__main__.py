"""`python -m goldensix` is `goldensix`."""

from goldensix.cli import main

main()
