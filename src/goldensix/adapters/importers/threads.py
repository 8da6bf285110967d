"""Threads of public posts, as in customer support on social media: who answers whom stands in reply links.

A conversation is one customer's chain: a customer's post, the answers to it, and what that customer answers to them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from goldensix.adapters.importers.tables import spared
from goldensix.adapters.importers.words import plain

if TYPE_CHECKING:
    import polars as pl

_NEEDED: Final = ("tweetid", "authorid", "inbound", "createdat", "text", "inresponsetotweetid")
NAMES: Final = ["tweet_id", "thread", "customer", "author_id", "inbound", "created_at", "text"]
"""The columns of the table that `chained` makes."""


def are_threads(names: Sequence[str]) -> bool:
    return set(_NEEDED) <= {plain(name) for name in names}


def chained(table: "pl.LazyFrame", names: Sequence[str]) -> "tuple[pl.LazyFrame, int]":
    """The posts with their conversation and its customer, `row` kept; and how many are no part of any: a company's
    that answer nobody in this file."""
    import polars as pl

    place = {plain(name): f"c{number}" for number, name in enumerate(names)}
    posts = table.select("row", *(pl.col(place[word]).str.strip_chars().alias(word) for word in _NEEDED)).collect(
        engine="streaming"
    )
    number = pl.col("inresponsetotweetid").str.strip_suffix(".0")
    posts = posts.with_columns(number, pl.col("tweetid").str.strip_suffix(".0"), pl.col("inbound").str.to_lowercase())
    owners = _owners(posts)
    threads = {post: thread for post, (thread, _) in owners.items()}
    customers = {post: customer for post, (_, customer) in owners.items()}
    told = posts.select(
        "row",
        pl.col("tweetid").alias("c0"),
        pl.col("tweetid").replace_strict(threads, default=None, return_dtype=pl.String).alias("c1"),
        pl.col("tweetid").replace_strict(customers, default=None, return_dtype=pl.String).alias("c2"),
        pl.col("authorid").alias("c3"),
        pl.col("inbound").alias("c4"),
        pl.col("createdat").alias("c5"),
        pl.col("text").alias("c6"),
    )
    lone = (pl.col("c4").is_in(["false", "0"])) & pl.col("c2").is_null()
    kept = told.filter(~lone.fill_null(value=False))
    return spared(kept.lazy(), len(NAMES)), told.height - kept.height


def _owners(posts: "pl.DataFrame") -> dict[str, tuple[str, str]]:
    """For each post the first post of its conversation, and whose conversation that is; a company's post that
    answers nobody here has none."""
    known = {
        post: (parent, author if inbound in ("true", "1") else None)
        for post, parent, author, inbound in posts.select(
            "tweetid", "inresponsetotweetid", "authorid", "inbound"
        ).iter_rows()
    }
    owners: dict[str, tuple[str, str]] = {}
    for start in known:
        chain = [start]
        while chain[-1] not in owners and (parent := known[chain[-1]][0]) in known and parent not in chain:
            chain.append(parent)
        for post in reversed(chain):
            parent, customer = known[post]
            above = owners.get(parent) if parent else None
            if customer is None and above is not None:
                owners[post] = above
            elif customer is not None:
                owners[post] = above if above is not None and above[1] == customer else (post, customer)
    return owners
