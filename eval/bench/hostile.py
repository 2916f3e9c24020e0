"""Hostile messages for the solver: the same seed gives the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tutor.solver import exercise, families
from tutor.solver.numbers import MAX_CHARACTERS
from tutor.solver.registry import LONG_TEXT

_WORDS = r"""
    calcule a entropia cruzada softmax de [ ] ( ) { } ; , . 0,5 1 -2 1e999 nan inf 1/0 ## 'a' : ->
    classe ford primeira índice 3 logits probabilidades y p z = q k v [[1,2],[3,4]] [1,2;3] Q= K=
    V= máscara causal bpe merges ('a','b') wordpiece vocabulário palavra tokenize treine sigmoid
    tanh relu derivada em perplexidade loss e se agora com deu certo? % 10^400 1×10^-3 ٣ ² ½
    \frac{1}{2} \begin{bmatrix} & \\ \end{bmatrix} | --- − 2ª três 3x3 [UNK] tokens linha 1.2.3
    neurônio pesos w x bias d_k=0 temperatura 0 soma média log2 [[]] anterior multiplique adam
    adamw l2 beta1 beta2=1 passos gradiente taxa lr=-1 kernel 0x0 stride padding folds acurácia
    matriz confusão VP=-1 FP FN=2,5 precisão recall f1 macro v=0.9v+0.1g w=w-v f(w)=(w-3)^2
    x^99 acumulador momentum nesterov ema λ=0,1 80/30/10 k=0 nested leave-one-out cosseno conv
    32x32x3 filtros max pooling flatten mlp 784-128-10 skip F(x)=[1] heads d_model=7 pos=-1
"""
_PIECES = [*_WORDS.split(), "\n", "\t", "\u200b", "\u202e", "\u0301", "\x00", "🙂", "\ud800"]
_NUMBERS = (
    "nan", "inf", "-inf", "1e999", "-1e-999", "1/0", "0x1F", "1_000", "½", "1.2.3", "1,2,3.4",
    "-0", "10^400", "10^-400", "1e+-3", "٣٫٥", "９", "--1", "+", "0,", ",5", "1e",
    "99999999999999999",
)  # fmt: skip
_DIGITS = ("٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
_TRAPS = (
    "(", "[", "[[", "{", "((1", "[1,", "1 ", "1, ", "1;", "0,", "-", "- ", "e ", " e 1", "a=1 ",
    "= ", "1x", "1 x 1 x ", "10^", "1e", "/1", "%", "| 1 |", "##a ", "'a' ", "('a','b') ",
    "a b -> ab ",
    "v=0.9v+", "(w-3)^2 ", "w^", "softmax ", "classe a ", "de ", "VP ", "passo 1 ", "3x3 ", "\n",
    " ", "\\frac{1}{", "\\begin{bmatrix}", "&", "\\\\", "deu ", "f(f(f(", "k-fold ", "leave-",
)  # fmt: skip

# Short pieces that fill a message up to the longest that is read, and what no one types.
LONG_WORDS = ("a=1 ", "[1,2] ", '"a" ', "c+o ", "##a ", "1 pra a ", "softmax 0,5 ")
LONG_PIECES = (
    "[1", "1,", "0,", "1e", "1^", ". ", "-", "1.", "x", "1x", "(((1)))", "10^-3 ", "\n", "²",
)  # fmt: skip
BEYOND = ("[" * 100_000 + "1", "1 " * 100_000, "9" * 100_000, "[" * 9_000 + "1" + "]" * 9_000)


def long_texts() -> Iterator[str]:
    """The fixed ones, at half of the limit on prose and just within the limit on all."""
    for piece in (*LONG_WORDS, *LONG_PIECES):
        for length in (LONG_TEXT - 100, MAX_CHARACTERS - 100):
            yield piece * (length // len(piece))
    yield from BEYOND


def hostile_texts(seed: int, count: int) -> Iterator[str]:
    """`count` messages; most are short, one in a thousand is huge."""
    random = Random(seed)
    statements = [exercise(f.kind, number).statement for f in families() for number in range(4)]
    makers: list[tuple[int, Callable[[Random, list[str]], str]]] = [
        (260, _pieces),
        (340, _mutated),
        (150, _wrong_numbers),
        (60, _other_digits),
        (90, _joined),
        (50, _cut),
        (49, _trap),
        (1, _huge),
    ]
    weights = [weight for weight, _ in makers]
    for _ in range(count):
        ((_, make),) = random.choices(makers, weights)
        yield make(random, statements)


def _pieces(random: Random, _statements: list[str]) -> str:
    glue = random.choice([" ", " ", ""])
    return glue.join(random.choice(_PIECES) for _ in range(random.randint(1, 30)))


def _mutated(random: Random, statements: list[str]) -> str:
    text = list(random.choice(statements))
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(text) + 1)
        if random.random() < 0.5:
            text.insert(at, random.choice(_PIECES))
        else:
            del text[at : at + random.randint(1, 10)]
    return "".join(text)


def _wrong_numbers(random: Random, statements: list[str]) -> str:
    """A sound exercise whose numbers are replaced one by one."""
    text = random.choice(statements)
    places = [i for i, character in enumerate(text) if character.isdigit()]
    for at in sorted(random.sample(places, min(len(places), random.randint(1, 4))), reverse=True):
        text = text[:at] + random.choice(_NUMBERS) + text[at + 1 :]
    return text


def _other_digits(random: Random, statements: list[str]) -> str:
    digits = str.maketrans("0123456789", random.choice(_DIGITS))
    return random.choice(statements).translate(digits)


def _joined(random: Random, statements: list[str]) -> str:
    return random.choice([" ", "\n", ". ", " e "]).join(random.sample(statements, 2))


def _cut(random: Random, statements: list[str]) -> str:
    text = random.choice(statements)
    start = random.randrange(len(text))
    return text[start : random.randint(start, len(text))]


def _trap(random: Random, statements: list[str]) -> str:
    """One piece many times, which makes careless regular expressions slow."""
    lead = random.choice(["", "softmax de ", "adam ", "calcule ", random.choice(statements) + " "])
    return lead + random.choice(_TRAPS) * random.randint(20, 900)


def _huge(random: Random, _statements: list[str]) -> str:
    return random.choice(
        [
            "softmax de " + "[" * 100_000,
            "softmax de [" + "1, " * 1_000_000 + "1]",
            "calcule " + "9" * 200_000,
            "a" * 1_000_000,
            "bpe " + "('a','b') " * 20_000,
            "\n" * 500_000 + "softmax de [1; 2]",
        ]
    )
