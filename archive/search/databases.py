"""What differs between the two databases: the index's tables, and how a match is asked for.

Both have a table ``archive_search`` of editions. SQLite keeps its words in FTS5 without their text
(any version that has FTS5 does); PostgreSQL in a tsvector with a GIN index, and the words besides,
since it finds phrases in them alone (see ``compiled.to_tsquery``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from archive.search.compiled import (
    for_postgres,
    has_phrase,
    to_condition,
    to_match,
    to_tsquery,
)
from archive.search.query import Node

Row = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class Matching:
    """SQL of a match: where the editions come from, which they are, and what sorts the best first.

    ``score`` is worked out for every match; ``ranking`` gives ``id`` and ``score`` of those of the
    ``matches`` that are ranked. The least score is the best.
    """

    source: str
    edition: str
    where: str
    source_values: tuple[Any, ...]
    where_values: tuple[Any, ...]
    score: str = "0"
    ranking: str = ""
    ranking_values: tuple[Any, ...] = ()


class Backend(Protocol):
    @property
    def create(self) -> tuple[str, ...]: ...

    @property
    def finish(self) -> tuple[str, ...]:
        """What is done when the first rows are in."""
        ...

    @property
    def drop(self) -> tuple[str, ...]: ...

    @property
    def ranked(self) -> int:
        """How many matches are ranked: no other is reached where one asks for the best."""
        ...

    def insert(self, cursor: Any, rows: Sequence[Row]) -> None: ...

    def remove(self, cursor: Any, row: Row) -> None: ...

    def matching(self, node: Node, ranked: bool) -> Matching: ...


class Sqlite:
    create = (
        "CREATE VIRTUAL TABLE archive_search USING fts5("
        "heading, body, notes, content='', tokenize='unicode61 remove_diacritics 0')",
    )
    finish: tuple[str, ...] = ()
    drop = ("DROP TABLE IF EXISTS archive_search",)
    ranked = 5_000
    _rank = "bm25(archive_search, 8.0, 2.0, 1.0)"

    def insert(self, cursor: Any, rows: Sequence[Row]) -> None:
        cursor.executemany(
            "INSERT INTO archive_search (rowid, heading, body, notes) VALUES (%s, %s, %s, %s)", rows
        )

    def remove(self, cursor: Any, row: Row) -> None:
        # FTS5 keeps no text, so it is told the words again; told of a row that it does not have,
        # it would take them from others.
        cursor.execute("SELECT 1 FROM archive_search_docsize WHERE id = %s", [row[0]])
        if cursor.fetchone():
            cursor.execute(
                "INSERT INTO archive_search (archive_search, rowid, heading, body, notes)"
                " VALUES ('delete', %s, %s, %s, %s)",
                row,
            )

    def matching(self, node: Node, ranked: bool) -> Matching:
        return Matching(
            "archive_search",
            "archive_search.rowid",
            "archive_search MATCH %s",
            (),
            (to_match(node),),
            self._rank if ranked else "0",
            f"SELECT id, score FROM matches LIMIT {self.ranked}",  # noqa: S608
        )


class Postgres:
    create = (
        "CREATE TABLE archive_search"
        " (edition_id bigint PRIMARY KEY, words text NOT NULL, vector tsvector NOT NULL)",
        # Uncompressed, a phrase is looked for in half the time.
        "ALTER TABLE archive_search ALTER words SET STORAGE EXTERNAL",
        # The planner takes reading a vector for cheap and would read them all: it takes the index
        # here. 2000 rows are what it joins by, whatever is sought: with 20,000 documents to a hash
        # of all, with many more by looking up each.
        "CREATE FUNCTION archive_search_found(sought tsquery) RETURNS SETOF bigint"
        " LANGUAGE plpgsql STABLE ROWS 2000 SET enable_seqscan = off AS"
        " $$ BEGIN RETURN QUERY SELECT edition_id FROM archive_search WHERE vector @@ sought;"
        " END $$",
    )
    # Made after many rows it takes a quarter of the time. What waits to be put into it would be
    # read by every search: nothing waits.
    finish = (
        "CREATE INDEX archive_search_vector ON archive_search USING gin (vector)"
        " WITH (fastupdate = off)",
        "ANALYZE archive_search",
    )
    drop = (
        "DROP FUNCTION IF EXISTS archive_search_found(tsquery)",
        "DROP TABLE IF EXISTS archive_search",
    )
    ranked = 1_000
    _ranking = (
        "SELECT matches.id, -ts_rank('{0, 0.1, 0.2, 0.8}', archive_search.vector, %s::tsquery, 1)"
        " AS score FROM matches JOIN archive_search"
        " ON archive_search.edition_id = matches.current_id"
    )
    _insert = (
        "INSERT INTO archive_search (edition_id, words, vector) VALUES (%s, %s,"
        " setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B')"
        " || setweight(to_tsvector('simple', %s), 'C'))"
    )

    def insert(self, cursor: Any, rows: Sequence[Row]) -> None:
        given = []
        for edition, *parts in rows:
            spoken = [for_postgres(part) for part in parts]
            words = " ".join(" ".join(spoken).split())
            given.append((edition, f" {words} ", *spoken))
        cursor.executemany(self._insert, given)

    def remove(self, cursor: Any, row: Row) -> None:
        cursor.execute("DELETE FROM archive_search WHERE edition_id = %s", [row[0]])

    def matching(self, node: Node, ranked: bool) -> Matching:
        sought = to_tsquery(node)
        phrases: str = "TRUE"
        values: list[str] = []
        if has_phrase(node):
            phrases, values = to_condition(node, "spoken.words")
        source = "archive_search_found(%s::tsquery) AS found (edition_id)"
        if has_phrase(node):
            # OFFSET 0: the words of what was found alone are read, one after the other.
            source += (
                " CROSS JOIN LATERAL (SELECT words FROM archive_search"
                " WHERE edition_id = found.edition_id OFFSET 0) AS spoken"
            )
        return Matching(
            source,
            "found.edition_id",
            phrases,
            (sought,),
            tuple(values),
            "0",
            f"{self._ranking} LIMIT {self.ranked}",
            (sought,),
        )


def backend() -> Backend:
    return Postgres() if connection.vendor == "postgresql" else Sqlite()
