"""The MUSTs of the Web Annotation Data Model (Recommendation of 23 February 2017) that apply to
what we write, one by one. Each names its section, and says of a document whether it keeps it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.annotations.webs import Json, items, nodes, pages

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MOTIVATIONS = {
    *("assessing", "bookmarking", "classifying", "commenting", "describing", "editing"),
    *("highlighting", "identifying", "linking", "moderating", "questioning", "replying"),
    *("tagging",),
}
SELECTORS = {"TextQuoteSelector", "TextPositionSelector"}

Rule = Callable[[Json], bool]
RULES: dict[str, Rule] = {}


def rule(section: str) -> Callable[[Rule], Rule]:
    def kept(check: Rule) -> Rule:
        RULES[f"{section} {check.__name__.replace('_', ' ')}"] = check
        return check

    return kept


def many(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def is_iri(value: Any) -> bool:
    return isinstance(value, str) and bool(IRI.match(value))


def is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def bodies(whole: Json) -> Iterator[Json]:
    return (body for item in items(whole) for body in item.get("body", []))


def targets(whole: Json) -> Iterator[Any]:
    return (target for item in items(whole) for target in many(item["target"]))


def specific(whole: Json) -> list[Json]:
    return [one for one in targets(whole) if isinstance(one, dict)]


def selectors(whole: Json, kind: str) -> list[Json]:
    found = [one for target in specific(whole) for one in many(target["selector"])]
    return [one for one in found if one["type"] == kind]


def agents(whole: Json) -> list[Json]:
    named = [one for one in nodes(whole) if "creator" in one or "generator" in one]
    return [agent for one in named for key in ("creator", "generator") for agent in many(one[key])]


# 3.1 Annotations


@rule("3.1")
def the_context_is_there_and_a_string_where_it_is_the_only_one(whole: Json) -> bool:
    return whole["@context"] == CONTEXT


@rule("3.1")
def an_annotation_has_exactly_one_id_and_it_is_an_iri(whole: Json) -> bool:
    return all(is_iri(item["id"]) for item in items(whole))


@rule("3.1")
def annotation_is_among_its_types(whole: Json) -> bool:
    return all("Annotation" in many(item["type"]) for item in items(whole))


@rule("3.1")
def it_has_one_target_or_more(whole: Json) -> bool:
    return all(many(item["target"]) for item in items(whole))


@rule("3.1")
def no_two_of_them_have_the_same_id(whole: Json) -> bool:
    ids = [item["id"] for item in items(whole)]
    return len(ids) == len(set(ids))


# 3.2 Bodies and targets


@rule("3.2.1")
def a_body_or_target_that_is_a_string_is_an_iri(whole: Json) -> bool:
    return all(is_iri(one) for one in targets(whole) if isinstance(one, str))


@rule("3.2.4")
def a_textual_body_has_exactly_one_value_of_text(whole: Json) -> bool:
    return all(
        isinstance(body["value"], str) for body in bodies(whole) if body["type"] == "TextualBody"
    )


@rule("3.2.4")
def a_body_has_one_format_at_most_and_it_is_a_media_type(whole: Json) -> bool:
    return all(body["format"] in ("text/plain", "text/markdown") for body in bodies(whole))


@rule("3.2.5")
def body_value_and_body_do_not_stand_together(whole: Json) -> bool:
    return not any("bodyValue" in item for item in items(whole))


# 3.3 Other properties


@rule("3.3.1")
def every_time_is_in_utc_and_says_so(whole: Json) -> bool:
    keys = ("created", "modified", "generated", "sourceDate")
    return all(TIME.match(one[key]) for one in nodes(whole) for key in keys if key in one)


@rule("3.3.1")
def it_is_created_and_modified_once_at_most(whole: Json) -> bool:
    keys = ("created", "modified", "generated")
    return all(isinstance(one[key], str) for one in nodes(whole) for key in keys if key in one)


@rule("3.3.2")
def an_agent_has_one_id_and_one_nickname_at_most(whole: Json) -> bool:
    return all(
        is_iri(agent.get("id", "urn:none")) and isinstance(agent.get("nickname", ""), str)
        for agent in agents(whole)
    )


@rule("3.3.2")
def an_agent_has_a_class_and_a_name(whole: Json) -> bool:
    kinds = ("Person", "Software", "Organization")
    return all(agent["type"] in kinds and isinstance(agent["name"], str) for agent in agents(whole))


@rule("3.3.3")
def an_audience_is_described_in_words_of_schema_org_with_their_prefix(whole: Json) -> bool:
    found = [one for item in items(whole) for one in many(item.get("audience"))]
    words = [word for one in found for word in (*(one.keys() - {"type"}), *many(one["type"]))]
    return all(word.startswith("schema:") for word in words)


@rule("3.3.5")
def a_motivation_is_one_of_the_vocabulary(whole: Json) -> bool:
    return all(
        many(item["motivation"]) and MOTIVATIONS.issuperset(many(item["motivation"]))
        for item in items(whole)
    )


@rule("3.3.5")
def a_purpose_is_one_of_the_vocabulary(whole: Json) -> bool:
    return all(MOTIVATIONS.issuperset(many(body["purpose"])) for body in bodies(whole))


@rule("3.3.5")
def a_motivation_does_not_stand_twice(whole: Json) -> bool:
    found = [many(item["motivation"]) for item in items(whole)]
    return all(len(one) == len(set(one)) for one in found)


@rule("3.3.6")
def rights_are_iris(whole: Json) -> bool:
    return all(is_iri(one) for node in nodes(whole) for one in many(node.get("rights")))


@rule("3.3.7")
def canonical_is_one_iri_at_most(whole: Json) -> bool:
    return all(is_iri(item["canonical"]) for item in items(whole) if "canonical" in item)


@rule("3.3.7")
def canonical_is_that_of_one_annotation(whole: Json) -> bool:
    found = [item["canonical"] for item in items(whole) if "canonical" in item]
    return len(found) == len(set(found))


@rule("3.3.7")
def via_is_an_iri(whole: Json) -> bool:
    return all(is_iri(one) for item in items(whole) for one in many(item.get("via")))


# 4 Specific resources


@rule("4.1")
def a_specific_resource_has_exactly_one_source(whole: Json) -> bool:
    return all(is_iri(target["source"]) for target in specific(whole))


@rule("4.1")
def a_specific_resource_says_that_it_is_one(whole: Json) -> bool:
    return all(target["type"] == "SpecificResource" for target in specific(whole))


@rule("4.2")
def a_selector_has_exactly_one_type(whole: Json) -> bool:
    return all(
        one["type"] in SELECTORS for target in specific(whole) for one in many(target["selector"])
    )


@rule("4.2")
def all_selectors_of_a_target_are_of_different_types(whole: Json) -> bool:
    found = [[one["type"] for one in many(target["selector"])] for target in specific(whole)]
    return all(len(one) == len(set(one)) for one in found)


@rule("4.2.4")
def a_quote_has_exactly_one_exact_prefix_and_suffix(whole: Json) -> bool:
    keys = ("exact", "prefix", "suffix")
    found = selectors(whole, "TextQuoteSelector")
    return all(isinstance(one[key], str) for one in found for key in keys)


@rule("4.2.5")
def a_position_has_exactly_one_start_and_one_end_of_which_none_is_negative(whole: Json) -> bool:
    found = selectors(whole, "TextPositionSelector")
    return all(is_count(one["start"]) and is_count(one["end"]) for one in found)


@rule("4.2.5")
def a_position_does_not_end_before_it_begins(whole: Json) -> bool:
    return all(one["start"] <= one["end"] for one in selectors(whole, "TextPositionSelector"))


@rule("4.2.5")
def a_position_counts_code_points(whole: Json) -> bool:
    quotes = selectors(whole, "TextQuoteSelector")
    found = selectors(whole, "TextPositionSelector")
    lengths = [len(one["exact"]) for one in quotes]
    return [one["end"] - one["start"] for one in found] == lengths


@rule("4.3.1")
def a_state_says_that_it_is_one_of_time(whole: Json) -> bool:
    return all(target["state"]["type"] == "TimeState" for target in specific(whole))


@rule("4.3.1")
def a_date_of_a_source_does_not_stand_beside_a_range_of_dates(whole: Json) -> bool:
    states = [target["state"] for target in specific(whole)]
    both = {"sourceDateStart", "sourceDateEnd"}
    return all("sourceDate" in one and not one.keys() & both for one in states)


@rule("4.6")
def a_scope_is_a_resource(whole: Json) -> bool:
    return all(is_iri(target["scope"]) for target in specific(whole))


# 5 Collections


@rule("5.1")
def a_collection_has_exactly_one_id_and_it_is_an_iri(whole: Json) -> bool:
    return is_iri(whole["id"])


@rule("5.1")
def annotation_collection_is_among_its_types(whole: Json) -> bool:
    return "AnnotationCollection" in many(whole["type"])


@rule("5.1")
def a_collection_has_a_label(whole: Json) -> bool:
    return isinstance(whole["label"], str)


@rule("5.1")
def the_total_is_a_count_and_true(whole: Json) -> bool:
    return is_count(whole["total"]) and whole["total"] == len(items(whole))


@rule("5.1")
def a_collection_that_holds_something_has_a_first_page_and_the_last(whole: Json) -> bool:
    found = list(pages(whole))
    if not whole["total"]:
        return "first" not in whole and "last" not in whole
    return whole["first"] is found[0] and whole["last"] == found[-1]["id"]


@rule("5.2")
def a_page_has_exactly_one_id_and_no_other_has_it(whole: Json) -> bool:
    ids = [page["id"] for page in pages(whole)]
    return all(is_iri(one) for one in ids) and len(ids) == len(set(ids))


@rule("5.2")
def annotation_page_is_among_its_types(whole: Json) -> bool:
    return all("AnnotationPage" in many(page["type"]) for page in pages(whole))


@rule("5.2")
def a_page_has_items_in_a_list(whole: Json) -> bool:
    return all(isinstance(page["items"], list) and page["items"] for page in pages(whole))


@rule("5.2")
def a_page_is_part_of_its_collection(whole: Json) -> bool:
    return all(page["partOf"] == whole["id"] for page in pages(whole))


@rule("5.2")
def a_page_but_the_last_has_a_next_one_and_but_the_first_one_before(whole: Json) -> bool:
    found = list(pages(whole))
    before = [page.get("prev") for page in found]
    return before == [None, *(page["id"] for page in found)][: len(found)]


@rule("5.2")
def a_page_says_where_in_the_collection_it_begins(whole: Json) -> bool:
    at = 0
    for page in pages(whole):
        if not is_count(page["startIndex"]) or page["startIndex"] != at:
            return False
        at += len(page["items"])
    return True


# JSON-LD as the model wants it


@rule("JSON")
def the_context_stands_once_and_only_at_the_top(whole: Json) -> bool:
    return sum("@context" in one for one in nodes(whole)) == 1


@rule("JSON")
def nothing_is_null_and_no_list_holds_lists(whole: Json) -> bool:
    values = [value for one in nodes(whole) for value in one.values()]
    inner = [one for value in values if isinstance(value, list) for one in value]
    return None not in values and not any(isinstance(one, list) for one in inner)
