"""What sets a sentence apart from the evidence that is nearest to it, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np

from tutor.grounding.lexicon import HIDDEN_DENIALS, OPPOSITE, alike
from tutor.grounding.reading import Reading, Term

Matches = dict[int, list[int]]  # place of a claimed term -> its places in the evidence

_ROLES = frozenset("by to with without partir antes depois vez".split())
_FIXED_ROLES = _ROLES - {"to"}
_REACH = 6  # terms on either side that count as neighbours
_OTHER_CLAUSE = 0.4  # what neighbourhood across a clause boundary is worth
_OTHER_ORDER = 0.7  # … and in the other order


def coverage(claim: Reading, known: Reading) -> float:
    """Share of the claimed terms that the evidence has; a synonym counts a little less."""
    if not claim.terms:
        return 0.0
    stems = known.stems
    return sum(
        1.0 if t.stem in stems else 0.8 * any(alike(t.stem, s) for s in stems) for t in claim.terms
    ) / len(claim.terms)


def features(
    claim: Reading, known: Reading, entry: frozenset[str], false: Sequence[Reading]
) -> dict[str, float]:
    """`entry`: stems of the whole entry; `false`: its misconceptions."""
    found = _matches(claim, known)
    return {
        **_words(claim, known, found, entry),
        **_denials(claim, known, found),
        **_structure(claim, known, found),
        **_neighbours(claim.terms, known.terms, found),
        "believed": max((_likeness(claim, f) for f in false), default=0.0)
        - _likeness(claim, known),
    }


def _matches(claim: Reading, known: Reading) -> Matches:
    """Equal stems where there are any, else synonyms."""
    found: Matches = {}
    for i, term in enumerate(claim.terms):
        places = [j for j, k in enumerate(known.terms) if k.stem == term.stem]
        if not places and not term.value:
            places = [
                j for j, k in enumerate(known.terms) if not k.value and alike(term.stem, k.stem)
            ]
        if places:
            found[i] = places
    return found


def _likeness(one: Reading, other: Reading) -> float:
    return 0.5 * (coverage(one, other) + coverage(other, one))


def _words(
    claim: Reading, known: Reading, found: Matches, entry: frozenset[str]
) -> dict[str, float]:
    """What is said and not in the evidence, and the other way round."""
    unknown = [t for i, t in enumerate(claim.terms) if i not in found]
    words = [t for t in unknown if not t.value]
    elsewhere = sum(t.stem in entry for t in words)
    covered = {j for places in found.values() for j in places}
    missed = [t for j, t in enumerate(known.terms) if j not in covered]
    flipped = sum(bool(OPPOSITE.get(t.stem, frozenset()) & known.stems) for t in words)
    opposable = sum(t.stem in OPPOSITE for t in words)
    sizes: dict[int, int] = {}
    told: dict[int, int] = {}
    for j, term in enumerate(known.terms):
        sizes[term.clause] = sizes.get(term.clause, 0) + 1
        told[term.clause] = told.get(term.clause, 0) + (j in covered)
    local = [t for t in missed if 2 * told[t.clause] >= sizes[t.clause]]
    return {
        "uncovered": 1.0 - coverage(claim, known),
        "unknown": len(unknown),
        "unknown_anywhere": len(words) - elsewhere,
        "unknown_elsewhere": elsewhere,
        "numbers": len(unknown) - len(words),
        "missed": len(missed) / max(len(known.terms), 1),
        "missed_local": len(local),
        "substituted": min(sum(not t.verbal for t in unknown), sum(not t.verbal for t in local)),
        "flipped": flipped,
        "opposed_new": opposable - flipped,
        "opposable": sum(t.stem in OPPOSITE for t in claim.terms),
        "synonyms": sum(
            all(known.terms[j].stem != claim.terms[i].stem for j in places)
            for i, places in found.items()
        ),
        "length": len(claim.terms),
        "order": _common(claim.terms, known.terms) / max(len(claim.terms), 1),
    }


def _denials(claim: Reading, known: Reading, found: Matches) -> dict[str, float]:
    """Negations and words like "só", "todos", "sempre": how many, and on which terms."""
    new = lost = 0
    for i, places in found.items():
        denied = [known.terms[j].denied for j in places]
        new += claim.terms[i].denied and not any(denied)
        lost += not claim.terms[i].denied and all(denied)
    return {
        "hidden_new": len(claim.stems & HIDDEN_DENIALS - known.stems),
        "hidden_lost": len(known.stems & HIDDEN_DENIALS - claim.stems),
        "denials": abs(claim.denials - known.denials),
        "denied_any": float(claim.denials > 0 or known.denials > 0),
        "denied_new": new,
        "denied_lost": lost,
        "scope_new": len(claim.scopes - known.scopes),
        "scope_lost": len(known.scopes - claim.scopes),
    }


def _structure(claim: Reading, known: Reading, found: Matches) -> dict[str, float]:
    """Which terms stand together, in which order, behind which prepositions."""
    c, k, places = claim.terms, known.terms, sorted(found)
    discord = spread = contrast = contrast_inverted = 0
    for a, b in combinations(places, 2):
        ahead = any(i < j for i in found[a] for j in found[b])
        if c[b].stem in OPPOSITE.get(c[a].stem, ()):
            contrast += 1
            contrast_inverted += not ahead
        if c[a].stem == c[b].stem:
            continue
        together = [(i, j) for i in found[a] for j in found[b] if k[i].clause == k[j].clause]
        if not together:
            spread += c[a].clause == c[b].clause
        elif not (c[a].verbal or c[b].verbal):
            discord += not any(i < j for i, j in together)
    adjacent = [(a, b) for a, b in pairwise(places) if c[a].clause == c[b].clause]
    apart = sum(not _together(k, found[a], found[b]) for a, b in adjacent)
    inverted = sum(not any(i < j for i in found[a] for j in found[b]) for a, b in adjacent)
    mates = [
        [_together(k, found[a], found[b]) for b in places if b != a and c[b].clause == c[a].clause]
        for a in places
    ]
    shares = [sum(m) / len(m) for m in mates if m]
    return {
        "discord": discord,
        "spread": spread,
        "contrast": contrast,
        "contrast_inverted": contrast_inverted,
        "apart": apart,
        "apart_share": apart / max(len(adjacent), 1),
        "inverted": inverted,
        "inverted_same_voice": inverted * (claim.passive == known.passive),
        "voice": float(claim.passive != known.passive),
        "mates_mean": sum(shares) / len(shares) if shares else 0.0,
        "mates_least": min(shares, default=0.0),
        "head": float(0 in found.get(0, ())),
        "marks": _marks(c, k, found),
        "clauses": _clauses(c, k, found),
    }


def _together(known: Sequence[Term], one: Sequence[int], other: Sequence[int]) -> bool:
    return any(known[i].clause == known[j].clause for i in one for j in other)


def _marks(claim: Sequence[Term], known: Sequence[Term], found: Matches) -> int:
    """Terms that a telling preposition stands before on one side only."""
    count = 0
    for i, places in found.items():
        marks = {known[j].mark for j in places}
        if claim[i].mark not in marks:
            count += (claim[i].mark in _ROLES) + (marks <= _FIXED_ROLES)
    return count


def _clauses(claim: Sequence[Term], known: Sequence[Term], found: Matches) -> int:
    """Terms of a clause that the evidence has in another clause than most of that clause."""
    homes: dict[int, dict[int, int]] = {}
    sizes: dict[int, int] = {}
    for i, places in found.items():
        tally = homes.setdefault(claim[i].clause, {})
        sizes[claim[i].clause] = sizes.get(claim[i].clause, 0) + 1
        for home in {known[j].clause for j in places}:
            tally[home] = tally.get(home, 0) + 1
    return sum(sizes[clause] - max(tally.values()) for clause, tally in homes.items())


def _neighbours(claim: Sequence[Term], known: Sequence[Term], found: Matches) -> dict[str, float]:
    """Are neighbours neighbours in the evidence too, and would they be if two terms were swapped?

    Where swapping two terms brings the claim nearer to the evidence, the claim has them swapped.
    """
    places = sorted(found)
    n = len(places)
    near, weight = np.zeros((n, n)), np.zeros((n, n))
    for x, a in enumerate(places):
        for y, b in enumerate(places):
            if x != y:
                near[x, y] = _nearness(known, found[a], found[b])
            if a < b <= a + _REACH:
                weight[x, y] = _clause_factor(claim[a], claim[b]) / (b - a)
    total = float(weight.sum()) or 1.0
    now = float((weight * near).sum())
    gain = opposed = 0.0
    for x, y in combinations(range(n), 2):
        one, other = claim[places[x]], claim[places[y]]
        if one.stem == other.stem or one.verbal != other.verbal:
            continue
        swapped = np.arange(n)
        swapped[[x, y]] = swapped[[y, x]]
        more = float((weight * near[np.ix_(swapped, swapped)]).sum()) - now
        gain = max(gain, more)
        if other.stem in OPPOSITE.get(one.stem, ()):
            opposed = max(opposed, more)
    return {
        "fit": now / total,
        "gain": gain / total,
        "gain_opposed": opposed / total,
        "gain_share": gain / max(now, 0.1),
    }


def _clause_factor(one: Term, other: Term) -> float:
    return 1.0 if one.clause == other.clause else _OTHER_CLAUSE


def _nearness(known: Sequence[Term], one: Sequence[int], other: Sequence[int]) -> float:
    """1 where the evidence has the two side by side in this order, less where farther apart."""
    return max(
        (
            _clause_factor(known[i], known[j]) * (1.0 if i < j else _OTHER_ORDER) / abs(i - j)
            for i in one
            for j in other
            if i != j
        ),
        default=0.0,
    )


def _common(one: Sequence[Term], other: Sequence[Term]) -> int:
    """Length of the longest common subsequence of stems."""
    row = [0] * (len(other) + 1)
    for a in one:
        diagonal = 0
        for j, b in enumerate(other, 1):
            diagonal, row[j] = (
                row[j],
                diagonal + 1 if a.stem == b.stem else max(row[j], row[j - 1]),
            )
    return row[-1]
