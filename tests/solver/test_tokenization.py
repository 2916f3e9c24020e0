"""BPE, BPE training and WordPiece, against hand-worked cases and the `tokenizers` library."""

from __future__ import annotations

from random import Random

import pytest
from tokenizers import Tokenizer, models

from tutor.errors import MissingData, SolverError
from tutor.solver import solve

QUESTION_16 = """16. Considere o BPE e a lista de merges abaixo e faça a tokenização das palavras \
"inteligência" e "computação".

```
1{('c', 'i'): 'ci',
2('ci', 'a'): 'cia',
3('c', 'o'): 'co',
4('co', 'm'): 'com',
5('com', 'p'): 'comp',
6('comp', 'u'): 'compu'}
```"""
QUESTION_17 = """17. Considere o WordPiece e o vocabulário abaixo faça a tokenização das palavras \
"facom" e "computacao".

computa
fa
##c
##a
##o
##m
"""


def value(text: str, previous=None):
    solution = solve(text, previous)
    assert solution is not None, text
    assert all(check.passed for check in solution.checks), solution.checks
    return solution.value


def test_questions_of_the_list() -> None:
    assert value(QUESTION_16) == {
        "inteligência": [*"inteligên", "cia"],
        "computação": ["compu", "t", "a", "ç", "ã", "o"],
    }
    assert value(QUESTION_17) == {
        "facom": ["fa", "##c", "##o", "##m"],
        "computacao": ["computa", "##c", "##a", "##o"],
    }


COMPUTACAO = ["comp", "u", "t", "a", "ç", "ã", "o"]


@pytest.mark.parametrize(
    "text",
    [
        "Tokenize 'computação' com BPE e merges [('c','o'), ('co','m'), ('com','p')]",
        'bpe merges {("c", "o"): 0, ("co", "m"): 1, ("com", "p"): 2}, palavra "computação"',
        "bpe merges: c o, co m, com p. tokenize computação",
        "aplique o bpe na palavra computação com os merges\nc o\nco m\ncom p",
        "aplique o bpe na palavra computação com os merges\n1. c o\n2. co m\n3. com p",
        "tokenize COMPUTAÇÃO com BPE, merges: c + o -> co, co + m -> com, com + p -> comp",
        "BPE: c o -> co; co m -> com; com p -> comp. Tokenize a palavra computação.",
        "quero tokenizar computação com bpe, merges c+o, co+m, com+p",
        "faça a tokenização bpe da palavra computação com as regras (c, o), (co, m) e (com, p)",
    ],
)
def test_merge_notations(text: str) -> None:
    assert value(text) == COMPUTACAO


def test_bpe_against_tokenizers() -> None:
    random = Random(16)
    for _ in range(150):
        alphabet = "abcd"
        word = "".join(random.choice(alphabet) for _ in range(random.randint(2, 10)))
        symbols, merges = list(alphabet), []
        for _ in range(random.randint(1, 6)):
            pair = (random.choice(symbols), random.choice(symbols))
            if pair not in merges:
                merges.append(pair)
                symbols.append("".join(pair))
        symbols = list(dict.fromkeys(symbols))
        oracle = Tokenizer(models.BPE({s: i for i, s in enumerate(symbols)}, merges))
        written = ", ".join(f"('{a}', '{b}')" for a, b in merges)
        text = f'Tokenize a palavra "{word}" com o BPE de merges {written}.'
        assert value(text) == oracle.encode(word).tokens, text


def test_wordpiece_against_tokenizers() -> None:
    random = Random(17)
    for _ in range(150):
        word = "".join(random.choice("abc") for _ in range(random.randint(2, 8)))
        pieces = {
            "".join(random.choice("abc") for _ in range(random.randint(1, 3))) for _ in range(5)
        }
        vocabulary = [*pieces, *(f"##{p}" for p in pieces if random.random() < 0.8), "##b"]
        vocabulary = list(dict.fromkeys([*vocabulary, "[UNK]"]))
        oracle = Tokenizer(
            models.WordPiece({p: i for i, p in enumerate(vocabulary)}, unk_token="[UNK]")
        )
        text = f'WordPiece com vocabulário [{", ".join(vocabulary)}], tokenize a palavra "{word}".'
        assert value(text) == oracle.encode(word).tokens, text


