"""Figures of the process as Prometheus reads them."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


def written(figures: Mapping[str, Mapping[str, float]]) -> bytes:
    """`figures` of each worker, by name."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(figures))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, figures: Mapping[str, Mapping[str, float]]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        names = {name: None for of_worker in self._figures.values() for name in of_worker}
        for name in names:
            family = GaugeMetricFamily(f"goldensix_{name}", name.replace("_", " "), labels=["worker"])
            for worker, of_worker in self._figures.items():
                if name in of_worker:
                    family.add_metric([worker], of_worker[name])
            yield family
