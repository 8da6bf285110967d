"""The robot taught and tried: models from dialogues, figures from labelled turns; by the terminal, or beside a desk."""
