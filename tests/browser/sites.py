"""The addresses of every page, for the tests that hold all of them to something."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User

from annotations.accounts import local_owner
from annotations.actions.assignments import Part, create_assignment, give_mark
from annotations.actions.codebook import edit_theme
from annotations.actions.groups import deal
from annotations.actions.joining import make_link
from annotations.actions.moderation import report
from annotations.actions.splitting import Piece, begin_split
from annotations.models import AnnotationSet, Assignment, JoinLink
from archive.actions import merge_persons
from archive.importers.particulars import Given
from archive.models import Import, Person
from archive.own import bring
from tests.browser.pages import DOCUMENT, READER, annotation_at

VOLUME = "/volumes/frus1981-88v03/"
ANNOTATE = "/sets/seminar/annotate/frus1981-88v03/d169/"
ACCOUNT = [f"/accounts/{name}" for name in ("", "password/set/", "email/", "2fa/")]


def for_guests() -> list[str]:
    """What anyone may open, a page that is not there among them."""
    one = annotation_at("our willingness to talk").get_absolute_url()
    found = ["/", "/volumes/", VOLUME, READER, "/sets/", "/sets/seminar/"]
    found += [f"{READER}&author=ines-quill&theme=hedging"]
    found += [f"{DOCUMENT}at/?set=seminar&at=2050", "/sets/seminar/codebook/", one]
    found += ["/search/", "/search/?q=soviet+see&level=secret", "/search/?q=zebra&since=x"]
    found += [f"{VOLUME}{what}/" for what in ("persons", "terms", "time")]
    found += ["/persons/", "/persons/?letter=h&q=x", "/terms/", "/time/", haig().get_absolute_url()]
    keys = ("reset", "reset/done", "reset/key/1-x", "reset/key/done")
    names = ("login", "signup", "inactive", "confirm-email", "confirm-email/x")
    found += [f"/accounts/{name}/" for name in (*names, *(f"password/{key}" for key in keys))]
    found += ["/join/", "/join/unknown/", f"/join/{a_link().token}/"]
    found += [f"/sets/seminar/annotations/{query}" for query in ("", "?q=zebra&theme=hedging")]
    found += ["/sets/seminar/codebook/linkage/", "/sets/seminar/codebook/hedging/?sort=new"]
    return [*found, "/sets/seminar/exports/", "/nowhere/"]


def for_members() -> list[str]:
    """What a demo reader may open besides, with the forms for her own annotation."""
    mine = annotation_at("our willingness to talk")
    at, reply = mine.get_absolute_url(), mine.replies.filter(author=mine.author).get()
    found = [at, *(f"{at}{what}/" for what in ("edit", "passage", "delete", "reply"))]
    found += [f"/replies/{reply.uuid}/{what}/" for what in ("edit", "delete")]
    found += [ANNOTATE, f"{ANNOTATE}?words=START", f"{ANNOTATE}?start=149&end=170"]
    found += ["/volumes/bring/", "/own/", "/notices/", "/notices/choices/"]
    found += [f"/sets/seminar/{what}/" for what in ("members", "groups", "leave", "mine", "rules")]
    found += ["/account/data/", "/account/data/erase/"]
    found += ["/recent/", "/recent/?when=last-week&q=x", "/recent/said/", "/recent/reading/"]
    found += [f"{annotation_at('We are moving').get_absolute_url()}report/"]
    found += assignment_pages(mine.author)
    return [*found, READER, "/sets/", "/sets/new/", "/accounts/logout/", *ACCOUNT]


def for_owners() -> list[str]:
    """What the set's owner may open besides."""
    book = "/sets/seminar/codebook/"
    found = ["/sets/seminar/", "/sets/seminar/edit/", "/sets/seminar/members/", book]
    found += ["/sets/seminar/rules/"]
    found += [f"{book}{what}/" for what in ("edit", "new", "linkage/edit", "bring", "versions")]
    found += [f"{book}edit/?theme=linkage", f"{book}bring/?sample=1"]
    found += [f"{book}versions/{what}/" for what in (1, 5, "5/back", "compare")]
    found += theme_pages()
    theirs = annotation_at("We are moving")
    report(theirs, by=annotation_at("our willingness to talk").author, reason="It is rude.")
    found += [f"{theirs.get_absolute_url()}{what}/" for what in ("hide", "lock")]
    found += ["/sets/seminar/reports/", "/sets/seminar/reports/?show=settled"]
    one = AnnotationSet.objects.get(slug="seminar")
    deal(one, actor=one.owner, count=2, all_anew=True)
    found += ["/sets/seminar/groups/", "/sets/seminar/groups/?q=nobody", "/sets/seminar/delete/"]
    found += assignment_pages(annotation_at("our willingness to talk").author)
    found += [f"/sets/seminar/assignments/{what}/" for what in ("new", "grid")]
    found += [f"{an_assignment().get_absolute_url()}edit/"]
    link, shut = a_link(), a_link(limit=1)
    JoinLink.objects.filter(pk=shut.pk).update(uses=1)
    found += ["/sets/seminar/join-links/", f"/sets/seminar/join-links/{link.pk}/show/"]
    html = b"<h1>Memo</h1><nav>x</nav><p>Day<sup><a href='#n'>1</a></sup><p id=n>1 See A."
    mine = bring(local_owner(), html, "a.html", Given("Memo", source="https://example.org/a"))
    found += ["/own/", *(f"/own/{mine.slug}/{what}" for what in ("", "delete/"))]
    elsewhere = haig()
    elsewhere.pk, elsewhere.volume = None, mine
    elsewhere.save()
    merged = merge_persons([haig().pk, elsewhere.pk], local_owner())
    found += [f"/persons/merge/?q={word}" for word in ("haig", "s", "none")]
    found += [one.get_absolute_url() for one in merged.persons.all()[:1]]
    run = Import.objects.filter(volume__owner=None).latest("pk")
    found += ["/imports/", run.get_absolute_url()]
    return [*found, mine.get_absolute_url(), "/sets/seminar/exports/"]


