"""What the robot is measured against: BM25 on jieba's words, and TF-IDF of characters with logistic regression."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

Ranks = list[list[int]]
"""Of each turn the places of questions, the likeliest first."""


def jieba_bm25(titles: Sequence[str], turns: Sequence[str]) -> list[tuple[list[int], float]]:
    """Each turn's first three titles, and the first one's score. Raises ImportError."""
    import jieba  # type: ignore[import-untyped]  # an anchor, if there

    jieba.setLogLevel(60)
    documents = [Counter(jieba.lcut(title)) for title in titles]
    holders = Counter(word for document in documents for word in document)
    mean = sum(sum(document.values()) for document in documents) / len(documents)
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, document in enumerate(documents):
        length = sum(document.values()) / mean
        for word, count in document.items():
            idf = math.log(1 + (len(documents) - holders[word] + 0.5) / (holders[word] + 0.5))
            postings[word].append((place, idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length))))
    return [_first(postings, jieba.lcut(turn)) for turn in turns]


def _first(postings: dict[str, list[tuple[int, float]]], words: Sequence[str]) -> tuple[list[int], float]:
    scores: dict[int, float] = defaultdict(float)
    for word in set(words):
        for place, score in postings.get(word, ()):
            scores[place] += score
    best = sorted(scores, key=lambda place: -scores[place])[:3]
    return best, scores[best[0]] if best else 0.0


def tfidf_regression(
    texts: Sequence[str], labels: Sequence[int], turns: Sequence[str]
) -> list[tuple[list[int], float]]:
    """Each turn's first three labels, and the first one's probability. Raises ImportError."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]  # an anchor, if there
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # an anchor, if there

    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    learned = LogisticRegression(C=10, max_iter=300).fit(grams.fit_transform(texts), labels)
    found = []
    for shares in learned.predict_proba(grams.transform(turns)):
        order = [place for place in shares.argsort()[::-1] if learned.classes_[place] >= 0][:3]
        found.append(([int(learned.classes_[place]) for place in order], float(shares[order[0]])))
    return found
