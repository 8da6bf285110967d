import os

pytest_plugins = ["postgres_fixtures"]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `goldensix` does, before NumPy starts