def theme_pages() -> list[str]:
    """Where themes are merged, split (asked into what, and walked through) and looked at again."""
    one, book = AnnotationSet.objects.get(slug="seminar"), "/sets/seminar/codebook/"
    themes = {theme.slug: theme for theme in one.codebook.themes.all()}
    edit_theme(one, themes["hedging"], actor=one.owner, definition="Keeping a way out.", why="So")
    pieces = [Piece(themes["europe"]), Piece(None, "War", "Open war.")]
    begin_split(one, themes["alliance-risk"], pieces, actor=one.owner)
    found = [f"{book}{name}/" for name in ("alliance-risk/split", "linkage/split", "hedging")]
    both = f"?into={themes['linkage'].pk}&also={themes['insulation'].pk}"
    merge = f"{book}tacit-linkage/merge/"
    return [*found, f"{book}hedging/review/", merge, merge + both]


def a_link(**terms: Any) -> JoinLink:
    """A way into the sample set."""
    one = AnnotationSet.objects.get(slug="seminar")
    return make_link(one, actor=one.owner, **terms)


def an_assignment() -> Assignment:
    """A part of the sample document to annotate, with a mark for each who did."""
    one = AnnotationSet.objects.get(slug="seminar")
    found = one.assignments.first()
    if found is None:
        document = one.documents.get()
        blocks = document.current.blocks
        part = Part(document.pk, document.current.pk, blocks[3][1], blocks[6][2])
        found = create_assignment(
            one, actor=one.owner, title="Who speaks", parts=[part], annotations=2, words=9, points=9
        )
    return found


def assignment_pages(student: User) -> list[str]:
    """The pages of an assignment that a student and the set's owner may both open."""
    one = an_assignment()
    give_mark(one, student, actor=one.created_by, points=Decimal(8), comment="Well *read*.")
    member = one.annotation_set.memberships.get(user=student)
    at = one.get_absolute_url()
    return ["/sets/seminar/assignments/", at, f"{at}work/{member.pk}/"]


def haig() -> Person:
    """The person of the sample whom most speak of."""
    return Person.objects.get(key="p_HAM_1", volume__slug="frus1981-88v03")