@pytest.mark.parametrize(
    "text",
    [
        "wordpiece com vocabulário: computa, fa, ##c, ##a, ##o e ##m. tokenize facom",
        "tokenize facom com wordpiece e vocab fa ##c ##o ##m",
        "WordPiece, vocab = ['fa', '##c', '##o', '##m', '[UNK]'], palavra facom",
        "Faça a tokenização WordPiece da palavra FACOM com o vocabulário {fa, ##c, ##a, ##o, ##m}",
    ],
)
def test_vocabulary_notations(text: str) -> None:
    assert value(text) == ["fa", "##c", "##o", "##m"]


def test_training() -> None:
    text = "treine o BPE com 3 merges no corpus low: 5, lower: 2, newest: 6, widest: 3"
    first = solve(text)
    assert first is not None
    assert first.value == [["e", "s"], ["es", "t"], ["l", "o"]]
    five = value("refaz com cinco merges", first.problem)
    assert five[:3] == first.value and len(five) == 5
    assert value("agora tokenize 'lowest'", first.problem) == ["lo", "w", "est"]
    text = 'Dado o corpus "low low low lower lowest", quais os 2 primeiros merges do BPE?'
    assert value(text) == [["l", "o"], ["lo", "w"]]


def test_follow_ups() -> None:
    first = solve(QUESTION_16)
    assert first is not None
    assert value("e a palavra comum?", first.problem) == ["com", "u", "m"]
    assert value("sem o merge ('c', 'i')", first.problem)["inteligência"][-3:] == ["c", "i", "a"]
    for text in ("e por quê?", "obrigado", "ok", "entendi", "explica melhor"):
        assert solve(text, first.problem) is None
    second = solve(QUESTION_17)
    assert second is not None
    assert value("e xuxa?", second.problem) == ["[UNK]"]
    accents = solve("e a palavra 'computação'?", second.problem)
    assert accents is not None
    assert accents.value == ["computa", "##c", "##a", "##o"]
    assert "[UNK]" in accents.assumptions[-1]


def test_missing() -> None:
    with pytest.raises(MissingData, match="merges") as error:
        solve("faça a tokenização bpe da palavra casa")
    assert value("('c','a'), ('s','a')", error.value.problem) == ["ca", "sa"]
    with pytest.raises(MissingData, match="palavra") as error:
        solve("BPE com os merges ('l','o'), ('lo','w')")
    assert value("lower", error.value.problem) == ["low", "e", "r"]


def test_two_words_and_comma_separated_pairs() -> None:
    tuples = "('d','a'), ('da','d'), ('o','s'), ('dad','os')"
    expected = {"dados": ["dados"], "idades": ["i", "dad", "e", "s"]}
    assert value(f"BPE com os merges {tuples}. Tokenize dados e idades") == expected
    assert value(f"merges = [{tuples}]\ntokenize dados e idades com bpe pfv") == expected
    assert value("tokeniza comida com bpe, merges c o, co m, i d") == ["com", "id", "a"]
    assert value("tokenize, dados os merges (c,a) e (s,a), a palavra casa com BPE") == ["ca", "sa"]


@pytest.mark.parametrize(
    "text",
    [
        'qual o resultado do bpe pra "gatos" com merges ga: [g,a], to: [t,o], gato: [ga,to]?',
        'BPE merges [["g","a"],["t","o"],["ga","to"]], tokenize "gatos"',
        'bpe: palavra "gatos", merges em ordem: 1) g a 2) t o 3) ga to',
        "Dada a lista de merges $g\\,a \\to ga$, $t\\,o \\to to$, $ga\\,to \\to gato$, segmente "
        '"gatos".',
        "tokenizar \"gatos\" com BPE treinado: merges 'g a', 't o', 'ga to'",
        'Com os merges g a, t o, ga to (ordem de prioridade), como o BPE divide "gatos"?',
    ],
)
def test_more_merge_notations(text: str) -> None:
    assert value(text) == ["gato", "s"]


