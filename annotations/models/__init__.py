from annotations.models.anchoring import Anchoring
from annotations.models.annotations import Anchor, Annotation, AnnotationTheme, Reply
from annotations.models.codebook import Codebook, Colour, Line, Theme
from annotations.models.history import History
from annotations.models.sets import AnnotationSet, Membership, Role, SetDocument, State, Visibility

__all__ = [
    "Anchor",
    "Anchoring",
    "Annotation",
    "AnnotationSet",
    "AnnotationTheme",
    "Codebook",
    "Colour",
    "History",
    "Line",
    "Membership",
    "Reply",
    "Role",
    "SetDocument",
    "State",
    "Theme",
    "Visibility",
]
