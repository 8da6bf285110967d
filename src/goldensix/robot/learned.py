"""What labelled wordings teach: which question a turn is, or none; and which route it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from goldensix.robot.classifier import Classifier, fitted
from goldensix.robot.decision import Routed
from goldensix.robot.question import GENERAL, Route
from goldensix.robot.weights import Floats
from goldensix.robot.wordings import NOBODYS, Numbers, Wording

SURE_ROUTE: Final = 0.5
"""Below it a turn goes to the general queue."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Two classifiers on one likeness: the work is done once."""

    questions: Classifier | None
    places: Numbers
    """The bank's place of each class, NOBODYS for none."""
    routes: Classifier | None

    def shares(self, likeness: Floats, count: int) -> tuple[Floats, float] | None:
        """The probability of each of `count` questions, and of none; None where nothing was learned.

        A question that was not learned has the share of one that nothing is known of.
        """
        if self.questions is None:
            return None
        shares = self.questions.shares(likeness)
        all_shares = np.full(count, 1 / (len(self.places) + 1), np.float32)
        real = self.places != NOBODYS
        all_shares[self.places[real]] = shares[real]
        return all_shares, float(shares[~real].sum())

    def route(self, likeness: Floats) -> Routed:
        if self.routes is None:
            return Routed()
        shares = self.routes.shares(likeness)
        best = int(shares.argmax())
        likeliest, confidence = Route(self.routes.classes[best]), float(shares[best])
        return Routed(likeliest if confidence >= SURE_ROUTE else GENERAL, confidence, likeliest)


def learn(likeness: Floats, wordings: Sequence[Wording], *, questions: bool) -> Learned:
    """From the likeness of wordings among each other. Routes are learned from titles alone, too; questions are not."""
    places = np.array(sorted({each.question for each in wordings}), np.int64)
    named = {place: f"{number:09}" for number, place in enumerate(places.tolist())}
    classifier = (
        fitted(likeness, [named[each.question] for each in wordings]) if questions and len(places) > 1 else None
    )
    return Learned(classifier, places, _routes(likeness, wordings))


def _routes(likeness: Floats, wordings: Sequence[Wording]) -> Classifier | None:
    """The likeness to wordings without a route says nothing of routes: they count for nothing."""
    known = np.array([each.route is not None for each in wordings])
    if len({each.route for each in wordings if each.route is not None}) < 2:
        return None
    classifier = fitted(likeness[np.ix_(known, known)], [each.route for each in wordings if each.route is not None])
    turned = np.zeros((len(wordings), classifier.turned.shape[1]), np.float32)
    turned[known] = classifier.turned
    return Classifier(classifier.classes, turned, classifier.bias)