def test_fewer_merges_in_a_follow_up() -> None:
    first = solve("BPE da palavra ccooo com merges (c,o) e (o,o)")
    assert first is not None and first.value == ["c", "co", "oo"]
    again = value("e se a lista tivesse só os merges (o,o) e (c,oo)?", first.problem)
    assert again == ["c", "coo", "o"]


def test_vocabulary_is_no_word() -> None:
    text = "WordPiece palavra abcd, vocabulário: ab, abc, ##cd, ##d"
    assert value(text) == ["abc", "##d"]


def test_merge_tree_rebuilds_every_word() -> None:
    solution = solve("BPE com merges (d,a), (da,d). Tokenize dados e idades")
    assert solution is not None and solution.figure is not None
    assert solution.figure.kind == "tree"
    nodes, roots = solution.figure.data["nodes"], solution.figure.data["roots"]

    def leaves(index: int) -> str:
        label, left, right = nodes[index]
        if left is None:
            return label
        below = leaves(left) + leaves(right)
        assert below == label
        return below

    assert "".join(leaves(root) for root in roots) == "dadosidades"
    assert [nodes[root][0] for root in roots] == ["dad", "o", "s", "i", "dad", "e", "s"]


def test_words_with_counts_after_a_space() -> None:
    text = "treine o bpe: low 5, lower 2, newest 6, widest 3. 2 merges"
    assert value(text) == [["e", "s"], ["es", "t"]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "Regras do BPE: p com a vira pa, pa com t vira pat, o com s vira os. "
            "Como fica a palavra patos?",
            ["pat", "os"],
        ),
        ("BPE, merges na ordem > p a | pa t | o s. Tokenize patos.", ["pat", "os"]),
        (
            "BPE com os merges (nessa ordem) t e, te l, h a. Tokenize telha.",
            ["tel", "ha"],
        ),
        (
            "Merges em ordem: (m, a), (ma, r), (e, s). "
            "Tokenize a palavra mares e a palavra amarra.",
            {"mares": ["mar", "es"], "amarra": ["a", "mar", "r", "a"]},
        ),
        ("BPE, regras: sa ← s a; sal ← sa l. Como fica salsa?", ["sal", "sa"]),
        (
            "o professor ditou as fusões do bpe, s com a depois sa com l e por último o com s. "
            "segmenta a palavra salgados",
            ["sal", "g", "a", "d", "os"],
        ),
        ("merges: 1. s a   2. l a   3. sa la\nquero a segmentação de salada", ["sala", "d", "a"]),
        (
            "rank -> par\n0 -> s a\n1 -> l a\n2 -> sa la\nComo o BPE divide saladas e sal?",
            {"saladas": ["sala", "d", "a", "s"], "sal": ["sa", "l"]},
        ),
    ],
)
def test_merges_said_or_spaced_and_each_word_with_its_own_introduction(
    text: str, value: object
) -> None:
    solution = solve(text)
    assert solution is not None
    assert solution.value == value


@pytest.mark.parametrize(
    "text",
    [
        "Merges do BPE: p + a -> pa; pa + t -> pet. Tokenize patos.",
        "Merges do BPE: (l, i) -> li; (li, m) -> lem. Tokenize limão.",
        "Merges do BPE: (p, a), (pa, ). Tokenize patos.",
        "Merges do BPE: (p,a) (pa,t) ... e outras que não lembro. Tokenize patos.",
        "bpe, as merges: 1) p a   2) (borrado)   3) o s. tokeniza patos",
        "merges em ordem: (p,a), (pa), (t,o,s). segmenta patos",
    ],
)
def test_a_merge_that_contradicts_itself_or_lacks_a_symbol_is_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
