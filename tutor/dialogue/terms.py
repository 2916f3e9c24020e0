"""Terms that may stand for one another in a question ("e a key?"), and where a text names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tutor.text import fold

# One line a family of parallel terms, which may stand for one another in a question ("e a key?").
# Name, gender, other spellings; "~" marks words that are terms only where the family is at hand.
_FAMILIES = """
Query f: queries, ~q, ~consulta | Key f: keys, ~k, ~chave, ~chaves | Value m: values, ~v, ~valor, ~valores
BERT m: | GPT m: gpt-2, gpt-3, gpt2, gpt3, gpts, chatgpt | T5 m: | RoBERTa m: | seq2seq m: sequence to sequence, sequence-to-sequence
BPE m: byte pair encoding, byte-pair encoding | WordPiece m: word piece, word-piece | SentencePiece m: | Unigram m:
Adam m: | AdamW m: | momentum m: momento | RMSProp m: rms prop | SGD m: | AdaGrad m: | Nesterov m:
sigmoide f: função logística, logística, sigmoid, sigmóide | tanh f: tangente hiperbólica | ReLU f: | Leaky ReLU f: | GELU f: | softmax f:
encoder m: codificador | decoder m: decodificador
self-attention f: self attention, autoatenção, auto-atenção | cross-attention f: cross attention, atenção cruzada, ~cruzada, ~cross | masked attention f: masked self-attention, masked self attention, atenção mascarada, ~mascarada, ~masked | multi-head attention f: multi-head self-attention, multi head attention, multihead, multi-head, multi head, múltiplas cabeças
conjunto de validação m: erro de validação, dados de validação, ~validação | conjunto de teste m: erro de teste, dados de teste, ~teste | conjunto de treino m: erro de treino, conjunto de treinamento, dados de treino, ~treino
k-fold m: kfold, k fold, validação cruzada, cross-validation, cross validation | leave-one-out m: leave one out, loo, loocv | validação cruzada aninhada f: nested cross-validation, nested cv, nested, validação cruzada interna, validação aninhada, ~aninhada | holdout m: hold-out
laço interno m: inner loop, loop interno, ~interno | laço externo m: outer loop, loop externo, ~externo
soma f: somar | concatenação f: concatenar, concat
seno m: | cosseno m: coseno
Skip-gram m: skip gram, skipgram | CBOW m: | GloVe m: | FastText m: | word2vec m:
weight decay m: decaimento de pesos | dropout m: | L2 f: regularização l2 | L1 f: regularização l1 | early stopping m: | batch norm m: batch normalization, batchnorm | layer norm m: layer normalization, layernorm
zero-shot m: zero shot | one-shot m: one shot | few-shot m: few shot
in-context learning m: icl, in context learning | fine-tuning m: fine tuning, finetuning, ajuste fino | pré-treinamento m: pré-treino, pretraining, pre-training
CNN f: cnns, rede convolucional, redes convolucionais | MLP m: mlps | RNN f: rnns, rede recorrente, redes recorrentes | LSTM f: lstms | GRU f: | ResNet f: resnets | Transformer m: transformers
cross-entropy f: cross entropy, entropia cruzada, crossentropy | MSE m: erro quadrático médio | hinge loss f: hinge
masked LM m: mlm, masked language model, masked language modeling | NSP f: next sentence prediction | LM causal m: causal lm, modelagem causal
análise de sentimento f: análise de sentimentos, ~sentimento | tradução f: traduzir | classificação f: classificar | regressão f: | geração de texto f: gerar texto
acurácia f: accuracy | precisão f: precision | recall m: revocação | F1 m: f1-score
beta1 m: beta 1, β1 | beta2 m: beta 2, β2 | epsilon m: ε
overfitting m: sobreajuste | underfitting m: subajuste
max pooling m: | average pooling m:
pouco frequentes -: raras, incomuns, ~rara, ~incomum, ~pouco frequente | muito frequentes -: frequentes, comuns, ~frequente, ~comum, ~muito frequente
contexto similar m: ~contexto | significado similar m: ~significado
"""  # noqa: E501


# Terms that stand for themselves: a question about one of them needs no turn before it.
_SINGLE_TERMS = """
bias correction f: correção de viés | positional encoding m: codificação posicional, pe posicional
tokenização f: tokenizador, tokenizer | backpropagation f: backprop, retropropagação | learning rate f: taxa de aprendizado
skip connection f: skip connections, conexão residual, conexões residuais | bloco residual m:
teacher forcing m: | RLHF m: | SFT m: | perceptron m: | vanishing gradient m: gradiente que some
data leakage m: vazamento de dados | GAN f: gans | autoencoder m: | transfer learning m:
word embedding m: word embeddings, embeddings | convolução f: convoluções | pooling m: | stride m: | padding m:
beam search m: | perplexidade f: | PCA m: | SMOTE m: | one-hot m: one hot | logits m: logit | atenção f: attention
"""  # noqa: E501


ADJECTIVE = "-"


@dataclass(frozen=True)
class Term:
    name: str
    gender: str  # m, f or - (an adjective, which takes no article)
    family: int  # equal numbers are parallel terms; single terms have their own


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    term: Term


def flatten(text: str) -> str:
    """`fold` that keeps every character's position, so that matches index the original."""
    folded = ((c, fold(c)) for c in text)
    return "".join(form if len(form) == 1 else c.lower()[:1] or c for c, form in folded)


