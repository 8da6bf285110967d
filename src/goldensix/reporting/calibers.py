"""The calibers a report can use: those of the package and the merchant's own."""

import msgspec

from goldensix.adapters.presets import presets
from goldensix.metrics import wording
from goldensix.metrics.caliber import ORDER_MEASURES, TURN_MEASURES, Caliber, Hours
from goldensix.reporting.ground import Ground
from goldensix.reporting.own import own_calibers, own_fault
from goldensix.reporting.question import Question, unknown

_HOUR = 3_600_000


def known_calibers(ground: Ground, question: Question) -> dict[str, Caliber]:
    """By id: own ones last. To whom only orders are shown, only calibers of orders."""
    found = {**presets(), **{each.id: each for each in own_calibers(ground)}}
    if question.orders_only:
        return {id: each for id, each in found.items() if each.measure in ORDER_MEASURES}
    return found


def asked_calibers(ground: Ground, question: Question) -> list[Caliber]:
    """Those that are named, or all. Raises CannotReport."""
    known = known_calibers(ground, question)
    for name in question.calibers:
        if name not in known:
            if (fault := own_fault(ground)) is not None and not question.orders_only:
                raise fault
            raise unknown("caliber", "口径", name)
    return [known[name] for name in dict.fromkeys(question.calibers)] or list(known.values())


def opens_to_turns(caliber: Caliber) -> bool:
    return caliber.measure in TURN_MEASURES


def kind_of(caliber: Caliber) -> str:
    if caliber.shape == "percent":
        return "ratio" if caliber.measure == "answer_ratio" else "rate"
    return caliber.shape


def told(ground: Ground, question: Question) -> bytes:
    own = {each.id for each in own_calibers(ground)}
    return msgspec.json.encode([_told(each, each.id in own) for each in known_calibers(ground, question).values()])


def _told(caliber: Caliber, own: bool) -> dict[str, object]:
    names, target = caliber.names, caliber.target
    return {
        "id": caliber.id,
        "platform": caliber.platform,
        "names": {"zh": names.get("zh", caliber.id), "en": names.get("en", caliber.id)},
        "version": _words(wording.version(caliber)),
        "valid_from": caliber.valid_from,
        "source": _words(wording.source(caliber)),
        "assumed": {language: list(caliber.assumed.get(language, ())) for language in ("zh", "en")},
        "target": {"sense": target.sense, "value": float(target.value)} if target else None,
        "measure": caliber.measure,
        "unit": caliber.unit,
        "clock": caliber.clock,
        "anchor": caliber.anchor,
        "human_stage": caliber.human_stage,
        "valid": sorted(caliber.valid),
        "window": _hours(caliber.window),
        "threshold": _seconds(caliber.threshold),
        "op": caliber.op,
        "cap": _seconds(caliber.cap),
        "limit": _seconds(caliber.limit) if caliber.measure in ("slow", "long_sessions") else caliber.limit,
        "p": caliber.p,
        "unanswered": caliber.unanswered,
        "min_sample": caliber.min_sample,
        "told": [{"head": _words(each.head), "text": _words(each.text)} for each in wording.told(caliber)],
        "own": own,
        "kind": kind_of(caliber),
        "opens": opens_to_turns(caliber),
    }


def _words(words: wording.Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _hours(hours: Hours | None) -> list[float]:
    return [] if hours is None else [hours.start / _HOUR, hours.end / _HOUR]
