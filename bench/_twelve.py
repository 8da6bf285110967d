"""The benchmark's twelve calibers: means, rates, a median, a p90, persons' days, a capped average. And one more."""

from typing import Any, Final

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import View
from goldensix.wire.declared import read_caliber

_ASSISTED: Final = ["agent", "bot_assist"]
_DECLARED: Final[tuple[dict[str, Any], ...]] = (
    {"id": "within_180", "measure": "within", "threshold": 180, "window": [8, 24], "valid": _ASSISTED,
     "unanswered": "fail"},
    {"id": "first_30", "measure": "within", "unit": "session_first", "threshold": 30, "window": [9, 23],
     "unanswered": "fail"},
    {"id": "golden_6", "measure": "within", "unit": "session_first", "threshold": 6, "unanswered": "fail"},
    {"id": "late_60", "measure": "late", "threshold": 60, "unanswered": "fail"},
    {"id": "messages_180", "measure": "within", "unit": "message_run", "threshold": 180, "window": [8, 24],
     "unanswered": "fail"},
    {"id": "mean", "measure": "mean"},
    {"id": "first_mean", "measure": "mean", "unit": "session_first"},
    {"id": "capped_600", "measure": "mean", "cap": 600, "unanswered": "cap", "window": [8, 23], "valid": _ASSISTED},
    {"id": "median", "measure": "median"},
    {"id": "p90", "measure": "percentile", "p": 90},
    {"id": "person_days_180", "measure": "within", "unit": "customer_day", "threshold": 180, "window": [8, 23],
     "unanswered": "fail"},
    {"id": "person_days_answered", "measure": "answered", "unit": "customer_day"},
)  # fmt: skip
TWELVE: Final[tuple[Caliber, ...]] = tuple(read_caliber(each) for each in _DECLARED)
ONE_MORE: Final[Caliber] = read_caliber({"id": "within_20", "measure": "within", "threshold": 20, "unanswered": "fail"})
ZONE: Final = "Asia/Shanghai"
VIEW: Final = View(by=("agent", "day"), zone=ZONE)
