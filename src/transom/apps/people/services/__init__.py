"""What users do about people: say who is who, take that back, have somebody forgotten."""

from transom.apps.people.services.decisions import asks_for_whom, decide, may_decide_for_all, part, take_back
from transom.apps.people.services.forgetting import forget, may_forget

__all__ = ["asks_for_whom", "decide", "forget", "may_decide_for_all", "may_forget", "part", "take_back"]
