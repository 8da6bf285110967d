"""All calibers of one session rule over stored rows."""

from collections.abc import Sequence

from goldensix.metrics.batch.moments import SUMMED, moment_figures, most_figures, people_figures, status_figures
from goldensix.metrics.batch.orders import conversion_figures, refund_figures
from goldensix.metrics.batch.reading import Reading, Source
from goldensix.metrics.batch.turns import Found, turn_figures
from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import FigureRow, rows_of


def evaluate(source: Source, calibers: Sequence[Caliber], view: View) -> list[FigureRow]:
    """Figures in the order of their keys, then of the calibers: the same as the live interpreter's."""
    reading = Reading(source, view)
    found = turn_figures([each for each in calibers if each.measure in TURN_MEASURES], reading)
    found.update(moment_figures([each for each in calibers if each.measure in SUMMED], reading))
    for caliber in calibers:
        if caliber.measure not in TURN_MEASURES and caliber.measure not in SUMMED:
            found.update(_special(caliber, reading))
    return rows_of(calibers, view.by, found)


def _special(caliber: Caliber, reading: Reading) -> Found:
    match caliber.measure:
        case "consulting" | "received" | "received_direct" | "received_in" | "passed_on":
            return people_figures(caliber, reading)
        case "max_concurrent":
            return most_figures(caliber, reading)
        case "conversion_order" | "conversion_paid":
            return conversion_figures(caliber, reading)
        case "refund_speed":
            return refund_figures(caliber, reading)
        case _:
            return status_figures(caliber, reading)
