"""The deterministic solver: free Portuguese text -> a worked, checked solution.

    solve(text, previous=None) -> Solution | None      exercise(kind, seed) -> Exercise
    families() -> tuple[Family, ...]

`solve` returns None for "not mine" (a conceptual question, even one that mentions
numbers), raises SolverError for "mine, but the data is wrong" and MissingData for "mine,
something is missing"; pass `error.problem` (or `solution.problem`) as `previous` with the
next message, which completes or changes the problem.

How it is built, bottom up:

    text.py      Unicode, LaTeX -> one plain notation
    numbers.py   scan(text) -> Values; value.scalar() / .count() / .vector(size=) / .matrix()
    fields.py    Statement: named values, lists of names, pairs, what the message asks
    format.py    numbers -> Portuguese / LaTeX (plain, tex, tex_vector, tex_matrix, table)
    inputs.py    plain JSON inputs back to lists; assume(inputs, sentence)
    told.py      a classification example in prose: "10 pra ford, 5 pra gm, e era ford"
    chosen.py    which of several results is asked for: one class, the largest, a ratio
    pieces.py    the vocabulary of a tokenization exercise; token_words.py its words, token_asks.py
                 the results; bpe_corpus.py, bpe_asks.py: a BPE training and its results
    merges.py    the merges of a BPE exercise; matrices.py the matrices of an attention exercise
    parts.py     "a) … b) …" in one message, and the options of a multiple-choice question
    coverage.py  which numbers of the text the inputs do not hold: the registry then asks back
    asked.py     which results the text asks for by name, and which a solution does not give
    claims.py    remarks(inputs, value, mistakes): "deu 5,14, certo?"
    groups.py    numbers that belong together, with their names; roles.py what a group is
    wants.py     which results are asked; several.py several results of one problem
    *_reading.py the data of a family in any order (classification, binary, entropy, perplexity,
                 activation); classifier.py turns them into problems of the families
    registry.py  Family, solve, exercise, families
    restated.py  a follow-up as a whole statement: the data before with what the message asks
    softmax.py … one file a family group, each with FAMILIES: tuple[Family, ...]

What is none of its business (registry._solve_new): a message that wants a reason or a meaning
(`Statement.asks_idea`), longer prose with a number or two that asks for no result, and a gap
in data that nobody ordered to compute with (`_gives_data`).

Adding a family group
    1. Write tutor/solver/<group>.py with FAMILIES; add "<group>" to registry.MODULES (one line).
    2. match(statement) -> float. 0 = not mine; 0.9 and more = names the quantity asked for;
       0.5 = weak. Start with `if statement.conceptual: return 0.0` (no computation asked and
       no list of numbers): "explique o Adam", "o que é stride 2?" must end as None. The
       highest score parses first; parse may still return None to pass it on.
       statement.has(r"regex", …) looks for folded (no accents, lower case) whole words.
    3. parse(statement, previous) -> inputs | None. Inputs are plain JSON with everything that
       solve needs, assumptions included (key "assumptions": list of Portuguese sentences).
       previous None: a new problem. Otherwise `previous` holds the inputs before (perhaps
       incomplete): read what the text changes ("agora com beta 0,9", "refaz com três passos",
       a bare "honda" or "0,9" that fills the gap), merge, and return None if nothing of
       yours is in the text. Something missing: raise MissingData(message, Problem(KIND, inputs))
       where the message asks for exactly it, with an example of how to type it.
         statement.scalar("beta1", "beta 1")            -> float | None, after the name
         statement.count("passos", "iteracoes")         -> int | None, also "três passos"
         statement.find("gradiente", "g", before=False) -> Found(value, name, start) | None
         statement.find_vector / find_matrix            -> the same, with the expected shape
         statement.arrays / scalars / values            -> all data (question numbers and the
                                                           student's own result are left out)
         statement.name_lists, names_after("classes")   -> lists of words
         statement.pairs                                -> (("ford", value), …)
         value.vector("os logits", size=5)              -> (list, assumption); the size settles
                                                           ambiguous commas
       A value's own .scalar(what) / .count(what, low, high) / .vector / .matrix raise the
       Portuguese errors for ragged, infinite and wrong shapes.
    4. solve(inputs) -> Solution. A check that fails turns the answer into a SolverError (the
       registry sees to it), so what may rightly be so in the student's data (rows that do not
       sum to 1) is a remark and no check. `value` is plain JSON; steps: formula, substitution, each
       intermediate value; checks are really computed by a second way; remarks come from
       claims.remarks(inputs, value, [(wrong number, "se usa log₁₀ em vez de ln"), …]).
       Pass problem=Problem(KIND, inputs). Topic and example_id are filled from the family.
    5. exercise(random) -> (statement, inputs): a well-conditioned new exercise whose statement
       parses back to the same value (tests/solver/test_registry.py checks that).
    6. `adopts`: {kind: (key, …)}: problems of another kind whose inputs, if they have these
       keys, complete yours when the text gives no data ("e qual a softmax?").
"""

from tutor.solver.registry import Family, again, exercise, families, family_of, solve
from tutor.solver.restated import Restated, restated, surer

__all__ = [
    "Family",
    "Restated",
    "again",
    "exercise",
    "families",
    "family_of",
    "restated",
    "solve",
    "surer",
]
