"""Answers written in English, brought to the Portuguese terms that the rubrics look for.

No translation: a glossary of the field and of the words that state something, enough for patterns
and stems to be found. An adjective is put after its noun, where Portuguese has it.
"""

from __future__ import annotations

import re

# Expressions first: longer ones before the words in them.
_PHRASES = (
    ("cross[- ]entropy", "crossentropy"),
    ("learning rate", "learningrate"),
    ("instead of|rather than", "em vez de"),
    ("because of|due to|thanks to", "por causa de"),
    ("does not|do not|doesn't|don't|did not|is not|are not|isn't|aren't|cannot|can't|won't", "nao"),
    ("no longer|not", "nao"),
    ("nothing|nobody|none", "nenhum"),
    ("at most", "no maximo"),
    ("at least", "pelo menos"),
    ("at once|at the same time|simultaneously", "ao mesmo tempo"),
    ("left out|held out|held-out|kept aside|set aside", "de fora separado"),
    ("sum up|summed|sums|added together|added up", "somada"),
    ("add up to|sum to", "somam"),
    ("adds|added|adding|add", "soma"),
    ("minus infinity|negative infinity", "menosinfinito"),
    ("moving averages?|running averages?", "media movel"),
    ("weighted averages?|weighted means?", "media ponderada"),
    ("weighted sums?", "soma ponderada"),
    ("weight sharing|shared weights|shares weights", "pesos compartilhados"),
    ("test sets?|test data", "conjunto de teste"),
    ("test errors?", "erro de teste"),
    ("validation sets?|validation data", "conjunto de validacao"),
    ("validation errors?", "erro de validacao"),
    ("training sets?|training data|training split", "conjunto de treino"),
    ("hidden layers?", "camadas ocultas"),
    ("dot products?|inner products?", "produto escalar"),
    ("loss functions?", "funcao de perda"),
    ("early stopping|stopping epoch", "parada"),
    ("next (word|token)", "proxima palavra token"),
    ("previous (words?|tokens?)|earlier (words?|tokens?)", "palavra anterior"),
    ("future (words?|tokens?|positions?)|later (words?|tokens?|positions?)", "palavra futura"),
    ("both (sides|directions)|left and right", "os dois lados bidirecional"),
    ("left[- ]to[- ]right", "esquerda para a direita"),
    ("made up of|stands? for", "representa"),
    ("picked|picks?|chosen|chooses?|choosing|selects?|selected|selecting", "escolhe"),
    ("splits?|splitting|broken|breaks?|divided|divides?|cut", "divide"),
    ("at random|randomly|random", "aleatorio"),
    ("vanish\\w*|fades?|disappear\\w*|dies out", "desaparece"),
    ("shrinks?|shrinking|shrunk|decreas\\w+|reduc\\w+|lower", "diminui"),
    ("grows?|growing|increas\\w+|larger|bigger", "aumenta"),
    ("toward zero|towards zero", "para zero"),
    ("one[- ]by[- ]one|one at a time", "um de cada vez"),
    ("long[- ]range|far apart|distant", "distantes"),
    ("predict\\w*|guess\\w*", "prever"),
    ("unlabel\\w+|no labels?|without labels?", "sem rotulos"),
    ("label\\w*|annotat\\w+", "rotulo"),
    ("masked|masks?|masking|hides?|hidden|hiding", "mascara"),
    ("updates?|updated|updating", "atualiza"),
    ("trained|trains?|training", "treino"),
    ("stacked|stacks?", "empilhada"),
    ("learned|learns?|learnt|learning", "aprende"),
    ("computes?|computed|calculates?|calculated", "calcula"),
    ("carries|carry|carrying|conveys?|holds?", "carrega"),
    ("receives?|takes?|gets|given", "recebe"),
    ("gives?|yields?|produces?|returns?", "produz"),
    ("generat\\w+|writes?|writing", "gera"),
    ("understand\\w*|comprehension", "compreensao"),
    ("turns?|becomes?|turned", "vira"),
    ("keeps?|kept|preserv\\w+|remains?|stays?", "mantem"),
    ("removes?|removed|drops?|dropped|discard\\w*", "remove"),
    ("depends?|depending", "depende"),
    ("captures?|captured", "capta"),
    ("compares?|compared", "compara"),
    ("concatenat\\w+", "concatena"),
    ("normali[sz]\\w+", "normaliza"),
    ("standardi[sz]\\w+", "padroniza"),
    ("estimat\\w+", "estima"),
    ("evaluat\\w+|measur\\w+|assess\\w*", "avalia"),
    ("fit|fitted|fitting|fits", "ajusta fit"),
    ("leaks?|leaked|leakage", "vazamento"),
    ("optimistic\\w*|overoptimistic", "otimista"),
    ("bias(?:ed)?", "vies enviesado"),
    ("saturat\\w+", "satura"),
    ("flat|flattens?", "achata"),
    ("repeat\\w*", "repete"),
    ("points? (?=at|to)|looks? at|attends?|attending", "presta atencao"),
    ("used|uses?|using", "usa"),
    ("ignor\\w+|skip(?:ped|s)(?! conn)", "ignora"),
    ("behaves?|acts?", "funciona"),
    ("matches|match|longest match", "maior pedaco"),
    ("longest|biggest|largest", "maior"),
    ("works?", "funciona"),
    ("needs?|needed|requires?|required", "precisa"),
    ("relies|rely", "depende"),
    ("continu\\w+", "continua"),
    ("stable|stability", "estavel"),
    ("exists?", "existe"),
)
_NOUNS = {
    "network": "rede", "layer": "camada", "filter": "filtro", "kernel": "kernel",
    "weight": "peso", "parameter": "parametro", "neuron": "neuronio", "unit": "unidade",
    "average": "media", "mean": "media", "error": "erro", "example": "exemplo", "sample": "amostra",
    "fold": "fold", "result": "resultado", "model": "modelo", "choice": "escolha",
    "hyperparameter": "hiperparametros", "loop": "laco", "step": "passo", "direction": "direcao",
    "square": "quadrado", "root": "raiz", "momentum": "momentum", "gradient": "grad",
    "derivative": "derivada", "slope": "derivada", "activation": "ativacao", "output": "saida",
    "input": "entrada", "loss": "perda", "class": "classe", "probability": "probabilidade",
    "identity": "identidade", "shortcut": "atalho", "connection": "conexao", "block": "bloco",
    "channel": "canais", "projection": "projecao", "size": "tamanho", "dimension": "dimensao",
    "shape": "dimensao", "word": "palavra", "subword": "subpalavra", "piece": "pedaco",
    "part": "parte", "vocabulary": "vocabulario", "character": "caracter", "letter": "letra",
    "context": "contexto", "neighbour": "vizinho", "neighbor": "vizinho", "meaning": "significado",
    "similarity": "similaridade", "vector": "vetor", "matrix": "matriz", "table": "tabela",
    "row": "linha", "column": "coluna", "sine": "seno", "cosine": "cosseno", "angle": "angulo",
    "frequency": "frequencia", "position": "posicao", "distance": "distancia", "offset": "k",
    "function": "funcao", "content": "conteudo", "information": "informacao", "score": "escore",
    "compatibility": "compatibilidade", "relation": "relacao", "relationship": "relacao",
    "representation": "representacao", "head": "cabeca", "subspace": "subespaco",
    "sentence": "frase", "source": "origem", "target": "alvo", "translation": "traducao",
    "alignment": "alinhamento", "decoder": "decoder", "encoder": "encoder", "mask": "mascara",
    "diagonal": "diagonal", "task": "tarefa", "classifier": "classificador", "text": "texto",
    "internet": "internet", "prompt": "prompt", "demonstration": "demonstracao",
    "instruction": "instrucao", "sense": "sentido", "infinity": "infinito", "data": "dados",
    "dataset": "conjunto", "image": "imagem", "pair": "par", "norm": "norma",
    "penalty": "penalidade",
    "cost": "custo", "feature": "atributo", "statistic": "estatistica", "deviation": "desvio",
    "operation": "operacao", "depth": "profundidade", "time": "vez", "production": "producao",
    "entry": "valor", "pattern": "padrao", "answer": "resposta", "batch": "lote", "epoch": "epoca",
    "bracket": "colchete", "english": "ingles", "portuguese": "portugues", "label": "rotulo",
}  # fmt: skip
_ADJECTIVES = {
    "deep": "profunda", "convolutional": "convolucional", "local": "local", "dense": "densa",
    "linear": "linear", "hidden": "oculta", "small": "pequeno", "large": "grande", "big": "grande",
    "different": "diferente", "similar": "similar", "relative": "relativa", "new": "nova",
    "own": "propria", "whole": "inteira", "entire": "inteira", "complete": "completa",
    "full": "completa", "squared": "ao quadrado", "exponential": "exponencial", "zero": "zero",
    "residual": "residual", "rare": "rara", "frequent": "frequente", "common": "comum",
    "single": "unica", "internal": "interno", "inner": "interno", "outer": "externo",
    "external": "externo", "fixed": "fixo", "frozen": "congelado", "causal": "causal",
    "bidirectional": "bidirecional", "contextual": "contextual",
    "contextualized": "contextualizada",
    "contextualised": "contextualizada", "original": "original", "correct": "correta",
    "wrong": "errada", "central": "central", "centered": "centrada", "positive": "positiva",
    "negative": "negativo", "numerical": "numerica", "triangular": "triangular",
    "lower": "inferior", "upper": "superior", "parallel": "paralelo", "unseen": "ineditos",
    "independent": "independente", "final": "final", "smooth": "suave", "soft": "suave",
    "expensive": "caro", "cheap": "barato", "autoregressive": "autorregressivo",
    "exclusive": "exclusivas", "human": "humano", "optimistic": "otimista",
}  # fmt: skip
_OTHERS = {
    "the": "", "per": "por", "a": "um", "an": "um", "of": "de", "and": "e", "or": "ou", "is": "e",
    "are": "sao", "was": "foi", "be": "ser", "to": "a", "in": "em", "on": "em",
    "at": "em", "by": "por",
    "for": "para", "from": "de", "with": "com", "without": "sem", "never": "nunca", "no": "nenhum",
    "only": "so", "just": "so", "alone": "so", "all": "todos", "every": "cada", "each": "cada",
    "any": "qualquer", "both": "ambos", "several": "varias", "many": "muitas", "few": "poucos",
    "multiple": "multiplas", "various": "varias", "same": "mesma", "other": "outros",
    "others": "outros", "rest": "resto", "remaining": "restante", "than": "que", "then": "depois",
    "so": "entao", "because": "porque", "since": "porque", "while": "enquanto", "whereas":
    "enquanto", "but": "mas", "if": "se", "when": "quando", "which": "que", "that": "que",
    "it": "ele", "its": "sua", "their": "suas", "they": "eles", "before": "antes", "after":
    "depois", "during": "durante", "between": "entre", "inside": "dentro", "within": "dentro",
    "internally": "internamente", "itself": "propria", "already": "ja", "more": "mais", "less":
    "menos", "better": "melhor", "worse": "pior", "best": "melhor", "likely": "provavel", "very":
    "muito", "near": "perto", "close": "perto", "almost": "quase", "exactly": "exatamente", "one":
    "um", "two": "dois", "three": "tres", "first": "primeiras", "last": "ultima", "once":
    "uma vez", "twice": "duas vezes", "always": "sempre", "usually": "geralmente", "together":
    "junto", "directly": "direto", "yes": "sim", "now": "agora", "has": "tem", "have": "tem",
    "can": "pode", "means": "significa", "longer": "maior", "left": "esquerda", "right": "direita",
    "above": "acima", "below": "abaixo", "future": "futuro", "past": "passado", "next": "proximo",
    "following": "seguinte", "surrounding": "ao redor", "unknown": "desconhecido",
    "infinity": "infinito", "how": "quanto", "much": "muito", "relevant": "relevante", "new":
    "nova", "sigmoid": "sigmoide", "sigmoids": "sigmoide", "regularizes": "regulariza",
    "regularises": "regulariza", "regularization": "regularizacao", "regularisation":
    "regularizacao", "overlap": "as duas", "possible": "possivel", "impossible": "impossivel",
    "lots": "muitos", "lot": "muito", "huge": "enorme", "amount": "quantidade",
    "amounts": "quantidade", "about": "sobre", "there": "ali", "zeros": "zero",
    "whole": "inteira", "backpropagation": "backprop", "jointly": "junto", "like": "como",
}  # fmt: skip
_EXPRESSIONS = tuple((re.compile(rf"\b(?:{e})\b", re.IGNORECASE), p) for e, p in _PHRASES)
_ADJECTIVE_NOUN = re.compile(
    rf"\b({'|'.join(_ADJECTIVES)}) ({'|'.join(_NOUNS)})((?:e?s)?)\b", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z]+")


def portuguese(text: str) -> str:
    """`text` with the English words of the glossary in Portuguese; the rest as it stands."""
    for pattern, word in _EXPRESSIONS:
        text = pattern.sub(word, text)
    text = _ADJECTIVE_NOUN.sub(_noun_first, text)
    return _WORD.sub(lambda m: _word(m.group()), text)


def _noun_first(match: re.Match[str]) -> str:
    adjective, noun, plural = match.groups()
    return f"{_plural(_NOUNS[noun.lower()], plural)} {_ADJECTIVES[adjective.lower()]}"


def _plural(noun: str, ending: str) -> str:
    return f"{noun}s" if ending and not noun.endswith("s") else noun


def _word(word: str) -> str:
    low = word.lower()
    for known in (_OTHERS, _ADJECTIVES):
        if low in known:
            return known[low]
    for ending in ("", "s", "es"):
        singular = low.removesuffix(ending)
        if singular in _NOUNS and low.endswith(ending):
            return _plural(_NOUNS[singular], ending)
    return word
