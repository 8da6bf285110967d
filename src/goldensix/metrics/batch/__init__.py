"""The batch interpreter: calibers become Ibis expressions over stored rows, many in one GROUP BY."""

from goldensix.metrics.batch.evaluate import evaluate, tabulate
from goldensix.metrics.batch.explain import explain
from goldensix.metrics.batch.reading import Source

__all__ = ["Source", "evaluate", "explain", "tabulate"]
