"""The question bank as people write it: what is wrong with a question, and the bank as files."""
