"""The words of generated volumes: a seeded vocabulary, names, places, markings. No pytest here."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

_COMMON = """
the of and to in that a for on with was be as is by had at it would this not which from have but
"""
_PLAIN = """
about accept account across action add address adopt advance advise affair after again against aid
aim allow ally along already also although among answer any appear approach argue arise arms army
around arrange arrive article ask assess assist assume assure attach attempt attitude authority
aware balance ban base basis become before begin behalf believe between beyond bilateral border
both brief bring build burden business cabinet call campaign candid capable case cause ceiling
central certain chance change channel charge choice circle cite claim clause clear close colleague
come comment commit common community compare complain complete concern conclude condition conduct
confirm conflict consent consider consult contact contain continue contrast control convey
cooperate cost council counter country course cover credit crisis critical current cut danger deal
debate decide declare decline defend define delay delegation deliver demand deny depart deploy
describe desire detail detente develop differ diplomat direct discuss dispute divide doctrine
doubt draft draw due early ease east economic effect effort either elect element embargo embassy
emerge emphasis end energy engage enough ensure enter entire envoy equal escalate establish
estimate even event evidence exact examine example exchange expand expect explain explore export
express extend face fact fail fair faith favor fear field final find firm first follow force
foreign form formal forward frank free friend front full further future gain general give goal
good govern grain grant great ground group grow guarantee guidance halt handle hard head hear help
hesitate high hold hope host human idea ignore imply import impose improve inch include increase
indeed indicate influence inform initial insist inspect instead instruct intend interest interim
intervene invite issue joint judge just keep kind know label lack language large last late launch
law lead learn leave left less letter level light likely limit line link list little local long
look loss low maintain major make manner many march margin mark massive matter maximum mean
measure meet memo mention message military minimum minister minor missile mission model moderate
moment month moral motive move mutual name narrow nation near need negotiate neither neutral never
new next normal note nothing notice number object oblige obtain occasion offer office oil open
oppose option oral order origin other outcome outline outside overall own pact paper paragraph
part party pass past pattern pause pay peace people perhaps period permit persist personal phase
phrase place plan play plea point policy political position possible postpone power practice
precise prefer prepare present press pressure prevail prevent price prime principle private
probable problem proceed process produce program progress promise prompt propose prospect protect
protest prove provide public purpose pursue question quick quiet raise range rapid rather ratio
reach react ready real reason reassure recall receive recent recognize recommend record reduce
refer reflect refuse regard region reject relate release rely remain remark remind remove repeat
reply report request require resist resolve resource respect respond rest restrain result resume
retain return reveal review right risk role round rule satisfy say schedule scope second secure
seek seem send sense separate serious serve set settle share shift short show side sign signal
silent similar simple situation sketch slow small solid some sort sound source south speak special
staff stage stand state step still stop strategic stress strong study subject succeed suggest
summit supply support sure survey suspend sustain table take talk target task technical tend term
test text thank theater then thing think threat through time together tone topic total touch
toward trade treaty trend trust try turn type under understand unilateral union unity until upon
urge use usual value verify very view visit vital voice vote wait warhead warn watch way weak week
weigh welcome west whether while whole wide willing withdraw without word work world worry worth
write year yield zone
"""
_SYLLABLES = """
ba bel cor dan do el far gan hol ir jan kar len mar nor os pel qua ran sel tor ul var wen yor zim
"""
_ENDS = "a berg en ford ham ic in ley man o ov sky son stad ton ville"
_FIRST = """
Adam Alice Anton Beatrice Boris Carl Clara David Dora Edwin Elena Felix Frances George Greta
Harold Helen Igor Irene James Judith Karl Laura Leonid Martha Maxim Nora Oleg Paul Pauline Ralph
Rosa Simon Sofia Thomas Vera Viktor Walter
"""
MARKINGS = (
    "Secret",
    "Secret; Sensitive",
    "Secret; Nodis",
    "Top Secret",
    "Top Secret; Sensitive; Eyes Only",
    "Confidential",
    "Confidential; Immediate; Exdis",
    "Limited Official Use",
    "Unclassified",
    "No classification marking",
)
OFFICES = (
    "the Embassy in Norstad",
    "the Department of State",
    "the Mission to the Assembly",
    "the Policy Staff",
    "the Joint Staff",
)


@dataclass(frozen=True, slots=True)
class Words:
    """A vocabulary whose words come as often as those of a language: few very often, most rarely.

    ``drawn`` is the list to draw from evenly; a word stands in it as often as it is common.
    """

    drawn: list[str]
    names: list[tuple[str, str]]  # first and last
    places: list[str]

    def some(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self.drawn, k=count)

    def phrase(self, chance: random.Random, count: int) -> str:
        return " ".join(self.some(chance, count))

    def title(self, chance: random.Random, count: int) -> str:
        return " ".join(word.capitalize() for word in self.some(chance, count))


def words_of(seed: int, rare: int = 4000, people: int = 300) -> Words:
    """The words of a seed: everyday ones and ``rare`` coined ones, ``people`` names."""
    chance = random.Random(seed)
    coined = sorted({_coined(chance) for _ in range(rare)})
    plain = [*_COMMON.split(), *_PLAIN.split(), *coined]
    weights = [60_000 // (rank + 2) + 1 for rank in range(len(plain))]
    total = list(accumulate(weights))
    drawn = chance.choices(plain, cum_weights=total, k=60_000)
    first = _FIRST.split()
    names = [(chance.choice(first), _coined(chance).capitalize()) for _ in range(people)]
    return Words(drawn, names, [_coined(chance).capitalize() for _ in range(60)])


def _coined(chance: random.Random) -> str:
    syllables = chance.choices(_SYLLABLES.split(), k=chance.randrange(1, 4))
    return "".join(syllables) + chance.choice(_ENDS.split())


def spelled(day: date) -> str:
    """A date as a dateline has it: ``May 6, 1982``."""
    return f"{day:%B} {day.day}, {day.year}"
