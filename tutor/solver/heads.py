"""Sizes in the transformer: dimensions of the heads, parameters, attention matrices.

One family a quantity. All read the same data (d_model, heads, d_ff, layers, vocabulary,
tokens) and take what is missing from a model that the text names (BERT-base, GPT-2 …).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.blocks import Block, attention_blocks, counted, ffn_blocks, named_blocks
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain, tex
from tutor.solver.inputs import Inputs, assume, assumptions, floats, forget, number
from tutor.solver.numbers import Value
from tutor.solver.quantities import only_number, quantities, quantity, with_conventions
from tutor.solver.registry import Family

_HEAD_SIZE = "head_dimension"
_ATTENTION = "attention_parameters"
_FFN = "ffn_parameters"
_LAYER = "encoder_parameters"
_EMBEDDING = "embedding_parameters"
_MATRIX = "attention_matrix_size"

_LIMIT = 10**7

# Sizes as published: Devlin et al. (2019), Radford et al. (2019), Vaswani et al. (2017).
_MODELS: tuple[tuple[str, str, dict[str, int]], ...] = (
    (r"bert[ -]?large", "BERT-large",
     {"d_model": 1024, "heads": 16, "d_ff": 4096, "layers": 24, "vocabulary": 30522,
      "positions": 512}),
    (r"bert[ -]?base", "BERT-base",
     {"d_model": 768, "heads": 12, "d_ff": 3072, "layers": 12, "vocabulary": 30522,
      "positions": 512}),
    (r"gpt-?2(?: ?-?small)?", "GPT-2 small",
     {"d_model": 768, "heads": 12, "d_ff": 3072, "layers": 12, "vocabulary": 50257,
      "positions": 1024}),
    (r"transformer (?:base|original)|vaswani", "Transformer base",
     {"d_model": 512, "heads": 8, "d_ff": 2048, "layers": 6}),
)  # fmt: skip

_FIELDS: dict[str, tuple[str, str, str]] = {
    # field: (units, names, what it is called)
    "d_model": (
        r"dimensoes|dims|unidades de embedding",
        r"d_?model|d_?emb|hidden[_ ]?size|embed_?dim|dim(?:ensao)? do (?:modelo|embedding)|"
        r"dimensao (?:do|de|dos) (?:modelo|embeddings?|tokens?|vetor)|embeddings? de(?: tamanho| "
        r"dimensao)?|"
        r"tamanho do (?:embedding|modelo)|dimensao|d|dim|embedding_dim",
        "d_model",
    ),
    "heads": (
        r"cabecas?|heads?|cabecotes?|attention heads", r"num_?heads|n_?heads?|heads|cabecas|h|"
                                                       r"nhead",
        "o número de cabeças",
    ),
    "d_ff": (
        r"neuronios(?: (?:na camada )?(?:intern|ocult|intermedi)\w+)?|unidades(?: (?:intern|"
        r"ocult)\w+)?",
        r"d_?ff|dim_?feedforward|ffn_?dim|d_?hidden|intermediate_?size|d_?inner|"
        r"(?:dimensao|camada|tamanho) (?:intern|ocult|intermedi)\w+(?: da ffn)?|"
        r"dimensao d[aoe] (?:ffn|feed[ -]?forward|mlp)|feed[ -]?forward (?:de|com)|ffn (?:de|com)",
        "d_ff",
    ),
    "layers": (
        r"(?:camadas?|layers?|blocos?)(?: (?:d[eo] )?(?:encoder|transformer|codificador|decoder))?|"
        r"encoders(?: empilhados)?",
        r"n_?layers?|num_?layers|layers|camadas|blocos|numero de camadas",
        "o número de camadas",
    ),
    "vocabulary": (
        r"(?:tokens|palavras|subpalavras|entradas|itens) (?:no|de|do) (?:vocabulario|vocab)",
        r"vocabulario|vocab(?:_?size)?|tamanho do vocabulario|vocabulary(?: size)?|v|"
        r"num_embeddings|"
        r"\|v\|",
        "o tamanho do vocabulário",
    ),
    "d_k": (r"dimensoes por cabeca", r"d_?k|d_?head|head_?dim|d_?q|dimensao (?:de|por) (?:cada "
                                     r")?cabeca",
            "d_k"),
    "d_v": ("", r"d_?v", "d_v"),
    "positions": (
        r"posicoes(?: maximas?)?", r"max_?len|max_?position\w*|posicoes|comprimento maximo|n_ctx|"
        r"max_?seq_?len\w*", "o número de posições",
    ),
    "tokens": (
        r"(?:\w+ )??(?:tokens?|palavras|posicoes)",
        r"seq_?len(?:gth)?|comprimento(?: da sequencia)?|sequencia|n|l|t|tokens|n_tokens|"
        r"tamanho da (?:sequencia|frase|sentenca)|contexto",
        "o número de tokens",
    ),
    "batch": ("", r"batch(?:_?size)?|lote", "o tamanho do lote"),
}  # fmt: skip
_PARAMETERS = r"parametros?|params?|pesos(?: trein\w+)?|parameters?|weights|treinaveis"
_TARGETS = {
    _EMBEDDING: r"(?:matriz|tabela|camada) de (?:word )?embeddings?|(?:word |token )?embeddings?|"
    r"vocabulario|vocab|nn\.embedding",
    _FFN: r"ffn|feed[ -]?forward|position[ -]?wise",
    _LAYER: r"(?:camadas?|blocos?|layers?) (?:(?:completa|inteira|unica) )?(?:d[eo]s? "
    r")?(?:transformer|"
    r"encoder|codificador|decoder|decodificador)|encoder(?:[ -]?layers?)?|transformerencoder\w*|"
    r"transformer|decoder(?:[ -]?layer)?|blocos?|codificador|decodificador",
    _ATTENTION: r"(?:multi[ -]?head|self)[ -]?(?:self[ -]?)?(?:attention|atencao)|mha|"
    r"multiheadattention|atencao(?: multi[ -]?(?:cabecas?|head))?|attention|"
    r"atencoes|cabecas? de atencao|(?:uma|por) (?:cabeca|head)|projec(?:ao|oes)|"
    r"projection matrices|"
    r"(?:matriz(?:es)?|projec(?:ao|oes)) (?:de )?(?:w_?\^?[qkvo]|q|query|"
    r"queries)\w*|"
    r"w_?\^?[qkvo](?![a-z])|multi[ -]?head",
}
_NO_BIAS = (
    r"sem (?:usar |contar |considerar )?(?:os |o )?(?:bias(?:es)?|vies(?:es)?|termos? de (?:bias|"
    r"vies))|"
    r"bias ?= ?false|(?:ignor|desconsider|desprez)\w+ (?:os? )?(?:bias(?:es)?|vies(?:es)?)|"
    r"without bias(?:es)?|no bias"
)
_BIAS = (
    r"(?:com|inclu\w+|considerando|contando|e)(?: os?)? (?:bias(?:es)?|vies(?:es)?)|bias ?= ?true|"
    r"with bias(?:es)?"
)
_SIZE_ASKED = (
    r"d_?k|d_?v|d_?q|d_?head|head_?dim|dimens(?:ao|oes)(?: \w+){0,3} (?:cabecas?|heads?)|"
    r"(?:cabecas?|heads?)(?: \w+){0,3} dimens(?:ao|oes)|tamanho(?: \w+){0,3} (?:cabecas?|heads?)|"
    r"(?:dimens(?:ao|oes)|tamanho|quanto|largura)[^.;?]{0,50} (?:cada|por|each|per)"
    r"(?: (?:uma )?(?:cabeca|head|cabecote))?|quantas (?:cabecas|heads)|quantos heads|"
    r"concaten\w+|(?:numero|quantidade) de (?:cabecas|heads)|"
    r"(?:cada )?(?:cabeca|head)(?: \w+){0,3} (?:recebe|tem|trabalha|fica)|dimens(?:ao|oes)? por "
    r"(?:cabeca|head)|dimens(?:ao|oes) (?:de |por )?cada|"
    r"(?:dimens(?:ao|oes)|formatos?|shapes?) (?:d[ae]s? )?(?:matriz(?:es)? )?w_?\^?[qkv](?: \w+)*"
)
_MATRIX_WORDS = (
    r"(?:matriz(?:es)?|mapas?|tabela) de (?:self[ -]?)?(?:atencao|attention|scores?|pontuac\w+|"
    r"pesos)|"
    r"valores de atencao|pares de atencao|conexoes de atencao|"
    r"attention (?:matri\w+|maps?|scores?|weights)|scores? de atencao|pesos de atencao|"
    r"q ?[·*x×@]? ?k ?\^?(?:t|transposta)?|matriz da (?:self-?)?atencao"
)
_COUNT_ASKED = (
    r"d_?k\W*\?|parametros por (?:cabeca|head)|quant[oa]s?|numero de|qnts|qts|how many|"
    r"total de|calcul\w*|conte|qual|parametros d[aeo]s?"
)


_CALL = re.compile(
    r"multihead(?:self)?attention\(\s*(?:embed_dim ?= ?)?(\d{1,6})\s*,"
    r"\s*(?:num_heads ?= ?)?(\d{1,4})\b"
)
_OF_HEAD = re.compile(
    r"\bcabecas?\b(?: (?:tem|com|possui|de|e|fica|ficou|uma|a|em)){0,4}? "
    r"(?:dimensao|tamanho|dim)(?: (?:de|e|igual a))?\s*[=:]?\s*(\d{1,6})\b"
    r"|\b(?:dimensao|tamanho) (?:de|da|por) (?:cada )?cabeca\s*(?:e|=|:|de|vale|igual a)?\s*"
    r"(\d{1,6})\b"
    r"|\b(?:cabeca|head)s?(?: (?:tem|com|possui|fica|ficou|trabalha|opera|usa|ve|recebe|em)){1,3} "
    r"(\d{1,6}) (?:dimens\w+|dims?|componentes)\b"
)
_ONE_HEAD = (
    r"(?:uma|1|so uma|unica|one|single)(?: (?:so|unica|single))? (?:cabeca|head)|single[ -]head"
)
_EACH_HEAD = r"(?:cada|por|each|per) (?:cabeca|head)"
_PART = re.compile(r"(?<![a-z])w_?\^?\{?_?([qkvo])\}?(?![a-z])")
_NO_OUTPUT = r"sem (?:contar |considerar |a )*(?:w_?\^?o|projecao (?:de saida|final))"


def _parts(statement: Statement, inputs: dict[str, Json]) -> None:
    """Which of the four matrices are counted, and whether of one head only."""
    asked = "".join(dict.fromkeys(_PART.findall(statement.folded)))
    if statement.has(_NO_OUTPUT):
        asked = "qkv"
    if asked:
        inputs["parts"] = asked
    sized = "d_k" in inputs or _n(inputs, "heads", 1) > 1
    if statement.has(_EACH_HEAD) or (statement.has(_ONE_HEAD) and sized):
        inputs["one_head"] = True


def _computes(statement: Statement) -> bool:
    return not statement.conceptual and (statement.asks_value or not statement.asks_concept)


def _has_sizes(statement: Statement) -> bool:
    return bool(statement.values) or any(statement.has(each[0]) for each in _MODELS)


def _target(statement: Statement) -> str | None:
    """What the parameters are counted of: the first part named after "parâmetros", else before."""
    folded = statement.folded
    asked = re.search(rf"(?<!\w)(?:{_PARAMETERS})(?!\w)", folded)
    if asked is None:
        return None
    if re.search(
        r"\b(?:so|somente|apenas) (?:[nd]?as? )?(?:camadas de )?(?:atencao|atencoes)\b", folded
    ):
        return _ATTENTION
    for text in (folded[asked.end() :], folded[: asked.start()]):
        first: tuple[int, int, str] | None = None
        for kind, words in _TARGETS.items():
            match = re.search(rf"(?<!\w)(?:{words})(?!\w)", text)
            if match and (first is None or (match.start(), -match.end()) < first[:2]):
                first = match.start(), -match.end(), kind
        if first is not None:
            return first[2]
    return None


def _matcher(kind: str) -> Callable[[Statement], float]:
    def match(statement: Statement) -> float:
        if not _computes(statement) or not statement.has(
            _COUNT_ASKED, "tamanho", "dimens(?:ao|oes)"
        ):
            return 0.0
        if statement.has("convoluc\\w+", "conv2d", "kernel", "stride", "lstm", "filtros?"):
            return 0.0
        if any(_is_array(statement, value) for value in statement.arrays):
            return 0.0  # an attention to be computed
        target = _target(statement)
        if target == _ATTENTION and not statement.has(
            r"cabecas?|heads?|d_?model|d_?k|atencao|mha|\w*attention|w_?\^?[qkvo]\w*|bert\S*",
            r"transformer\w*|gpt\S*|query|queries",
        ):
            target = None  # the projection of a skip connection
        if not _has_sizes(statement):
            # Only a question about one part; its data may stand in the problem before.
            return 0.6 if target == kind and kind in (_ATTENTION, _FFN, _EMBEDDING) else 0.0
        if kind == _HEAD_SIZE:
            sized = statement.has(_SIZE_ASKED) and _names_heads(statement) and statement.values
            return 0.93 if sized and target is None else 0.0
        if kind == _MATRIX:
            wanted = statement.has(_MATRIX_WORDS) and statement.has(
                "elementos?", "entradas", "valores", "tamanho", "dimens(?:ao|"
                                                                "oes)", "formato", "shape",
                "quantos? scores?", "quantos pesos", "numeros", "posicoes", "celulas", "quantas "
                                                                                       "matrizes"
            )  # fmt: skip
            if any(value.size > 1 and value.bracketed for value in statement.values):
                return 0.0  # an attention to be computed
            about_size = target is None or statement.has("pesos de atencao")
            return 0.94 if wanted and about_size else 0.0
        if kind == _FFN and not statement.has(
            "ffn",
            "position[ -]?wise",
            "transformer",
            "d_?model",
            "d_?ff",
            "encoder",
            "bert.*",
            "gpt.*",
        ):
            return 0.5 if target == kind else 0.0  # any network is a feed-forward one
        return 0.93 if target == kind else 0.0

    return match


def _is_array(statement: Statement, value: Value) -> bool:
    """In brackets that are not those of a call: nn.MultiheadAttention(512, 8)."""
    before = statement.text[max(0, value.start - 1) : value.start]
    return value.size > 1 and value.bracketed and not before.isalnum()


def _names_heads(statement: Statement) -> bool:
    return statement.has(r"cabecas?|heads?|multi[ -]?head|h|d_?k|d_?head|num_?heads")


def _read(kind: str, statement: Statement, previous: Inputs | None) -> tuple[dict[str, Json], bool]:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    wanted = _WANTED[kind]
    for field in wanted:
        units, names, what = _FIELDS[field]
        if kind in (_HEAD_SIZE,) and field == "d_model" and statement.has(r"d_?model"):
            names = r"d_?model"
            units = ""
        typed = quantities(statement, units, names, what, 1, _LIMIT, _OTHER_UNITS[field])
        # "em uma cabeça, com h = 6": the count is the one that is no article
        found = next((each for each in typed if each > 1), typed[0] if typed else None)
        if found == 1 and statement.has(
            rf"(?:{names}|{units or names}) (?:tem|ha|usa|e|de|em) uma?"
        ):
            found = None  # "quantas cabeças tem um modelo"
        if found is not None:
            inputs[field] = found
    inputs["read"] = _other_sizes(statement, wanted)
    call = _CALL.search(statement.folded)
    if call and "heads" in wanted:  # nn.MultiheadAttention(512, 8)
        inputs["d_model"], inputs["heads"] = int(call[1]), int(call[2])
    of_head = _OF_HEAD.search(statement.folded)
    if of_head and "d_k" in wanted:
        size = int(of_head[1] or of_head[2] or of_head[3])
        inputs["d_k"] = size
        if inputs.get("d_model") == size and before.get("d_model") != size:
            named = quantity(statement, "", _FIELDS["d_model"][1])
            del inputs["d_model"]
            if named is not None and named != size:
                inputs["d_model"] = named
    _read_written_sizes(kind, statement, inputs)
    attached = re.search(r"(?<![\w.,])(\d{1,5})d(?!\w)", statement.folded)
    if attached and "d_model" in wanted and "d_model" not in inputs:
        inputs["d_model"] = int(attached[1])
    for words, name, sizes in _MODELS:
        if statement.has(words):
            filled = {
                k: v for k, v in sizes.items() if k in wanted and k not in inputs and k != "layers"
            }
            whole = kind == _LAYER and statement.has("camadas", "total", "todo", "inteiro")
            if (whole or kind == _MATRIX) and "layers" not in inputs:
                filled["layers"] = sizes["layers"]
            inputs.update(filled)
            if filled:
                shown = ", ".join(f"{_SYMBOLS[k]} = {v}" for k, v in filled.items())
                assume(inputs, f"Usei os tamanhos publicados do {name}: {shown}.")
            break
    if statement.has(_NO_BIAS):
        inputs["bias"] = False
    elif statement.has(_BIAS):
        inputs["bias"] = True
    inputs.setdefault("assumptions", [])
    before.setdefault("assumptions", [])
    if previous is None:
        before = {}
    return inputs, inputs != before


def _other_sizes(statement: Statement, wanted: Sequence[str]) -> list[Json]:
    """Sizes of the model that this question needs not: d_ff where only the attention counts."""
    found: list[Json] = []
    for field, (units, names, _) in _FIELDS.items():
        if field in wanted and field != "heads":
            continue
        for pattern in (
            rf"(\d{{1,7}}) (?:{units})(?!\w)" if units else "",
            rf"(?<!\w)(?:{names}) ?(?:=|:|de|e|com)? ?(\d{{1,7}})(?![\w.,]*\d)",
        ):
            found += (
                [
                    int(each)
                    for each in re.findall(pattern, statement.folded)
                    if isinstance(each, str)
                ]
                if pattern
                else []
            )
    return found


_CHAIN = re.compile(r"(?<![\w.,])(\d{1,6}) ?-> ?(\d{1,6}) ?-> ?\1(?![\w.,]*\d)")
_EMBEDDING_CALL = re.compile(
    r"embedding\(\s*(?:num_embeddings ?= ?)?(\d{1,8})\s*,\s*(?:embedding_dim ?= ?)?(\d{1,6})\b"
)
_HEADS_OF_SIZE = re.compile(
    r"(?:cabecas?|heads?) (?:de|com|cada uma com|cada com)(?: (?:tamanho|dimensao|dim|d_k|saida))?"
    r"(?: de| =)? ?(\d{1,5})(?![\w.,]*\d)"
)


def _read_written_sizes(kind: str, statement: Statement, inputs: dict[str, Json]) -> None:
    """Sizes by the shape of what is written: 512 -> 2048 -> 512, W1 64×256, nn.Embedding(V, d)."""
    chain = _CHAIN.search(statement.folded)
    pairs = [value.vector("as dimensões")[0] for value in statement.values if value.dimensions]
    if kind == _FFN and "d_model" not in inputs:
        if chain:
            inputs["d_model"], inputs["d_ff"] = int(chain[1]), int(chain[2])
        elif pairs and len(pairs[0]) == 2:
            inputs["d_model"], inputs["d_ff"] = int(pairs[0][0]), int(pairs[0][1])
    call = _EMBEDDING_CALL.search(statement.folded)
    if call and kind == _EMBEDDING:
        inputs["vocabulary"], inputs["d_model"] = int(call[1]), int(call[2])
    elif kind == _EMBEDDING and len(pairs) == 1 and len(pairs[0]) == 2:
        missing = [each for each in ("vocabulary", "d_model") if each not in inputs]
        if missing:
            inputs["vocabulary"], inputs["d_model"] = int(pairs[0][0]), int(pairs[0][1])
    sized = _HEADS_OF_SIZE.search(statement.folded)
    if sized and kind == _HEAD_SIZE and statement.has(r"concaten\w+|d_?model|juntas"):
        inputs["d_k"] = int(sized[1])
        if inputs.get("d_model") == int(sized[1]):
            del inputs["d_model"]


_SYMBOLS = {
    "d_model": "d_model", "heads": "h", "d_ff": "d_ff", "layers": "N", "vocabulary": "V",
    "positions": "posições", "tokens": "n",
}  # fmt: skip
_UNIT_WORDS = {
    "heads": r"cabecas?|heads?",
    "layers": r"camadas?|layers?|blocos?",
    "tokens": r"tokens?|palavras",
    "d_model": "dimensoes",
}
_OTHER_UNITS = {
    field: "|".join(
        words for other, words in _UNIT_WORDS.items()
        if other != field and (field, other) != ("vocabulary", "tokens")
    )
    for field in _FIELDS
}  # fmt: skip
_WANTED: dict[str, tuple[str, ...]] = {
    _HEAD_SIZE: ("d_model", "heads", "d_k", "tokens"),
    _ATTENTION: ("d_model", "heads", "d_k", "d_v", "layers"),
    _FFN: ("d_model", "d_ff", "layers"),
    _LAYER: ("d_model", "heads", "d_ff", "layers"),
    _EMBEDDING: ("vocabulary", "d_model", "positions"),
    _MATRIX: ("tokens", "heads", "layers", "batch"),
}


def _missing(kind: str, inputs: dict[str, Json], field: str, example: int) -> MissingData:
    what = _FIELDS[field][2]
    symbol = _SYMBOLS[field]
    return MissingData(f"Falta {what}. Por exemplo: {symbol} = {example}.", Problem(kind, inputs))


def _parser(kind: str) -> Callable[[Statement, Inputs | None], dict[str, Json] | None]:
    def parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
        if previous is not None and _other_question(kind, statement):
            return None
        inputs, changed = _read(kind, statement, previous)
        if kind == _MATRIX:
            changed = _read_matrix_question(statement, inputs, previous) or changed
        if kind == _LAYER and statement.has("decoder(?:[ -]?layer)?", "decodificador"):
            inputs["decoder"] = not statement.has("encoder|codificador")
        if kind == _HEAD_SIZE:
            changed = _read_head_question(statement, inputs, previous) or changed
        if kind == _ATTENTION:
            _parts(statement, inputs)
            changed = changed or inputs != dict(previous or {})
        gap = _gap(kind, inputs)
        if previous is not None and not changed:
            value = only_number(statement, "o valor", 1, _LIMIT)
            if value is None:
                return None
            inputs[gap or _PRIMARY[kind]] = value
            gap = _gap(kind, inputs)
        if gap is not None:
            raise _missing(kind, inputs, gap, _EXAMPLES[gap])
        _validate(kind, inputs)
        return inputs

    return parse


_PRIMARY = {
    _HEAD_SIZE: "heads", _ATTENTION: "d_model", _FFN: "d_ff", _LAYER: "d_model",
    _EMBEDDING: "vocabulary", _MATRIX: "tokens",
}  # fmt: skip
_EXAMPLES = {
    "d_model": 512, "heads": 8, "d_ff": 2048, "vocabulary": 30000, "tokens": 10, "layers": 6,
}  # fmt: skip


def _other_question(kind: str, statement: Statement) -> bool:
    target = _target(statement)
    if target is not None and target != kind:
        return True
    if kind != _HEAD_SIZE and statement.has(
        r"d_?k|dimens(?:ao|oes) d[ea] (?:cada )?(?:cabeca|head)"
    ):
        return not statement.has(r"d_?k ?=")
    for other, words in (
        (_FFN, _TARGETS[_FFN]),
        (_EMBEDDING, r"embeddings?"),
        (_MATRIX, _MATRIX_WORDS),
    ):
        if kind != other and statement.has(words) and not statement.values:
            return True
    return False


def _gap(kind: str, inputs: Inputs) -> str | None:
    if kind == _HEAD_SIZE:
        have = [field in inputs for field in ("d_model", "heads", "d_k")]
        if sum(have) >= 2:
            return None
        return "d_model" if "d_model" not in inputs and "d_k" not in inputs else "heads"
    needed = {
        _ATTENTION: ("d_model",), _FFN: ("d_model",), _LAYER: ("d_model",),
        _EMBEDDING: ("vocabulary", "d_model"), _MATRIX: ("tokens",),
    }[kind]  # fmt: skip
    if kind == _MATRIX and inputs.get("asked") == "matrices":
        needed = ("heads", "layers")
    return next((field for field in needed if field not in inputs), None)


def _validate(kind: str, inputs: dict[str, Json]) -> None:
    d, h = _n(inputs, "d_model", 0), _n(inputs, "heads", 0)
    divides = kind in (_HEAD_SIZE, _ATTENTION, _LAYER) and "d_k" not in inputs
    if divides and d and h and d % h:
        raise SolverError(
            f"d_model = {d} não é divisível por {h} cabeças ({d}/{h} = {d / h:.2f}): escolha um "
            f"número "
            "de cabeças que divida d_model.".replace(".", ",", 1)
        )
    all_given = kind == _HEAD_SIZE and {"d_model", "heads", "d_k"} <= set(inputs)
    # A single head may project d_model to any d_k; only heads that are joined must add up.
    if all_given and h > 1 and d != h * _n(inputs, "d_k"):
        raise SolverError(
            f"Os dados não combinam: {h} cabeças de dimensão {_n(inputs, 'd_k')} dão "
            f"{h * _n(inputs, 'd_k')}, e não d_model = {d}."
        )
    if kind in (_FFN, _LAYER) and "d_ff" not in inputs:
        forget(inputs, "d_ff")
        assume(inputs, f"d_ff não foi dado: usei d_ff = 4·d_model = {4 * d}, como no artigo.")
    if kind in (_FFN, _LAYER) and "d_ff" in inputs:
        forget(inputs, "d_ff")


def _n(inputs: Inputs, field: str, default: int = 1) -> int:
    return int(number(inputs.get(field), default))


# ----------------------------------------------------------- dimension of a head


def _read_head_question(
    statement: Statement, inputs: dict[str, Json], previous: Inputs | None
) -> bool:
    matrix = re.search(
        r"\b(?:dimens(?:ao|oes)|formatos?|shapes?) (?:d[ae]s? )?(?:matriz(?:es)? )?w_?\^?[qkv]\b",
        statement.folded,
    )
    if matrix:
        inputs["matrix"] = "each" if statement.has(_EACH_HEAD) else "all"
    wants_shapes = statement.has(r"shapes?|formatos?|dimensoes (?:de|das) (?:q|matrizes|projec\w+)")
    asks_model = (
        "d_k" in inputs and "heads" in inputs and statement.has(r"qual (?:e )?(?:o |a )?d_?model")
    )
    if previous is not None and "d_model" in (previous or {}) and "heads" in inputs:
        inputs.pop("d_k", None)
    if asks_model:
        inputs.pop("d_model", None)
    if wants_shapes and not inputs.get("shapes"):
        inputs["shapes"] = True
        return True
    return False


def _solve_head(inputs: Inputs) -> Solution:
    d, h, k = _n(inputs, "d_model", 0), _n(inputs, "heads", 0), _n(inputs, "d_k", 0)
    if d and h:
        value, title, symbol = d // h, "Dimensão de cada cabeça", "d_k"
        formula = rf"$d_k = d_v = \dfrac{{d_{{model}}}}{{h}} = \dfrac{{{d}}}{{{h}}} = {value}$"
        mistakes: list[Mistake] = [
            (d, "se esquece de dividir pelo número de cabeças"),
            (d * h, "se multiplica em vez de dividir"),
            (math.sqrt(d / h), "se tira a raiz (essa é a escala √d_k)"),
        ]
        again = value * h == d
        detail = f"{h} cabeças × {value} = {d}: a concatenação volta a d_model"
    elif h and k:
        value, title, symbol = h * k, "Dimensão do modelo", "d_{model}"
        formula = rf"$d_{{model}} = h \cdot d_k = {h} \times {k} = {value}$"
        mistakes = [
            (k, "se esquece de juntar as cabeças"),
            (k / h, "se divide em vez de multiplicar"),
        ]
        again, detail = value // h == k, f"{value}/{h} = {k}"
    else:
        if d % k:
            raise SolverError(f"d_model = {d} não é divisível por d_k = {k}.")
        value, title, symbol = d // k, "Número de cabeças", "h"
        formula = rf"$h = \dfrac{{d_{{model}}}}{{d_k}} = \dfrac{{{d}}}{{{k}}} = {value}$"
        mistakes = [(d * k, "se multiplica em vez de dividir")]
        again, detail = value * k == d, f"{value} × {k} = {d}"
    steps = [Step("Fórmula", formula)]
    model, heads = d or value if not (d and h) else d, h or value
    size = k or value if not (d and h) else value
    steps.append(
        Step("Formatos", rf"$W^Q_i, W^K_i, W^V_i: {model} \times {size}$ em cada cabeça; "
                         rf"concatenadas, "
             rf"${heads} \times {size} = {heads * size}$; $W^O: {heads * size} \times {model}$")
    )  # fmt: skip
    tokens = inputs.get("tokens")
    if tokens is not None:
        n = _n(inputs, "tokens")
        steps.append(Step("Com a sequência", rf"$Q_i, K_i, V_i: {n} \times {size}$; "
                     rf"$Q_i K_i^T: {n} \times {n}$; saída de cada cabeça: ${n} "
                     rf"\times {size}$"))  # fmt: skip
    result = rf"${symbol} = {value}$"
    shaped: Json = value
    if "matrix" in inputs:
        columns = size if inputs["matrix"] == "each" else heads * size
        of = "de cada cabeça" if inputs["matrix"] == "each" else "de todas as cabeças juntas"
        shaped = [model, columns]
        result = rf"Matriz {of}: ${model} \times {columns}$ (linhas × colunas); {result}"
    return Solution(
        problem=Problem(_HEAD_SIZE, inputs),
        title=title,
        result=result,
        value=shaped,
        steps=tuple(steps),
        checks=(Check("As cabeças juntas dão d_model", again, detail),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
    )


def _exercise_head(random: Random) -> tuple[str, dict[str, Json]]:
    h = random.choice([2, 4, 8, 12, 16])
    k = random.choice([16, 32, 64, 80])
    return (
        f"Em uma multi-head attention com d_model = {h * k} e {h} cabeças, qual é a dimensão d_k "
        f"de "
        "cada cabeça?",
        {"d_model": h * k, "heads": h, "assumptions": []},
    )


# ------------------------------------------------------------------- parameters


def _blocks(kind: str, inputs: Inputs, bias: bool) -> list[Block]:
    d, d_ff = _n(inputs, "d_model"), _n(inputs, "d_ff", 4 * _n(inputs, "d_model"))
    if kind == _ATTENTION:
        heads = _n(inputs, "heads") if "heads" in inputs else 1
        d_k = _n(inputs, "d_k", d // heads)
        d_v = _n(inputs, "d_v", d_k)
        if "parts" not in inputs and not inputs.get("one_head"):
            return attention_blocks(d, heads, d_k, d_v, bias)
        parts = str(inputs.get("parts", "qkv"))
        return named_blocks(parts, d, 1 if inputs.get("one_head") else heads, d_k, d_v, bias)
    if kind == _FFN:
        return ffn_blocks(d, d_ff, bias)
    decoder = bool(inputs.get("decoder"))
    attentions = 2 if decoder else 1
    blocks = [
        Block(block.name, block.shape, block.times * attentions)
        for block in attention_blocks(d, 1, d, d, bias)
    ]
    blocks += ffn_blocks(d, d_ff, bias)
    blocks.append(Block("LayerNorm (γ e β)", (2, d), attentions + 1))
    return blocks


def _solve_parameters(kind: str, inputs: Inputs) -> Solution:
    default = kind != _ATTENTION  # the paper's projections have no bias, its FFN has
    bias = bool(inputs.get("bias", default))
    layers = _n(inputs, "layers")
    blocks = _blocks(kind, inputs, bias)
    one = sum(block.size for block in blocks)
    total = one * layers
    other = sum(block.size for block in _blocks(kind, inputs, not bias)) * layers
    names = {
        _ATTENTION: "multi-head attention", _FFN: "rede feed-forward (FFN)",
        _LAYER: "camada do decoder" if inputs.get("decoder") else "camada do encoder",
    }  # fmt: skip
    formulas = {
        _ATTENTION: r"$\text{MultiHead} = \text{Concat}(head_1,\ldots,head_h)W^O$, com $W^Q, W^K, "
                    r"W^V$ em "
        r"cada cabeça" + ("; com $d_k = d_v = d/h$, são $4d^2$ pesos" + (" e $4d$ "
                                                                         "bias" if bias else "")
                          if not {"d_k", "d_v"} & set(inputs) else ""),
        _FFN: r"$\text{FFN}(x) = \max(0,\ xW_1 + b_1)W_2 + b_2$",
        _LAYER: "atenção" + (" mascarada + cross-attention" if inputs.get("decoder") else "")
        + " + FFN + LayerNorm de cada subcamada",
    }  # fmt: skip
    steps = [Step("O que tem parâmetros", formulas[kind])]
    steps += [Step(block.name, f"${block.tex}$") for block in blocks]
    addition = " + ".join(str(block.size) for block in blocks)
    steps.append(Step("Soma", f"${addition} = {one}$"))
    if layers > 1:
        steps.append(Step("Todas as camadas", rf"${layers} \times {one} = {total}$"))
    notes = list(assumptions(inputs))
    if "bias" not in inputs:
        notes.append(
            f"Contei {'com' if bias else 'sem'} bias"
            f"{'' if bias else ', como nas projeções do artigo'}; "
            f"{'sem' if bias else 'com'} bias seriam {other}."
        )
    whole = not {"heads", "d_k", "parts", "one_head"} & set(inputs)
    if kind == _ATTENTION and whole:
        notes.append(
            "O número de cabeças não muda o total: com d_k = d_model/h, são sempre 4·d² pesos."
        )
    checks = [Check("Contagem com as formas", counted(blocks) * layers == total,
                    f"elementos das matrizes: {counted(blocks) * layers}")]  # fmt: skip
    d, d_ff = _n(inputs, "d_model"), _n(inputs, "d_ff", 4 * _n(inputs, "d_model"))
    mistakes: list[Mistake] = []
    heads = _n(inputs, "heads", 0)
    partial = "parts" in inputs or bool(inputs.get("one_head"))
    if partial:
        parts = str(inputs.get("parts", "qkv"))
        notes.append(
            f"Contei {listing([f'W^{each.upper()}' for each in parts])}"
            + (" de uma cabeça" if inputs.get("one_head") else "")
            + (" de todas as cabeças juntas" if heads > 1 and not inputs.get("one_head") else "")
            + ("; a projeção de saída W^O, comum a todas, não entra." if "o" not in parts else ".")
        )
    if kind == _ATTENTION and not partial and not {"d_k", "d_v"} & set(inputs):
        closed = 4 * d * d + (4 * d if bias else 0)
        checks.append(
            Check("Fórmula fechada", closed == one, f"4d²{' + 4d' if bias else ''} = {closed}")
        )
        mistakes = [
            (3 * d * d * layers, "se esquece a projeção de saída W^O"),
            ((3 * d * d + 3 * d) * layers, "se esquece a projeção de saída W^O"),
            (d * d * layers, "se conta só uma das quatro matrizes"),
            (4 * d * d * max(heads, 1) * layers, "se multiplica pelo número de cabeças (as cabeças "
             "dividem d_model entre si)"),
            (3 * d * d * max(heads, 1) * layers, "se dá a cada cabeça matrizes de d_model × "
                                                 "d_model"),
        ]  # fmt: skip
        if heads:
            mistakes.append((3 * d * (d // heads), "se conta só uma cabeça, sem W^O"))
    elif kind == _FFN:
        closed = 2 * d * d_ff + (d_ff + d if bias else 0)
        checks.append(Check("Fórmula fechada", closed == one,
                      f"2·d·d_ff{' + d_ff + d' if bias else ''} = {closed}"))  # fmt: skip
        mistakes = [(d * d_ff, "se conta só a primeira matriz"), (d * d_ff + d_ff, "se conta só a "
                                                                                   "primeira "
                    "camada"), (2 * d * d_ff + 2 * d_ff, "se usam dois bias de tamanho "
                                                         "d_ff")]  # fmt: skip
    elif kind == _LAYER:
        attention = (4 * d * d + (4 * d if bias else 0)) * (2 if inputs.get("decoder") else 1)
        feed = 2 * d * d_ff + (d_ff + d if bias else 0)
        norms = 2 * d * (3 if inputs.get("decoder") else 2)
        checks.append(Check("Fórmula fechada", attention + feed + norms == one,
                      f"{attention} + {feed} + {norms} = {attention + feed + norms}"))  # fmt: skip
        mistakes = [((attention + feed) * layers, "se esquecem as LayerNorms"),
                    (attention * layers, "se esquece a FFN"), (feed * layers, "se esquece a "
                                                                              "atenção"),
                    (one, "se conta só uma camada")]  # fmt: skip
        notes.append("Não contei embeddings nem a camada de saída.")
    conventions = (
        [(float(other), f"{'sem' if bias else 'com'} bias")] if "bias" not in inputs else []
    )
    of = names[kind] + (f" ({layers} camadas)" if layers > 1 else "")
    return Solution(
        problem=Problem(kind, inputs),
        title=f"Parâmetros da {names[kind]}",
        result=f"**{total}** parâmetros ({_thousands(total)}) na {of}, {'com' if bias else 'sem'} "
        f"bias.",
        value=total,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=with_conventions(inputs, total, conventions, mistakes),
    )


def _thousands(count: int) -> str:
    if count >= 10**9:
        return f"≈ {count / 1e9:.2f} bilhões".replace(".", ",")
    if count >= 10**6:
        return f"≈ {count / 1e6:.2f} milhões".replace(".", ",")
    return f"{count:,}".replace(",", ".")


def _solve_embedding(inputs: Inputs) -> Solution:
    v, d = _n(inputs, "vocabulary"), _n(inputs, "d_model")
    tokens = v * d
    steps = [
        Step(
            "Matriz de embeddings",
            rf"uma linha por token: $V \times d = {v} \times {d} = {tokens}$",
        )
    ]
    total = tokens
    if "positions" in inputs:
        p = _n(inputs, "positions")
        total += p * d
        steps.append(Step("Posições aprendidas", rf"${p} \times {d} = {p * d}$"))
        steps.append(Step("Total", rf"${tokens} + {p * d} = {total}$"))
    rows = v + _n(inputs, "positions", 0)
    mistakes: list[Mistake] = [
        (v + d, "se soma em vez de multiplicar"), (tokens + d, "se conta um bias, que a tabela "
                                                               "não tem"),
        (tokens + v, "se conta um bias, que a tabela não tem"), (2 * tokens, "se conta também a "
                                                                             "matriz de "
         "saída"), (d * d, "se multiplica d por d"),
    ]  # fmt: skip
    if total != tokens:
        mistakes.append((tokens, "se esquecem os embeddings de posição"))
    return Solution(
        problem=Problem(_EMBEDDING, inputs),
        title="Parâmetros da matriz de embeddings",
        result=f"**{total}** parâmetros ({_thousands(total)}).",
        value=total,
        steps=tuple(steps),
        checks=(Check("Linhas × colunas", rows * d == total, f"{rows} × {d} = {rows * d}"),
                Check("Divisível por d", total % d == 0, f"{total}/{d} = {total // d} linhas")),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, total, mistakes),
        example_id="21",
    )  # fmt: skip


def _exercise_attention(random: Random) -> tuple[str, dict[str, Json]]:
    h, k = random.choice([2, 4, 8]), random.choice([8, 16, 32, 64])
    bias = random.random() < 0.5
    return (
        f"Quantos parâmetros tem a multi-head attention (W_Q, W_K, W_V e W_O) com d_model "
        f"= {h * k} e "
        f"{h} cabeças, {'com' if bias else 'sem'} bias?",
        {"d_model": h * k, "heads": h, "bias": bias, "assumptions": []},
    )


def _exercise_ffn(random: Random) -> tuple[str, dict[str, Json]]:
    d = random.choice([64, 128, 256, 512, 768])
    d_ff = d * random.choice([2, 3, 4])
    return (
        f"Quantos parâmetros tem a FFN do transformer com d_model = {d} e d_ff = {d_ff}, com bias?",
        {"d_model": d, "d_ff": d_ff, "bias": True, "assumptions": []},
    )


def _exercise_layer(random: Random) -> tuple[str, dict[str, Json]]:
    h, k = random.choice([2, 4, 8]), random.choice([16, 32, 64])
    d_ff = 4 * h * k
    return (
        f"Quantos parâmetros tem uma camada do encoder com d_model = {h * k}, {h} cabeças e d_ff = "
        f"{d_ff}, com bias?",
        {"d_model": h * k, "heads": h, "d_ff": d_ff, "bias": True, "assumptions": []},
    )


def _exercise_embedding(random: Random) -> tuple[str, dict[str, Json]]:
    v, d = random.choice([5000, 10000, 30000, 32000]), random.choice([100, 128, 256, 512])
    return (
        f"Quantos parâmetros tem a matriz de embeddings com vocabulário de {v} e d_model = {d}?",
        {"vocabulary": v, "d_model": d, "assumptions": []},
    )


# -------------------------------------------------------- size of the attention matrix


_MATRICES = (
    r"(?:quant[oa]s|numero de|total de|how many) (?:\w+ )?(?:matrizes|mapas|attention maps?|"
    r"attention matrices) (?:de )?(?:self[ -]?)?(?:atencao|attention)?"
)


def _read_matrix_question(
    statement: Statement, inputs: dict[str, Json], previous: Inputs | None
) -> bool:
    before = inputs.get("asked")
    counts = statement.has(r"quant[oa]s|numero de|how many|total")
    shapes = statement.has(r"dimens(?:ao|oes)|formato|shape|tamanho") and not counts
    if counts or shapes or previous is None:
        inputs["asked"] = "shape" if shapes else "count"
    if statement.has(_MATRICES) and "heads" in inputs and "tokens" not in inputs:
        inputs["asked"] = "matrices"
    if _read_growth(statement, inputs):
        return True
    target, source = _two_lengths(statement)
    if target and source:
        inputs["tokens"], inputs["source"] = target, source
    return inputs.get("asked") != before


def _two_lengths(statement: Statement) -> tuple[int | None, int | None]:
    """The lengths of both sequences of a cross-attention (queries, keys)."""
    if not statement.has("cross[ -]?attention", "atencao cruzada", "cross"):
        return None, None
    target = quantity(
        statement,
        r"(?:tokens|palavras) (?:n[oa] |d[oa] )?(?:decoder|alvo|saida|decodificador|traducao|"
        r"destino|queries)",
        r"decoder|alvo|saida|queries", low=1, high=_LIMIT,
    )  # fmt: skip
    source = quantity(
        statement,
        r"(?:tokens|palavras) (?:n[oa] |d[oa] )?(?:encoder|fonte|origem|entrada|codificador|keys)",
        r"encoder|fonte|origem|entrada|keys", low=1, high=_LIMIT,
    )  # fmt: skip
    return target, source


def _solve_matrices(inputs: Inputs) -> Solution:
    """How many matrices: one for each head of each layer, whatever the length."""
    heads, layers, batch = _n(inputs, "heads"), _n(inputs, "layers"), _n(inputs, "batch", 1)
    value = heads * layers * batch
    each = rf"{layers} \times {heads}" + (rf" \times {batch}" if batch > 1 else "")
    wrong: list[Mistake] = [(heads, "se conta só uma camada"), (heads + layers, "se soma")]
    return Solution(
        problem=Problem(_MATRIX, inputs),
        title="Quantas matrizes de atenção",
        result=f"**{value}** matrizes de atenção: uma por cabeça em cada camada.",
        value=value,
        steps=(Step("Contagem", rf"camadas vezes cabeças: ${each} = {value}$"),),
        checks=(Check("Soma das camadas", sum([heads * batch] * layers) == value, f"{layers} "
                      f"camadas com {heads * batch} cada"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, wrong),
        example_id="28",
    )  # fmt: skip


_GROWTH = (
    r"(?:por quanto|quantas vezes|por qual fator|fator de aumento|quanto (?:cresce|aumenta)|"
    r"(?:que|qual) (?:o )?fator|proporcao|razao)"
)
_LENGTHS = re.compile(
    r"(?:d[eo] )?(\d{1,7})(?: tokens| palavras)? (?:para|pra|a|->) (\d{1,7})(?![\w.,]*\d)"
)


def _read_growth(statement: Statement, inputs: dict[str, Json]) -> bool:
    """ "de 256 para 512 tokens, por quanto se multiplica": how much the matrix grows."""
    lengths = _LENGTHS.search(statement.folded)
    if not lengths or not statement.has(_GROWTH):
        return False
    inputs.update(
        asked="growth", lengths=[int(lengths[1]), int(lengths[2])], tokens=int(lengths[2])
    )
    return True


def _solve_growth(inputs: Inputs) -> Solution:
    before, after = (int(each) for each in floats(inputs["lengths"]))
    ratio = after / before
    value: Json = ratio**2
    line = rf"$\left(\dfrac{{{after}}}{{{before}}}\right)^2 = {tex(ratio**2)}$"
    again = math.isclose(after * after / (before * before), ratio**2)
    return Solution(
        problem=Problem(_MATRIX, inputs),
        title="Crescimento da matriz de atenção",
        result=f"A matriz fica {plain(ratio**2)} vezes maior.",
        value=value,
        steps=(Step("A matriz é n × n", "o número de entradas cresce com o quadrado de n"),
               Step("Razão", line)),
        checks=(Check("Entradas contadas", again, f"{after * after} / {before * before}"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(ratio, "se esquece o quadrado")]),
    )  # fmt: skip


def _solve_matrix(inputs: Inputs) -> Solution:
    if inputs.get("asked") == "growth":
        return _solve_growth(inputs)
    if inputs.get("asked") == "matrices":
        return _solve_matrices(inputs)
    n = _n(inputs, "tokens")
    m = _n(inputs, "source", n)
    one = n * m
    factors = [(_n(inputs, "heads"), "cabeças"), (_n(inputs, "layers"), "camadas"),
               (_n(inputs, "batch"), "exemplos do lote")]  # fmt: skip
    factors = [(count, name) for count, name in factors if count > 1]
    total = one * math.prod(count for count, _ in factors)
    steps = [
        Step("Uma matriz", rf"cada um dos ${n}$ tokens olha para ${m}$: $QK^T$ é ${n} "
                           rf"\times {m}$, com "
             rf"${n} \times {m} = {one}$ valores")
    ]  # fmt: skip
    running = one
    for count, name in factors:
        steps.append(Step(f"Vezes {name}", rf"${count} \times {running} = {count * running}$"))
        running *= count
    shape = inputs.get("asked") == "shape"
    axes = [count for count, _ in ((_n(inputs, "batch"), 0), (_n(inputs, "heads"), 0)) if count > 1]
    value: Json = [*axes, n, m] if shape and len(axes) > 1 else [n, m] if shape else total
    described = " × ".join(f"{count} {name}" for count, name in factors)
    result = rf"A matriz de atenção é **{n} × {m}**: {one} valores por cabeça"
    result += f"; no total ({described}), **{total}**." if factors else "."
    mistakes: list[Mistake] = [
        (n + m, "se soma em vez de multiplicar"), (n, "se conta só uma linha"),
        (one, "se conta só uma cabeça de uma camada"),
        *[(total // count, f"se esquece de multiplicar por {count} "
                           f"({name})") for count, name in factors],
        (n * (n + 1) // 2, "se conta só a parte que a máscara causal deixa ver"),
    ]  # fmt: skip
    return Solution(
        problem=Problem(_MATRIX, inputs),
        title="Tamanho da matriz de atenção",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=(Check("Contagem linha a linha", sum(m for _ in range(min(n, 10_000))) ==
                      min(n, 10_000) * m, f"{n} linhas de {m} valores"),
                Check("Divisível por n²", total % one == 0, f"{total}/{one} = {total // one} "
                                                            f"matrizes")),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        example_id="28",
    )  # fmt: skip


def _exercise_matrix(random: Random) -> tuple[str, dict[str, Json]]:
    n, h, layers = random.randint(5, 60), random.choice([2, 4, 8]), random.choice([2, 4, 6])
    return (
        f"Quantos valores há nas matrizes de atenção de um modelo com {layers} camadas e {h} "
        f"cabeças "
        f"para uma sequência de {n} tokens?",
        {"tokens": n, "heads": h, "layers": layers, "asked": "count", "assumptions": []},
    )


def _solver(kind: str) -> Callable[[Inputs], Solution]:
    return lambda inputs: _solve_parameters(kind, inputs)


_ADOPTS: dict[str, tuple[str, ...]] = {
    kind: ("d_model",) for kind in (_HEAD_SIZE, _ATTENTION, _FFN, _LAYER)
}


def _family(
    kind: str,
    title: str,
    topic: str,
    example_id: str | None,
    solve: Callable[[Inputs], Solution],
    exercise: Callable[[Random], tuple[str, dict[str, Json]]],
    adopts: dict[str, tuple[str, ...]],
) -> Family:
    return Family(
        kind, title, topic, example_id, _matcher(kind), _parser(kind), solve, exercise, adopts
    )


FAMILIES: tuple[Family, ...] = (
    _family(
        _HEAD_SIZE, "Dimensão das cabeças", "atencao", "30", _solve_head, _exercise_head,
        {kind: ("d_model", "heads") for kind in (_ATTENTION, _LAYER)},
    ),
    _family(
        _ATTENTION, "Parâmetros da multi-head attention", "atencao", "30",
        _solver(_ATTENTION), _exercise_attention, _ADOPTS,
    ),
    _family(
        _FFN, "Parâmetros da FFN", "transformer", None, _solver(_FFN), _exercise_ffn, _ADOPTS,
    ),
    _family(
        _LAYER, "Parâmetros de uma camada do transformer", "transformer", None,
        _solver(_LAYER), _exercise_layer, _ADOPTS,
    ),
    _family(
        _EMBEDDING, "Parâmetros da matriz de embeddings", "embeddings", "21",
        _solve_embedding, _exercise_embedding, {},
    ),
    _family(
        _MATRIX, "Tamanho da matriz de atenção", "atencao", "28",
        _solve_matrix, _exercise_matrix, {},
    ),
)  # fmt: skip
