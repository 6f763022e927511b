"""Releasing what one wrote widens its promise, and in no way narrows it."""

from __future__ import annotations

import pytest

from annotations.actions.groups import make_group, move
from annotations.actions.promises import release
from annotations.actions.sets import change_role, edit_set
from annotations.models import Audience, Naming
from tests.annotations.worlds import world

pytestmark = pytest.mark.django_db


def test_what_an_editor_wrote_stays_hers_by_name_when_she_releases_it_as_an_annotator():
    here = world()
    written = here.annotate(author=here.editor)
    assert (written.audience, written.naming) == (Audience.MEMBERS, Naming.EDITOR)
    member = here.set.memberships.get(user=here.editor)
    change_role(member, actor=here.owner, role="annotator")
    group = make_group(here.set, actor=here.owner, name="Monday")
    move(here.set, [here.editor.pk], group, actor=here.owner)
    here.set.refresh_from_db()
    edit_set(here.set, actor=here.owner, title="A", description="", visibility="public", rights="")
    assert release(here.set, actor=here.editor) == 1
    written.refresh_from_db()
    assert written.audience == Audience.EVERYONE
    assert written.naming == Naming.EDITOR
    assert written.group is None
