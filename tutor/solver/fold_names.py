"""What students call examples, folds, repetitions and grids of hyperparameters."""

from __future__ import annotations

import re

from tutor.solver.fields import Statement
from tutor.solver.quantities import quantity

KIND = "cross_validation"
EXAMPLES = (
    r"(?:\w+ )?(?:exemplos?|amostras?|instancias?|registros?|observacoes|observacao|imagens|imagem|"
    r"dados|pontos|frases|linhas|pacientes|documentos|textos|samples?|examples?|images?|itens|"
    r"data points|elementos|casos|sentencas|tweets|reviews|emails|e-mails|fotos|comentarios|ex)"
)
DATASET = (
    r"n|n_samples|dataset|data set|base(?: de dados)?|conjunto(?: de dados)?|total(?: de "
    r"exemplos)?|"
    r"numero de exemplos|tamanho d[oae] (?:dataset|base|conjunto)(?: de dados)?|len\(x\)"
)
NESTED = (
    r"nested|aninhad\w+|validacao cruzada interna|outer|inner|(?:\w+ )?folds? (?:extern|intern)\w+|"
    r"(?:loops?|lacos?|camadas?|ciclos?) (?:extern|intern|interior|exterior)\w*|"
    r"(?:folds?|particoes|partes|fatias|dobras|grupos|divisoes)(?: \w+)? (?:extern|intern)\w+|"
    r"(?:por|de|la|folds?|fatias|rodadas|divisoes) (?:fora|dentro)"
    r"(?=.{0,60}(?:por|de|la|rodadas|divisoes|\d) (?:fora|dentro)(?!\w))"
)
LOO = (
    r"leave[ -]?one[ -]?out|loo|loocv|loo-cv|deix\w+[ -](?:uma?|1)(?: unic[oa])?"
    r"(?: (?:exemplo|amostra|dado|ponto))?[ -](?:de )?fora|"
    r"test\w+ (?:em )?(?:so |apenas )?(?:uma?|1)(?: \w+)? (?:de cada|por|a cada) vez"
)
LPO = re.compile(r"leave[ -](?P<a>\d+|two|three)[ -]out|leave[ -]p[ -]out\D{1,30}?(?P<b>\d+)")
FOLDS = (
    r"k[ -]?folds?|\w+[ -]folds?|folds?|validacao[ -]cruzada|cross[ -]?val\w*|cv|kfold|"
    r"stratifiedkfold|gridsearchcv|randomizedsearchcv|repeatedkfold|dobras?"
)
RIVAL_LOOP = (
    r"(?:(?:folds?|particoes|partes|fatias|dobras|grupos|divisoes|rodadas) )?(?:(?:n[oa]|d[oa]|"
    r"para [oa]|pr[oa]|in the) )?"
    r"(?:(?:loop|laco|camada|ciclo|nivel|cv|parte|validacao) )?(?:mais )?"
)
OUTER = r"(?:extern[oa]s?|exterior(?:es)?|outer|(?:(?:por|de|la) )?fora)"
INNER = r"(?:intern[oa]s?|interior(?:es)?|inner|(?:(?:por|de|la) )?dentro)"
LOOP_NAME = r"(?:[ _-]?(?:cv|loop|folds?|k|splits|n_splits))?"
REPEATS = r"repetic(?:oes|ao)|vezes|rodadas|repeats?|repetitions?|x repetid\w+"
GRID = (
    r"(?:modelos|algoritmos|arquiteturas) (?:diferentes|distint[ao]s)|"
    r"combinac(?:oes|ao)|configurac(?:oes|ao)|hiper-?parametros?|candidatos?|"
    r"pontos d[ae] (?:grade|grid)|modelos? candidatos?|combinations?|configs?|"
    r"conjuntos? de (?:hiper-?)?parametros|hyperparameters?|settings"
)
AXIS = (
    r"(?:valores|opcoes|niveis|values) (?:de|do|da|dos|das|para|pra|of|for)\b|"
    r"taxas de aprendiza(?:do|gem)|learning rates?|lrs|batch sizes|tamanhos de (?:batch|lote)|"
    r"dropouts|otimizadores|arquiteturas|kernels|valores|"
    r"(?:de|para) (?:o )?(?:batch|lr|lote|dropout|taxa|learning rate|c|gamma|epocas|camadas|"
    r"neuronios)\b"
)
FITS_ASKED = re.compile(
    r"(?:quant[oa]s|qnts|qts|how many|numero (?:total )?de|total de|n[.º°o]? de) "
    r"(?:(?!n[oa]s? |para |pra |em |por |exemplos|amostras|dados|imagens|instancias)\w+ ){0,3}?"
    r"(?:modelos?|treinos?|treinamentos?|fits?|ajustes?|vezes|execucoes|rodadas|iteracoes|"
    r"models|trainings?|folds|redes|particoes|partes|grupos)|quantas vezes|treina\w* quant\w+|"
    r"(?:fits|treinamentos|treinos|modelos)\b(?=.{0,20}\?)"
)
SIZES_ASKED = re.compile(
    r"(?:quant[oa]s|qnts|qts|how many|numero de|tamanhos?|quantidade|size of|porcentagem|"
    r"percentual|"
    r"proporcao|fracao|quantos por cento|quanto(?! tempo))\b(?=(?P<rest>[^?\n]{0,80}))"
)
HOLDOUT = re.compile(
    r"(\d{1,2}(?:[.,]\d+)?) ?%(?: \w+){0,4}? teste?\b|\bteste?\b(?: \w+| ?[=:(]){0,3} ?"
    r"(\d{1,2}(?:[.,]\d+)?) ?%"
)
TIME = re.compile(
    r"(?:leva|demora|dura|gasta|custa|takes?|precisa de|"
    r"tempo)\w*\s(?:\w+\s){0,4}?(\d+(?:[.,]\d+)?) ?"
    r"(segundos?|seg|s|minutos?|min|horas?|h|dias?)(?!\w)"
)
ADVICE = (
    r"melhor|pior|recomend\w+|ideal|vale a pena|compensa|vies|variancia|vantag\w+|diferenca|"
    r"por ?que|pq|deve\w*|risco"
)
REFIT = r"refits?|retrein\w+|reajust\w+|treino final|treinamento final|treina\w* de novo"
STATISTICS_WORDS = (
    r"(?:erro|acuracia|taxa) medi[oa]|medias?(?! ?-? ?(?:moveis|movel|exponencia\w+|ponderad\w+))|"
    r"mean|desvios?(?:[ -]padrao)?|dp|"
    r"std|"
    r"standard deviation|erro padrao|variancia"
)


# "240 exames … quantos exames ficam no treino": the thing that is counted and asked about
_COUNTED = re.compile(
    r"(?:quant[oa]s|cada fold com|numero de) (?!folds?|modelos?|"
    r"trein\w+|fits|partes?|particoes|ajustes|"
    r"rodadas|vezes|horas|minutos|dias|segundos|positiv\w+|negativ\w+|batch\w*|combinac\w+|epocas|"
    r"configurac\w+|valores|execucoes|iteracoes|grupos|redes|por|d[aeo]s?|a)(?P<noun>[a-z]{4,})"
)


def examples_of(statement: Statement) -> int | None:
    known = _known_examples(statement)
    if known is not None:
        return known
    for match in _COUNTED.finditer(statement.folded):
        found = quantity(statement, re.escape(match["noun"]), "", "o número de exemplos", 1, 10**9)
        if found is not None:
            return found
    return None


def _known_examples(statement: Statement) -> int | None:
    return quantity(
        statement, EXAMPLES, DATASET, "o número de exemplos", 1, 10**9,
        but_not=r"folds?|partes|grupos|repeticoes|vezes|combinacoes|classes|particoes",
    )  # fmt: skip
