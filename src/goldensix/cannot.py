"""What every command may end with, apart from what commands import: saying so must cost nothing."""


class CannotDo(Exception):
    """One sentence on why a command was not carried out."""
