"""Values assigned to roles: which number is the rate, which the weight, and which names stay open.

`assignments` in named.py wants a value right after its name. Students write more freely: "0,9 de
momentum", "o backprop devolveu -0,8 de gradiente", "beta1 e beta2 iguais a 0,9 e 0,99",
"gradientes no passo 1 e no passo 2: …". Here every name of the vocabulary is found first, then each
value gets the name that fits best, the sure ones before the loose ones. What is left over on
either side is told: a name without value is probably what is asked, a number without name is
something to ask about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tutor.solver.fields import Statement, is_connector
from tutor.solver.numbers import Reading, Value

Vocabulary = Mapping[str, re.Pattern[str]]

_WORD = re.compile(r"\w+")
_MOST_WORDS = 8
_MOST_VALUES = 80
# A sentence ends, or a question begins: no name reaches beyond.
_BARRIER = re.compile(
    r"[;!?]|\.(?=\s|$)|\n\s*\n|\b(?:qual|quais|quanto|quantos|calcul\w*|determin\w*|encontre|ache|"
    r"what|find|sem|exceto|apenas|so)\b"
)
_AFTERWARDS = re.compile(
    r"\s*(?:(?:de|do|da|como|para|pra|pro|sendo|of|as|for)\s+(?:o |a |um |uma |the )?|\(\s*)"
)
_LISTED = re.compile(r"\s*(?:,|/|;|\be\b|\band\b)\s*(?:[oa]s?\s+)?")
# "e depois -1", "e no passo 2 foi 3": another value of the name before.
_CONTINUES = frozenset(
    "e , ; depois entao em seguida no na o a foi foram era passo iteracao primeiro segundo "
    "terceiro "
    "quarto primeira segunda terceira outro outra novo nova novamente por fim finalmente ja de "
    "logo apos veio deu vale valeu and then on the step second third = : - ) (".split()
)
_LAST_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:e[-+]?\d+)?%?$")
_STEP = r"(?:passo|iteracao|step|iteration|instante|epoca|update|epoch|t)"
_STEP_NUMBER = re.compile(
    rf"(?<![\w]){_STEP}s?\s*(?:numero|n[ºo°]?\.?|t|=|:|e)?\s*(?:=\s*)?"
    r"(?P<first>\d{1,7})(?![\w]|[.,/]\d)"
    r"(?:(?:\s*,\s*|\s+e\s+|\s+a\s+|\s+ate\s+|\s+and\s+|\s+to\s+)\d{1,4}(?![\w]|[.,]\d|\s*[=:]))*"
)
_COUNTED_STEPS = re.compile(
    r"(?<![\w.,])\d{1,9}(?= (?:primeir[ao]s )?(?:passos|iterac\w+|epocas|steps?|updates?|vezes|"
    r"atualizac\w+|iterations?|epochs?|passo\b|epoca\b))"
)


@dataclass(frozen=True)
class Mention:
    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Roles:
    values: dict[str, list[Value]]
    open: tuple[Mention, ...]  # names without a value
    loose: tuple[Value, ...]  # values without a name
    steps: tuple[Value, ...]  # the numbers of steps: "no passo 3", "t = 3"
    conflicts: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    pairs: tuple[tuple[Mention, Value], ...] = ()  # every name with its value, in order


def assign(
    statement: Statement, vocabulary: Vocabulary, lists: frozenset[str] = frozenset()
) -> Roles:
    """Every value with its role. `lists` are the keys that may have several values."""
    return _Assigner(statement, vocabulary, lists).run()


class _Assigner:
    def __init__(self, statement: Statement, vocabulary: Vocabulary, lists: frozenset[str]) -> None:
        self.text = statement.folded
        self.lists = lists
        spans = [match.span() for match in _STEP_NUMBER.finditer(self.text)]
        self.step_spans = spans
        counted = [match.start() for match in _COUNTED_STEPS.finditer(self.text)]
        values = [
            v
            for v in statement.values
            if not v.ordinal and not v.dimensions and v.start not in counted
        ][:_MOST_VALUES]
        self.steps = [v for v in values if any(a <= v.start < b for a, b in spans)]
        self.mentions = [
            m
            for m in _mentions(self.text, vocabulary)
            if not any(a <= m.start < b for a, b in spans)
        ]
        self.pending = self._split([v for v in values if v not in self.steps])
        self.owner: dict[int, Mention] = {}  # start of a value -> its name

    def run(self) -> Roles:
        self._distribute()
        ways = (self._adjacent, self._after, self._hard_before, self._soft_before, self._continued)
        for claim in ways:
            for value in self.pending:
                if value.start not in self.owner:
                    mention = claim(value)
                    if mention is not None:
                        self.owner[value.start] = mention
        chained = self._chained()
        found: dict[str, list[Value]] = {}
        conflicts: dict[str, tuple[Value, Value]] = {}
        for value in self.pending:
            mention = self.owner.get(value.start)
            if mention is None:
                continue
            listed = found.setdefault(mention.key, [])
            if listed and mention.key not in self.lists and _differ(listed[0], value):
                conflicts.setdefault(mention.key, (listed[0], value))
            listed.append(value)
        for mention, value in chained:
            found.setdefault(mention.key, [value])
        used = {*self.owner.values(), *(mention for mention, _ in chained)}
        return Roles(
            found,
            tuple(m for m in self.mentions if m not in used),
            tuple(v for v in self.pending if v.start not in self.owner),
            tuple(self.steps),
            conflicts,
            tuple((self.owner[v.start], v) for v in self.pending if v.start in self.owner),
        )

    # ------------------------------------------------------------------ the ways

    def _distribute(self) -> None:
        """ "beta1 e beta2 iguais a 0,9 e 0,99": as many values as names."""
        groups: list[list[Mention]] = []
        for mention in self.mentions:
            previous = groups[-1][-1] if groups else None
            gap = self.text[previous.end : mention.start] if previous else ""
            if previous and _LISTED.fullmatch(gap) and previous.key != mention.key:
                groups[-1].append(mention)
            else:
                groups.append([mention])
        for group in groups:
            if len(group) < 2:
                continue
            after = [v for v in self.pending if v.start >= group[-1].end]
            if not after or not self._near(group[-1], after[0]):
                continue
            value = after[0]
            numbers = value.readings[0].data
            if not isinstance(numbers, list) or len(numbers) != len(group):
                continue
            if any(isinstance(each, list) for each in numbers):
                continue
            parts = [_part(value, index) for index in range(len(group))]
            place = self.pending.index(value)
            self.pending[place : place + 1] = parts
            for part, mention in zip(parts, group, strict=True):
                self.owner[part.start] = mention

    def _near(self, mention: Mention, value: Value) -> bool:
        gap = self.text[mention.end : value.start]
        return re.fullmatch(r"[\s=:(\[)]*(?:\w+[\s:=(]+){0,5}", gap) is not None and not (
            _BARRIER.search(gap)
        )

    def _adjacent(self, value: Value) -> Mention | None:
        """ "lr = 0,1", "peso: 2", "beta 0,9"."""
        mention = self._last_before(value)
        if mention is None or not self._free(mention, value):
            return None
        gap = self._gap(mention.end, value.start)
        return mention if re.fullmatch(r"[\s=:)(\[]*", gap) else None

    def _hard_before(self, value: Value) -> Mention | None:
        mention = self._last_before(value)
        if mention is None or not is_connector(self._gap(mention.end, value.start)):
            return None
        return mention if self._free(mention, value) else None

    def _after(self, value: Value) -> Mention | None:
        lead = _AFTERWARDS.match(self.text, value.end)
        if lead is None:
            return None
        mention = next((m for m in self.mentions if m.start == lead.end()), None)
        if mention is None or mention in self.owner.values():
            return None
        follows = re.match(r"\s*[=:]?\s*[-+]?(?:\.?\d|\[)", self.text[mention.end :])
        return None if follows else mention

    def _soft_before(self, value: Value) -> Mention | None:
        mention = self._last_before(value)
        if mention is None or not self._free(mention, value):
            return None
        gap = self._gap(mention.end, value.start)
        if _BARRIER.search(gap) or len(_WORD.findall(gap)) > _MOST_WORDS:
            return None
        return mention

    def _continued(self, value: Value) -> Mention | None:
        before = [v for v in self.pending if v.end <= value.start]
        mention = self.owner.get(before[-1].start) if before else None
        if mention is None or mention.key not in self.lists:
            return None
        gap = self._gap(before[-1].end, value.start)
        tokens = re.findall(r"\w+|[^\w\s]", gap)
        return mention if all(token in _CONTINUES for token in tokens) else None

    def _chained(self) -> list[tuple[Mention, Value]]:
        """ "m0 = v0 = 0": the name before has the same value."""
        by_owner = {mention: start for start, mention in self.owner.items()}
        values = {value.start: value for value in self.pending}
        chained: list[tuple[Mention, Value]] = []
        known = {mention: values[start] for mention, start in by_owner.items() if start in values}
        for mention, following in reversed(
            list(zip(self.mentions, self.mentions[1:], strict=False))
        ):
            gap = self.text[mention.end : following.start]
            if mention not in known and following in known and gap.strip() == "=":
                known[mention] = known[following]
                chained.append((mention, known[following]))
        return chained

    # ------------------------------------------------------------------- helpers

    def _last_before(self, value: Value) -> Mention | None:
        return next((m for m in reversed(self.mentions) if m.end <= value.start), None)

    def _free(self, mention: Mention, value: Value) -> bool:
        """No other value between, and the name has none yet."""
        if any(mention.end <= v.start < value.start for v in self.pending):
            return False
        return mention not in self.owner.values()

    def _gap(self, start: int, end: int) -> str:
        """The text between, without the numbers of steps."""
        gap = self.text[start:end]
        for a, b in reversed(self.step_spans):
            if start <= a and b <= end:
                gap = gap[: a - start] + " " + gap[b - start :]
        return gap

    def _split(self, values: list[Value]) -> list[Value]:
        """ "peso 1, 0,9 de momentum" scans as one list; its last number has a name of its own."""
        split: list[Value] = []
        for value in values:
            last = _LAST_NUMBER.search(value.text)
            lead = _AFTERWARDS.match(self.text, value.end)
            named = lead and any(m.start == lead.end() for m in self.mentions)
            owned = any(
                m.end <= value.start and is_connector(self.text[m.end : value.start])
                for m in self.mentions
            )
            if value.bracketed or value.size != 2 or not (named and owned and last):
                split.append(value)
                continue
            split += [_part(value, 0), _part(value, 1)]
        return split


def _mentions(text: str, vocabulary: Vocabulary) -> list[Mention]:
    """The names in order: where two overlap, the longer one; a name and its symbol are one."""
    found = [
        Mention(key, match.start(), match.end())
        for key, pattern in vocabulary.items()
        for match in pattern.finditer(text)
    ]
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    merged: list[Mention] = []
    for mention in sorted(kept, key=lambda m: m.start):
        last = merged[-1] if merged else None
        gap = text[last.end : mention.start] if last else ""
        if last and last.key == mention.key and re.fullmatch(r"\s*[(,]?\s*", gap):
            merged[-1] = Mention(last.key, last.start, mention.end)
        elif last and _belongs(last.key, mention.key) and _OF.fullmatch(gap):
            merged[-1] = Mention(last.key, last.start, mention.end)  # "o gradiente do peso"
        elif last and mention.key.endswith("_after") and last.key != "w" and _VERB.fullmatch(gap):
            merged[-1] = Mention(last.key, last.start, mention.end)  # "o acumulador ficou em 9"
        else:
            merged.append(mention)
    return merged


_OF = re.compile(
    r"\s*(?:d[aeo]s?|d?ess[ea]|dest[ea]|em relacao (?:a|ao|aos)|"
    r"com respeito (?:a|ao)|n[ao]|of|w\.?r\.?t\.?)\s*(?:o |a )?"
)
_VERB = re.compile(r"\s*(?:agora|ja|so|entao)?\s*")


def _belongs(owner: str, other: str) -> bool:
    return other in ("w", "gradient") and owner in ("gradient", "m0", "v0", "update")


def _part(value: Value, index: int) -> Value:
    """One number of a flat list, as a value of its own (positions inside the list's)."""
    numbers = value.readings[0].data
    assert isinstance(numbers, list)
    number = numbers[index]
    start = value.start + index * max(1, (value.end - value.start) // len(numbers))
    last = index == len(numbers) - 1
    end = value.end if last else start + 1
    text = f"{number:.15g}" if isinstance(number, float) else value.text
    return Value(text, start, end, (Reading(number),))


def _differ(one: Value, other: Value) -> bool:
    return one.readings[0].data != other.readings[0].data
