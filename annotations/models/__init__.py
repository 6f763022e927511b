from annotations.models.anchoring import Anchoring
from annotations.models.annotations import Anchor, Annotation, AnnotationTheme, Question, Reply
from annotations.models.assignments import Assignment, AssignmentDocument, Mark
from annotations.models.codebook import Codebook, CodebookVersion, Colour, Line, Theme
from annotations.models.history import History
from annotations.models.moderation import Report
from annotations.models.notices import Kind, NoticeChoice, Notification
from annotations.models.people import Block, Group, GroupMember, JoinLink, LinkState, Pseudonym
from annotations.models.positions import NoPositions, ReadingPosition
from annotations.models.progress import Progress
from annotations.models.promised import Audience, Sharing
from annotations.models.sets import (
    AnnotationSet,
    Leaving,
    Membership,
    Naming,
    Role,
    Rule,
    SetDocument,
    State,
    Visibility,
)
from annotations.models.snapshots import Reach, Snapshot, SnapshotState, Variant
from annotations.models.visibility import Promise, Scope

__all__ = [
    "Anchor",
    "Anchoring",
    "Annotation",
    "AnnotationSet",
    "AnnotationTheme",
    "Assignment",
    "AssignmentDocument",
    "Audience",
    "Block",
    "Codebook",
    "CodebookVersion",
    "Colour",
    "Group",
    "GroupMember",
    "History",
    "JoinLink",
    "Kind",
    "Leaving",
    "Line",
    "LinkState",
    "Mark",
    "Membership",
    "Naming",
    "NoPositions",
    "NoticeChoice",
    "Notification",
    "Progress",
    "Promise",
    "Pseudonym",
    "Question",
    "Reach",
    "ReadingPosition",
    "Reply",
    "Report",
    "Role",
    "Rule",
    "Scope",
    "SetDocument",
    "Sharing",
    "Snapshot",
    "SnapshotState",
    "State",
    "Theme",
    "Variant",
    "Visibility",
]
