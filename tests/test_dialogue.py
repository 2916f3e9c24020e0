"""Dialogues of our own: each row is a history, a message, and what it must be read as."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tutor.corpus import load
from tutor.dialogue import Dialogue, shown
from tutor.records import Mode, Problem, Question, Turn

ROOT = Path(__file__).parent.parent

CARS = Problem(
    "cross_entropy",
    {
        "logits": [10, 5, 3, 1, 8],
        "classes": ["ford", "volks", "gm", "bmw", "honda"],
        "target": "ford",
    },
)
ADAM = Problem("adam", {"gradients": [1.0, 2.0], "lr": 0.1, "beta1": 0.9})


def turn(
    text: str,
    example_id: str | None = None,
    mode: Mode = "reference",
    problem: Problem | None = None,
) -> Turn:
    return Turn(text, text, mode, example_id, problem)


HISTORIES: dict[str, tuple[Turn, ...]] = {
    "nothing": (),
    "value": (turn("O que é o Value na self-attention?", "26"),),
    "query": (turn("Para que serve multiplicar a Query pela Key?", "25"),),
    "gpt": (turn("Como o GPT é treinado?", "38"),),
    "bert": (turn("Como funciona o masked LM no BERT?", "36"),),
    "bpe": (turn("O que é BPE?", "16"),),
    "tokenizers": (turn("O que é BPE?", "16"), turn("Como funciona o WordPiece?", "17")),
    "rare": (turn("O que acontece com palavras raras no WordPiece?", "18"),),
    "loo": (turn("Como transformar k-fold em leave-one-out?", "3"),),
    "sigmoid": (turn("Qual é o problema da sigmoide como ativação?", "11"),),
    "why": (turn("Por que somar o positional encoding ao embedding?", "24"),),
    "pair": (turn("Quando usar BERT e quando usar GPT?", "40"),),
    "decay": (turn("o que o weight decay faz com os pesos", "10"),),
    "long": (
        turn("O que é leave-one-out?", "3"),
        turn("Como a sigmoide satura?", "11"),
        turn("O que é o bias correction?", "8"),
    ),
    "english": (turn("What does the product of query and key compute?", "25"),),
    "polite": (turn("O que é o Value na self-attention?", "26"), turn("valeu!", mode="smalltalk")),
    "declined": (
        turn("O que é o Value na self-attention?", "26"),
        turn("Quem ganhou a copa de 1994?", mode="abstained"),
    ),
    "practised": (turn("O que é BPE?", "16"), turn("me dá um exercício", mode="practice")),
    "cars": (
        turn("Calcule a entropia cruzada de [10,5,3,1,8], classe ford", "2", "computed", CARS),
    ),
    "cars, why": (
        turn("Calcule a entropia cruzada de [10,5,3,1,8], classe ford", "2", "computed", CARS),
        turn("Explique o porquê: calcule a entropia cruzada de [10,5,3,1,8], classe ford", "2"),
    ),
    "asked back": (turn("Calcule a entropia cruzada de [10,5,3,1,8]", "2", "clarify", CARS),),
    "adam": (turn("Faça dois passos do Adam com gradientes 1 e 2", "9", "computed", ADAM),),
    "sentiment": (turn("Como deve ser a última camada para três sentimentos?", "13a"),),
}

# (history, message, ids, a part of the standalone question). "=" compares with the former question.
FOLLOW_UPS: list[tuple[str, str, tuple[str, ...], str]] = [
    # why and how
    ("value", "e por quê?", ("26",), "Explique o porquê: o que é o Value"),
    ("value", "por que?", ("26",), "Explique o porquê"),
    ("value", "pq disso", ("26",), "Explique o porquê"),
    ("value", "mas por que isso acontece?", ("26",), "Explique o porquê"),
    ("value", "qual o motivo?", ("26",), "Explique o porquê"),
    ("value", "why?", ("26",), "o que é o Value"),
    ("gpt", "e pq?", ("38",), "Por que o GPT é treinado?"),
    ("why", "e por quê?", ("24",), "Explique melhor: Por que somar"),
    ("english", "why?", ("25",), "Explain why: What does"),
    ("value", "e como faz?", ("26",), "Como faz? (sobre: O que é o Value"),
    ("value", "como calcula?", ("26",), "Como calcula?"),
    ("sigmoid", "e como resolve isso?", (), "sigmoide"),
    (
        "sigmoid",
        "quais as desvantagens?",
        ("11",),
        "Quais as desvantagens? (sobre: Qual é o problema da sigmoide",
    ),
    ("sigmoid", "e a derivada máxima?", ("11",), "derivada máxima"),
    ("query", "pq divide pela raiz?", (), "raiz"),
    ("gpt", "precisa de rótulo?", (), "Precisa de rótulo? (sobre: Como o GPT é treinado"),
    ("gpt", "tem certeza?", ("38",), "Tem certeza?"),
    ("gpt", "fonte?", ("38",), "Fonte?"),
    ("gpt", "qual a formula", ("38",), "Como o GPT é treinado"),
    ("why", "mas o professor disse que a soma preserva os ângulos", ("24",), "preserva os ângulos"),
    ("why", "mas no gabarito diz que conserva os angulos", ("24",), "conserva os angulos"),
    # styles
    ("value", "dá um exemplo", ("26",), "="),
    ("value", "da um exenplo", ("26",), "="),
    ("value", "outro exemplo", ("26",), "="),
    ("value", "e na prática?", ("26",), "="),
    ("value", "me mostra um exemplo por favor", ("26",), "="),
    ("value", "give me an example", ("26",), "="),
    ("value", "resume", ("26",), "="),
    ("value", "resume isso em uma frase", ("26",), "="),
    ("value", "mais curto", ("26",), "="),
    ("value", "pode resumir pra mim?", ("26",), "="),
    ("value", "shorter please", ("26",), "="),
    ("value", "explica mais simples", ("26",), "="),
    ("value", "não entendi", ("26",), "="),
    ("value", "n entendi nada", ("26",), "="),
    ("value", "como assim?", ("26",), "="),
    ("value", "explica como se eu tivesse 5 anos", ("26",), "="),
    ("value", "de outro jeito", ("26",), "="),
    ("value", "simpler please", ("26",), "="),
    ("value", "i don't get it", ("26",), "="),
    ("value", "detalha mais", ("26",), "="),
    ("value", "explica melhor", ("26",), "="),
    ("value", "aprofunda", ("26",), "="),
    ("value", "tell me more", ("26",), "="),
    ("cars", "mostra o passo a passo", ("2",), "="),
    ("value", "não entendi a parte dos pesos", ("26",), "parte dos pesos"),
    # another term
    ("value", "e a key?", ("25",), "O que é a Key na self-attention?"),
    ("value", "e a query", ("25",), "O que é a Query na self-attention?"),
    ("value", "and the key?", ("25",), "Key"),
    ("value", "what about the key?", ("25",), "Key"),
    ("value", "entendi, e a key?", ("25",), "O que é a Key"),
    ("value", "e o k?", ("25",), "O que é a Key"),
    ("gpt", "e o BERT?", (), "Como o BERT é treinado?"),
    ("gpt", "e o bert", (), "Como o BERT é treinado?"),
    ("gpt", "e no caso do BERT?", (), "Como o BERT é treinado?"),
    ("gpt", "bert?", (), "Como o BERT é treinado?"),
    ("bert", "e no gpt?", (), "Como funciona o masked LM no GPT?"),
    ("value", "e no BERT?", (), "BERT no contexto de “O que é o Value na self-attention”"),
    ("bpe", "e o wordpiece?", (), "O que é WordPiece?"),
    ("bpe", "e o wordpeice?", (), "O que é WordPiece?"),
    ("bpe", "quero saber do wordpiece", (), "O que é WordPiece?"),
    ("rare", "e as frequentes?", (), "O que acontece com palavras muito frequentes no WordPiece?"),
    ("rare", "e no bpe?", (), "O que acontece com palavras raras no BPE?"),
    ("sigmoid", "e a tanh?", (), "Qual é o problema da tanh como ativação?"),
    ("sigmoid", "e da ReLU?", (), "Qual é o problema da ReLU como ativação?"),
    ("decay", "e o dropout?", (), "o que o dropout faz com os pesos"),
    ("sentiment", "e para regressão?", (), "Regressão no contexto de “Última camada"),
    ("bert", "e o outro?", (), "masked LM"),
    ("tokenizers", "e o outro?", ("16",), "BPE"),
    # comparison
    (
        "tokenizers",
        "qual a diferença entre eles?",
        ("16", "17"),
        "Qual é a diferença entre BPE e WordPiece?",
    ),
    ("tokenizers", "qual a diferenca entre os dois", ("16", "17"), "BPE e WordPiece"),
    ("tokenizers", "qual a diferença pro anterior?", ("16", "17"), "BPE e WordPiece"),
    ("tokenizers", "compara os dois", ("16", "17"), "BPE e WordPiece"),
    ("tokenizers", "qual dos dois é melhor?", ("16", "17"), "comparando BPE e WordPiece"),
    ("tokenizers", "what's the difference between them?", ("16", "17"), "BPE e WordPiece"),
    ("long", "qual a diferença pro anterior?", ("11", "8"), "Qual é a diferença entre"),
    ("pair", "qual a diferença entre os dois?", ("40",), "Qual é a diferença entre BERT e GPT?"),
    ("gpt", "qual a diferença pro BERT?", (), "Qual é a diferença entre GPT e BERT?"),
    ("gpt", "compara com o bert", (), "Qual é a diferença entre GPT e BERT?"),
    ("gpt", "é melhor que o BERT?", (), "comparando GPT e BERT"),
    (
        "value",
        "qual a diferença dele pra key?",
        ("26", "25"),
        "Qual é a diferença entre Value e Key?",
    ),
    (
        "nothing",
        "diferença entre a 25 e a 26",
        ("25", "26"),
        "Qual é a diferença entre “Query vezes Key",
    ),
    # numbers of the list and turns before
    ("value", "volta na questão 9", ("9",), "Adam, momentum e RMSProp"),
    ("value", "e a questão 12?", ("12",), "softmax"),
    ("value", "q25", ("25",), "Query"),
    ("value", "questao 25", ("25",), "Query"),
    ("value", "a 13b", ("13b",), "[0.5, 0, 1]"),
    ("value", "questao treze b", ("13b",), "[0.5, 0, 1]"),
    ("value", "13 (a)", ("13a",), "última camada"),
    ("value", "agora a 13", ("13a", "13b"), "última camada"),
    ("value", "questão vinte e cinco", ("25",), "Query"),
    ("value", "explica a 31", ("31",), "cross-attention"),
    ("value", "resolve a 16", ("16",), "inteligência"),
    ("value", "questões 25 e 26", ("25", "26"), "Query"),
    (
        "value",
        "na questão 25, por que divide pela raiz de dk?",
        ("25",),
        "por que divide pela raiz de dk?",
    ),
    ("value", "question 8 please", ("8",), "bias correction"),
    ("value", "explica a 25 de novo mais simples", ("25",), "Query"),
    ("sentiment", "e a letra b?", ("13b",), "[0.5, 0, 1]"),
    ("nothing", "questão 40", ("40",), "BERT"),
    ("value", "a próxima", ("27",), "resultado"),
    ("value", "próxima questão", ("27",), "resultado"),
    ("value", "a anterior", ("25",), "Query"),
    ("tokenizers", "volta pra anterior", ("16",), "O que é BPE?"),
    ("long", "a anterior", ("11",), "sigmoide"),
    ("long", "a primeira que perguntei", ("3",), "leave-one-out"),
    ("long", "volta na primeira pergunta", ("3",), "leave-one-out"),
    ("long", "a segunda que eu perguntei", ("11",), "sigmoide"),
    ("long", "o que perguntei antes?", ("8",), "bias correction"),
    ("long", "o que eu perguntei antes disso?", ("11",), "sigmoide"),
    ("long", "what did I ask before?", ("8",), "bias correction"),
    ("tokenizers", "volta pro BPE", ("16",), "O que é BPE?"),
    ("tokenizers", "voltando ao BPE, quem criou ele?", (), "quem criou o BPE"),
    # pronouns
    ("value", "pra que ele serve?", ("26",), "Pra que o Value serve?"),
    ("bpe", "quem criou isso?", ("16",), "Quem criou o BPE?"),
    ("bpe", "qual a vantagem dele?", ("16",), "Qual a vantagem do BPE?"),
    ("gpt", "ele precisa de rótulos?", ("38",), "O GPT precisa de rótulos?"),
    ("sigmoid", "por que ela satura?", ("11",), "sigmoide"),
    ("sigmoid", "isso sempre acontece?", ("11",), "(sobre: Qual é o problema da sigmoide"),
    ("gpt", "how does it work?", ("38",), "GPT"),
    ("bpe", "e quando isso falha?", ("16",), "BPE"),
    ("gpt", "no bert tem isso tb?", (), "No bert tem isso tb? (sobre: Como o GPT é treinado"),
    # turns without a subject in between
    ("polite", "e por quê?", ("26",), "Value"),
    ("polite", "e a key?", ("25",), "Key"),
    ("polite", "dá um exemplo", ("26",), "Value"),
    ("declined", "e a key?", ("25",), "Key"),
    ("declined", "mais simples", ("26",), "Value"),
    ("practised", "resume", ("16",), "BPE"),
    ("value", "valeu! e por que?", ("26",), "Explique o porquê"),
    ("value", "obrigado, agora dá um exemplo", ("26",), "Value"),
    ("value", "ok, mais simples", ("26",), "Value"),
]

# (history, message): the problem before is handed to the solver, with a readable question.
CHANGES: list[tuple[str, str]] = [
    ("cars", "e se a classe fosse honda?"),
    ("cars", "e com honda?"),
    ("cars", "a classe é bmw"),
    ("cars", "bmw"),
    ("cars", "[1,2,3,4,5]"),
    ("cars", "agora com a saída [2, 1, 0, 0, 1]"),
    ("cars", "e se for 20 no lugar de 10?"),
    ("cars", "troca a classe pra gm"),
    ("cars", "what if the class were honda?"),
    ("cars, why", "e se a classe fosse honda?"),
    ("asked back", "a classe é volks"),
    ("asked back", "ford"),
    ("asked back", "a segunda"),
    ("adam", "agora com beta 0,9"),
    ("adam", "refaz com três passos"),
    ("adam", "e com lr = 0,01?"),
    ("adam", "beta1 0,8"),
    ("adam", "e se o gradiente fosse 3?"),
]

# (history, message): questions of their own, whatever came before.
FULL: list[tuple[str, str]] = [
    ("value", "o que é dropout?"),
    ("value", "e o que é dropout?"),
    ("value", "o que é softmax?"),
    ("value", "me explica como o BERT é treinado"),
    ("value", "LOO vs k-fold"),
    ("value", "Adam, RMSProp e momentum numa tabela"),
    ("value", "qual a diferença entre BERT e GPT?"),
    ("value", "qual a capital da frança?"),
    ("value", "mudando de assunto, como funciona o weight decay?"),
    ("value", "Por que a sigmoide causa gradiente que some?"),
    ("value", "what is bias correction in Adam?"),
    ("value", "Se a rede tem camadas ocultas mas nenhuma convolução, ela continua sendo profunda?"),
    ("cars", "o que é softmax?"),
    ("cars", "para que serve a convolução 1x1 com passo 2 no atalho de um bloco residual?"),
    ("cars", "calcule o adam com lr 0,1 e gradiente 2 e beta1 0,9 e beta2 0,999"),
    ("gpt", "como funciona a máscara causal no decoder?"),
    ("tokenizers", "validation vs test: which one tells me how the model behaves on users' data?"),
    ("nothing", "e por quê?"),
    ("nothing", "dá um exemplo"),
    ("nothing", "e a key?"),
    ("nothing", "a anterior"),
    ("nothing", "quais as vantagens?"),
    ("nothing", "o que é BPE?"),
    ("declined", "e em 1998?"),
]

STYLES: list[tuple[str, str]] = [
    ("resume", "short"),
    ("mais curto", "short"),
    ("em uma frase", "short"),
    ("tl;dr", "short"),
    ("resume o que é BPE", "short"),
    ("muito longo", "short"),
    ("explica mais simples", "simple"),
    ("não entendi", "simple"),
    ("explica como se eu tivesse 5 anos", "simple"),
    ("explica de forma simples o que é BPE", "simple"),
    ("o que é BPE? explica pra um leigo", "simple"),
    ("dá um exemplo", "example"),
    ("exemplo?", "example"),
    ("e na prática?", "example"),
    ("me dá um exemplo de BPE", "example"),
    ("another example please", "example"),
    ("detalha mais", "detailed"),
    ("explica em detalhes o que é BPE", "detailed"),
    ("passo a passo", "detailed"),
    ("o que é BPE?", "normal"),
    ("por que usar k-fold simples?", "normal"),
    ("quantos exemplos coloco no prompt?", "normal"),
    ("o BERT serve para resumo de textos?", "normal"),
    ("n entendi oq seria a classe se o modelo gera um texto em outra lingua", "normal"),
    ("Mostre a entropia cruzada deste exemplo da classe positiva", "normal"),
]


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return Dialogue(load(ROOT / "corpus"))


@pytest.mark.parametrize(("history", "message", "ids", "part"), FOLLOW_UPS)
def test_follow_up_becomes_standalone(
    dialogue: Dialogue, history: str, message: str, ids: tuple[str, ...], part: str
) -> None:
    turns = HISTORIES[history]
    question = dialogue.understand(message, turns)
    wanted = turns[-1].standalone if part == "=" else part
    assert wanted in question.standalone
    assert question.is_follow_up
    if ids:
        assert question.example_ids == ids


@pytest.mark.parametrize(("history", "message"), CHANGES)
def test_changed_datum_keeps_the_problem(dialogue: Dialogue, history: str, message: str) -> None:
    turns = HISTORIES[history]
    question = dialogue.understand(message, turns)
    assert question.problem == turns[0].problem
    assert question.is_follow_up
    assert question.standalone.startswith(turns[0].standalone)
    assert question.example_ids == (turns[0].example_id,)


@pytest.mark.parametrize(("history", "message"), FULL)
def test_full_question_is_no_follow_up(dialogue: Dialogue, history: str, message: str) -> None:
    question = dialogue.understand(message, HISTORIES[history])
    assert question.after is None or question.after in HISTORIES[history]
    assert replace(question, after=None, nearby=None) == Question(
        message, message, question.style, (), question.problem, False, question.language,
        question.aim,
    )  # fmt: skip


@pytest.mark.parametrize(("message", "style"), STYLES)
def test_style(dialogue: Dialogue, message: str, style: str) -> None:
    assert dialogue.understand(message, HISTORIES["bpe"]).style == style


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("why?", "en"),
        ("give me an example", "en"),
        ("simpler please", "en"),
        ("and the value?", "en"),
        ("What is the role of the key?", "en"),
        ("e por quê?", "pt"),
        ("e o value?", "pt"),
        ("o que é self-attention?", "pt"),
    ],
)
def test_language(dialogue: Dialogue, message: str, language: str) -> None:
    assert dialogue.understand(message, HISTORIES["query"]).language == language


def test_successive_changes_are_all_shown(dialogue: Dialogue) -> None:
    history = list(HISTORIES["cars"])
    for message in ("e se a classe fosse honda?", "agora com gm"):
        read = dialogue.understand(message, history)
        history.append(Turn(message, read.standalone, "computed", "2", CARS))
    assert history[-1].standalone == (
        "Calcule a entropia cruzada de [10,5,3,1,8], classe ford"
        " (agora: e se a classe fosse honda?; com gm)"
    )


def test_context_does_not_nest(dialogue: Dialogue) -> None:
    history = list(HISTORIES["sigmoid"])
    for message in ("quais as desvantagens?", "tem certeza?", "e quando usar?"):
        read = dialogue.understand(message, history)
        history.append(Turn(message, read.standalone, "generated", "11"))
    assert (
        history[-1].standalone
        == "Quando usar? (sobre: Qual é o problema da sigmoide como ativação)"
    )


def test_why_twice_keeps_the_question(dialogue: Dialogue) -> None:
    first = dialogue.understand("por quê?", HISTORIES["value"])
    history = [*HISTORIES["value"], Turn("por quê?", first.standalone, "generated", "26")]
    assert dialogue.understand("mas por quê?", history).standalone.count("Explique") == 1


def test_style_is_shown_with_a_follow_up_only(dialogue: Dialogue) -> None:
    follow_up = dialogue.understand("resume", HISTORIES["bpe"])
    assert shown(follow_up) == "O que é BPE? (em resumo)"
    full = dialogue.understand("resume o que é BPE", ())
    assert shown(full) == "resume o que é BPE"


def test_subject_far_back_is_not_taken_for_the_last(dialogue: Dialogue) -> None:
    thanks = [turn("valeu", mode="smalltalk")] * 200
    question = dialogue.understand("a primeira que perguntei", [*HISTORIES["long"], *thanks])
    assert question.example_ids == ("3",)


def test_spelling_forms_are_read_alike(dialogue: Dialogue) -> None:
    readings = {
        dialogue.understand(message, HISTORIES["value"]).standalone
        for message in ("e por quê?", "E POR QUE", "e\u200b por que?", "e pq??", "e  porquê ?")
    }
    assert len(readings) == 1


def test_a_new_question_with_numbers_is_no_datum_of_the_problem_before(dialogue: Dialogue) -> None:
    told = dialogue.understand(
        "somei as 80 linhas do meu relatório e vi que os 3 otimizadores que usei empataram",
        HISTORIES["cars"],
    )
    assert told.problem is None
    given = dialogue.understand("as saídas são [1, 2, 3, 4, 5]", HISTORIES["cars"])
    assert given.problem == CARS


def test_corpus_queries_are_questions_of_their_own(dialogue: Dialogue) -> None:
    queries = [
        q.text for q in load(ROOT / "corpus").queries if q.intent == "conceptual" and q.target
    ][::5]
    for history in ("value", "tokenizers"):
        taken = [q for q in queries if dialogue.understand(q, HISTORIES[history]).is_follow_up]
        assert len(taken) <= 0.02 * len(queries), taken
