"""Reports: figures of a merchant's whole log by any caliber, opened down to conversations, as tables and files."""
