"""The log as files: Parquet by merchant and day, and what says which of them count."""
