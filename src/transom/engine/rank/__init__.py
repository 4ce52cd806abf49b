"""Features, value, choice under a budget, and the explanation of a pick.

model = learn(log, now=now)                       # the user's feedback rows
ranking = rank(pool.view(), model, Shape(), 15.0, now=now)
for index in ranking.choice.read: ...             # indices into the candidates
ranking.reasons(index); ranking.features_of(index)
"""

from transom.engine.rank.candidates import DO, READ, Candidate, Candidates, Codes, Pool
from transom.engine.rank.choice import Choice, choose
from transom.engine.rank.explain import Reason
from transom.engine.rank.features import FEATURES, Feature
from transom.engine.rank.model import Model, extend, learn
from transom.engine.rank.ranking import Ranking, rank, worth_of
from transom.engine.rank.shape import Coverage, Shape
from transom.engine.rank.signals import FeedbackRow, Signal
from transom.engine.rank.stories import same_story, told_before

__all__ = [
    "DO",
    "FEATURES",
    "READ",
    "Candidate",
    "Candidates",
    "Choice",
    "Codes",
    "Coverage",
    "Feature",
    "FeedbackRow",
    "Model",
    "Pool",
    "Ranking",
    "Reason",
    "Shape",
    "Signal",
    "choose",
    "extend",
    "learn",
    "rank",
    "same_story",
    "told_before",
    "worth_of",
]