def _read_terms() -> tuple[dict[str, Term], dict[str, Term]]:
    strong: dict[str, Term] = {}
    weak: dict[str, Term] = {}
    lines = [line for line in _FAMILIES.splitlines() if line]
    singles = [one for line in _SINGLE_TERMS.splitlines() if line for one in line.split(" | ")]
    for family, line in enumerate(lines + singles):
        for entry in line.split(" | "):
            head, _, spellings = entry.partition(":")
            name, gender = head.strip().rsplit(" ", 1)
            term = Term(name, gender, family)
            for spelling in (name, *spellings.split(",")):
                form = flatten(spelling.strip())
                if form:
                    (weak if form.startswith("~") else strong)[form.lstrip("~")] = term
    return strong, weak


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])")


STRONG, _WEAK = _read_terms()


STRONG_PATTERN = _pattern(STRONG)


_ANY_PATTERN = _pattern([*STRONG, *_WEAK])


def terms_in(flat: str, weak: bool = False) -> list[Found]:
    pattern = _ANY_PATTERN if weak else STRONG_PATTERN
    known = {**_WEAK, **STRONG} if weak else STRONG
    return [Found(m.start(), m.end(), known[m.group()]) for m in pattern.finditer(flat)]


def terms_named(text: str) -> set[Term]:
    return {f.term for f in terms_in(flatten(text))}


def terms_in_order(text: str) -> list[Term]:
    return list(dict.fromkeys(f.term for f in terms_in(flatten(text))))


def subject_of(text: str, counterpart: Term) -> Term | None:
    """What `text` is about, a parallel of `counterpart` rather than anything else."""
    found = [t for t in terms_in_order(text) if t.gender != ADJECTIVE and t != counterpart]
    parallel = [t for t in found if t.family == counterpart.family]
    return next(iter(parallel or found), None)


def pair_in(text: str) -> tuple[Term, Term] | None:
    """The two parallel terms of a question that names exactly two."""
    found = terms_in_order(text)
    for term in found:
        same = [t for t in found if t.family == term.family]
        if len(same) == 2:
            return same[0], same[1]
    return None


def parallel_names(one: str, other: str) -> tuple[str, str] | None:
    for first in terms_in_order(one):
        for second in terms_in_order(other):
            if first.family == second.family and first != second:
                return first.name, second.name
    return None
