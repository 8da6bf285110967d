"""From files of other systems to lines. Everything heavy is imported where it is used."""
