"""What screens, the command line and later apps ask about people."""

from transom.apps.people.selectors.behind import Behind, behind, last_membership, public_people
from transom.apps.people.selectors.company import Company, MeetsIn, company_of, meets_in
from transom.apps.people.selectors.directory import Choice, Directory, Filters, choices, directory
from transom.apps.people.selectors.moves import Joining, Move, joinings, moves
from transom.apps.people.selectors.person import (
    Stay,
    Things,
    groups_and_offices,
    identities_of,
    seen_in,
    sources_of,
    stays_of,
    things_of,
)
from transom.apps.people.selectors.questions import Asked, answer_about, next_question, question_about
from transom.apps.people.selectors.same_job import Peer, same_job
from transom.apps.people.selectors.who import (
    aliases_of,
    here_of,
    people_of,
    person_for,
    visible_people,
)
from transom.apps.people.selectors.why import Why, decided_by, evidence_between, why_one

__all__ = [
    "Asked",
    "Behind",
    "Choice",
    "Company",
    "Directory",
    "Filters",
    "Joining",
    "MeetsIn",
    "Move",
    "Peer",
    "Stay",
    "Things",
    "Why",
    "aliases_of",
    "answer_about",
    "behind",
    "choices",
    "company_of",
    "decided_by",
    "directory",
    "evidence_between",
    "groups_and_offices",
    "here_of",
    "identities_of",
    "joinings",
    "last_membership",
    "meets_in",
    "moves",
    "next_question",
    "people_of",
    "person_for",
    "public_people",
    "question_about",
    "same_job",
    "seen_in",
    "sources_of",
    "stays_of",
    "things_of",
    "visible_people",
    "why_one",
]
