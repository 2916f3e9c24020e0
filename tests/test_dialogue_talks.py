"""Whole conversations: each message is read against the turns before it, as the tutor answered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tutor.corpus import load
from tutor.dialogue import Dialogue
from tutor.records import Aim, Mode, Problem, Style, Turn

ROOT = Path(__file__).parent.parent
SOFTMAX = Problem("softmax", {"logits": [2, 1, 0]})
CARS = Problem(
    "cross_entropy", {"logits": [10, 5, 3], "classes": ["ford", "gm", "fiat"], "target": "ford"}
)


@dataclass(frozen=True)
class Step:
    """A message, the entry that answered it, and what it must be read as."""

    message: str
    entry: str | None = None
    part: str = ""  # of the standalone question; "=" is the question before
    ids: tuple[str, ...] | None = None
    style: Style = "normal"
    aim: Aim = "answer"
    new: bool = False  # a question of its own
    given: int = 0
    mode: Mode = "reference"
    problem: Problem | None = None


def new(message: str, entry: str, style: Style = "normal") -> Step:
    return Step(message, entry, message, (), style, new=True)


def same(message: str, entry: str, style: Style, given: int = 0) -> Step:
    return Step(message, entry, "=", (entry,), style, given=given)


def why(message: str, entry: str, given: int = 0) -> Step:
    return Step(message, entry, "", (entry,), aim="reason", given=given)


def claim(message: str, entry: str) -> Step:
    return Step(message, entry, "", (entry,), aim="claim")


def bye(message: str) -> Step:
    return Step(message, None, message, (), aim="closing", mode="smalltalk")


TALKS: dict[str, list[Step]] = {
    "reason, brevity, thanks": [
        new("me explica o que o weight decay muda no passo de atualização", "10"),
        why("tá, mas qual a razão disso?", "10"),
        Step("dá pra ser mais breve?", "10", "weight decay", ("10",), "short"),
        bye("boa, era o que eu precisava, brigado"),
    ],
    "back to the start, then numbers": [
        new("Por que a logística é ruim como ativação nas camadas ocultas?", "11"),
        Step("e a relu?", "c-relu", "ReLU"),
        Step("volta pra primeira coisa que eu perguntei", "11", "logística", ("11",)),
        same("me mostra com números", "11", "example"),
    ],
    "sizes that do not fit": [
        new("qual o papel da skip connection pra rede poder ignorar camadas?", "14"),
        Step("e quando os tamanhos não batem?", "15", "(sobre: qual o papel da skip", ()),
        Step("não captei, fala de um jeito mais fácil", "15", "=", ("15",), "simple"),
        same("ainda tá confuso", "15", "simple", given=1),
    ],
    "list numbers both ways": [
        Step("q 22", "22", "seno e cosseno", ("22",)),
        Step("e a seguinte?", "23", "próximas", ("23",)),
        same("resume as ideias", "23", "short"),
        Step("volta uma", "22", "seno", ("22",)),
        Step("faz a 5 pra mim", "5", "pré-processamento", ("5",)),
    ],
    "the teacher says otherwise": [
        new("o que muda se eu normalizar os dados antes de separar treino e teste?", "5"),
        claim("mas meu professor falou que não tem problema", "5"),
        Step("fonte?", "5", "Fonte? (sobre: o que muda", ("5",)),
    ],
    "the key is wrong": [
        Step("questão 32", "32", "masked attention", ("32",)),
        claim("o gabarito fala que a matriz é diagonal", "32"),
        claim("e o resto do gabarito dessa tá certo?", "32"),
        Step("entendi. e a 31?", "31", "cross-attention", ("31",)),
        claim("na resposta original tá que query e key vêm do encoder", "31"),
    ],
    "two recurrent cells": [
        new("diferença entre LSTM e GRU", "c-gru"),
        Step("qual dos dois é melhor?", "c-gru", "comparando LSTM e GRU", ("c-gru",)),
        Step("e comparado com a RNN?", "c-rnn", "Qual é a diferença entre LSTM e RNN?", ()),
        Step("põe isso numa tabela", "c-rnn", "numa tabela", ()),
    ],
    "two normalisations": [
        new("o que é batch norm", "c-batch-normalization"),
        Step("e a layer norm?", "c-layer-normalization", "o que é layer norm"),
        Step(
            "quais as diferenças entre as duas?", "c-layer-normalization", "batch norm e layer norm"
        ),
        same("detalha", "c-layer-normalization", "detailed"),
    ],
    "softmax by numbers": [
        Step("softmax de [2, 1, 0]", "12", new=True, mode="computed", problem=SOFTMAX),
        Step("e de [0, 0, 0]?", "12", "(agora: ", ("12",), aim="number", mode="computed",
             problem=SOFTMAX),
        why("por quê?", "12"),
        Step("e se for [1, 1, 3]?", "12", "[1, 1, 3]", ("12",), mode="computed", problem=SOFTMAX),
    ],
    "places and parts": [
        new("como funciona a cross attention", "31"),
        Step("de onde vem a query?", "31", "(sobre: como funciona a cross attention)", ()),
        Step("e a key e o value?", "31", "(sobre: como funciona a cross attention)", ("31",)),
        same("exemplo pf", "31", "example"),
    ],
    "there and back": [
        Step("tô com dúvida na 9", "9", "RMSProp", ("9",)),
        new("máscara causal serve pra que", "32"),
        new("o que é dropout?", "c-dropout"),
        Step("volta pra máscara causal", "32", "máscara causal serve", ("32",)),
        same("muito longo, resume", "32", "short"),
    ],
    "a condition and a doubt": [
        new("por que não precisa de softmax antes da cross-entropy?", "12"),
        Step("se eu puser mesmo assim, dá ruim?", "12", "(sobre: por que não precisa", ()),
        Step("sempre?", "12", "(sobre: por que não precisa", ("12",)),
    ],
    "what a number means": [
        Step("softmax de [2, 1, 0]", "12", new=True, mode="computed", problem=SOFTMAX),
        Step("pq ficou tão menor assim?", "12", "(sobre: ", ("12",), aim="explanation"),
    ],
    "the question before": [
        new("Como o GPT gera texto?", "40"),
        new("o que é dropout?", "c-dropout"),
        same("resume", "c-dropout", "short"),
        Step("o que perguntei antes disso?", "40", "Como o GPT gera texto?", ("40",)),
    ],
    "another label": [
        Step("entropia cruzada, logits [10,5,3], ford", "2", new=True, mode="computed",
             problem=CARS),
        Step("e se o rótulo fosse gm?", "2", "gm", ("2",), mode="computed", problem=CARS),
        Step("troca pra fiat", "2", "gm?; troca pra fiat", ("2",), mode="computed", problem=CARS),
        bye("entendi tudo, obrigadão"),
    ],
    "the tutor asks back": [
        Step("calcula a softmax", "12", "calcula a softmax", (), aim="number", new=True,
             mode="clarify", problem=SOFTMAX),
        Step("[1, 1]", "12", "(agora: [1, 1])", ("12",), aim="number", mode="computed",
             problem=SOFTMAX),
        Step("agora [0, 2]", "12", "[0, 2]", ("12",), aim="number", mode="computed",
             problem=SOFTMAX),
    ],
    "three roles": [
        new("o que sai da self-attention no fim das contas?", "27"),
        Step("e o que é o value nisso?", "26", "value"),
        Step("e a multiplicação das outras duas?", "25", "Query e Key"),
        Step("outro exemplo", "25", "=", ("25",), "example"),
        Step("mais um exemplo", "25", "=", ("25",), "example", given=1),
    ],
    "switch and return": [
        new("o que é perplexidade?", "c-perplexidade"),
        new("mudando de assunto: o que é beam search?", "c-beam-search"),
        Step("qual a vantagem dele?", "c-beam-search", "Qual a vantagem do beam search?",
             ("c-beam-search",)),
        Step("volta pra perplexidade", "c-perplexidade", "perplexidade", ("c-perplexidade",)),
    ],
    "something off topic in between": [
        new("o que é RLHF?", "c-rlhf"),
        Step("quem ganhou o jogo ontem?", None, "quem ganhou", (), new=True, mode="abstained"),
        why("tá, e por que?", "c-rlhf"),
    ],
    "english": [
        new("what is layer normalization?", "c-layer-normalization"),
        same("can you make it shorter?", "c-layer-normalization", "short"),
        Step("and batch normalization?", "c-batch-normalization", "batch norm"),
        why("why is that?", "c-batch-normalization"),
        bye("thanks, that helps a lot"),
    ],
    "folds": [
        new("Como transformar um k-fold em leave-one-out?", "3"),
        Step("isso não fica caro?", "3", "caro?", ("3",)),
        Step("e a aninhada, como é?", "7", "aninhada, como e", ()),
        Step("a anterior", "3", "caro", ("3",)),
    ],
    "words of another kind": [
        new("o que acontece com palavra rara no wordpiece?", "18"),
        Step("e com palavra comum?", "19", "o que acontece com palavra comum no wordpiece", ()),
        same("dá um exemplo disso", "19", "example"),
        Step("e no BPE?", "16", "no BPE"),
    ],
    "errors on two sets": [
        new("por que o teste reflete melhor a produção que a validação?", "4"),
        claim("no gabarito tá que a validação atualiza os pesos", "4"),
        bye("ah entendi, valeu"),
    ],
    "two questions at once": [
        new("o que é dropout? e o que é early stopping?", "c-dropout"),
        Step("qual dos dois é melhor?", "c-dropout", "comparando dropout e early stopping"),
    ],
    "each model for its task": [
        new("BERT ou GPT para análise de sentimento?", "39"),
        Step("e no geral, quando usar cada um?", "40", "quando usar BERT e GPT?", ()),
        Step("e o BERT, faz sentido com in-context learning?", "42", "BERT"),
    ],
    "corrections and bias": [
        Step("questão 8", "8", "bias correction", ("8",)),
        same("quero ver as contas", "8", "detailed"),
        same("mais detalhes", "8", "detailed", given=1),
        Step("questão 9 agora", "9", "momentum", ("9",)),
    ],
    "momentum of two kinds": [
        new("o que é momentum?", "c-momentum"),
        Step("e a key?", "25", "Key"),
        Step("não, eu quis dizer o nesterov", "c-nesterov", "nesterov"),
    ],
    "translation": [
        new("como monto o exemplo de treino pra traduzir português-inglês?", "34"),
        Step("qual seria a classe nesse caso?", "33", "(sobre: como monto"),
        Step("como assim?", "33", "=", ("33",), "simple"),
    ],
    "misread": [
        new("por que usar seno e cosseno juntos?", "22"),
        Step(
            "hm, não foi isso que perguntei, quero saber por que soma em vez de concatenar", "24",
            "por que soma em vez de concatenar",
        ),
        Step("não foi isso", "25", "por que soma em vez", (), aim="correction"),
    ],
    "not the entry that was meant": [
        new("como a rede aprende os vetores das palavras?", "20"),
        Step("não foi isso", "21", "como a rede aprende os vetores", (), aim="correction"),
        Step("também não foi isso que eu perguntei", "21", "vetores"),
    ],
    "faults of the key": [
        new("qual a vantagem do bert sobre seq2seq?", "35"),
        why("pq?", "35"),
        why("mas por quê?", "35", given=1),
        claim("tem algum erro no gabarito dessa?", "35"),
    ],
    "a part of it": [
        new("O que é self-attention?", "c-self-attention"),
        Step("não entendi a parte do softmax", "c-self-attention", "softmax (sobre: O que é",
             ("c-self-attention",), "simple"),
        Step("poderia repetir de outro jeito", "c-self-attention", "", ("c-self-attention",),
             "simple", given=1),
        Step("hmm e a cross?", "31", "cross-attention"),
        Step("tipo?", "31", "=", ("31",), "example"),
    ],
    "deep or not": [
        new("a cnn é uma rede profunda?", "1"),
        same("explica de outro modo", "1", "simple"),
        same("ainda tá confuso", "1", "simple", given=1),
        bye("agora sim, valeu demais"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return Dialogue(load(ROOT / "corpus"))


def test_there_are_enough_of_them() -> None:
    assert len(TALKS) >= 25 and sum(map(len, TALKS.values())) >= 90


@pytest.mark.parametrize("name", sorted(TALKS))
def test_every_message_is_read_as_it_was_meant(dialogue: Dialogue, name: str) -> None:
    history: list[Turn] = []
    for step in TALKS[name]:
        read = dialogue.understand(step.message, history)
        wanted = history[-1].standalone if step.part == "=" else step.part
        assert wanted.casefold() in read.standalone.casefold(), (step.message, read.standalone)
        assert read.style == step.style and read.aim == step.aim, (step.message, read)
        assert step.ids is None or read.example_ids == step.ids, (step.message, read.example_ids)
        assert read.given == step.given, (step.message, read.given)
        if step.new:
            assert not read.is_follow_up, (step.message, read.standalone)
        history.append(
            Turn(step.message, read.standalone, step.mode, step.entry, step.problem, read.style)
        )


def test_what_was_rejected_is_kept_apart(dialogue: Dialogue) -> None:
    history = [
        Turn(
            "como a rede aprende os vetores?", "como a rede aprende os vetores?", "generated", "20"
        )
    ]
    first = dialogue.understand("não foi isso", history)
    assert first.aim == "correction" and first.rejected == ("20",)
    history.append(Turn("não foi isso", first.standalone, "reference", "21"))
    second = dialogue.understand("não era isso", history)
    assert set(second.rejected) == {"20", "21"} and second.standalone == first.standalone


@pytest.mark.parametrize(
    "message",
    ["não é isso que o softmax faz?", "não é isso?", "por que não é essa a fórmula do Adam?"],
)
def test_a_question_with_not_is_no_correction(dialogue: Dialogue, message: str) -> None:
    history = [Turn("O que é softmax?", "O que é softmax?", "generated", "c-softmax")]
    assert dialogue.understand(message, history).aim != "correction"


@pytest.mark.parametrize(
    "message", ["show", "entendi nada", "e a key?", "valeu, e por quê?", "sim"]
)
def test_what_is_no_goodbye(dialogue: Dialogue, message: str) -> None:
    history = [Turn("O que é softmax?", "O que é softmax?", "generated", "c-softmax")]
    assert dialogue.understand(message, history).aim != "closing"
