"""Words that a paraphrase may change, and words that it may not.

Everything is compared by stem: `SAME` maps a stem to its group of near-synonyms as academic
Portuguese about neural networks uses them; `OPPOSITE` maps a stem to those that contradict it.
"""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

from tutor.text import fold

# Forms that the stemmer leaves apart.
_IRREGULAR = {
    form: root
    for line in """
        multiplic multipl
        divid divisa
        reduz reduca
        produz produca
        traduz traduca traduzid
        ger geraca gera
        mant mantem mantiv
        prev previst previsa
        sob sub
        cai cair caem queda qued
        usa us usar usad usam uso
        aprend aprendiz
        decid decisa
        obt obtem
        pod pode
        precis preciso
        vem vir vind
        dar da dao
        dest destin
        trein treinament
        atualiz atualizaca
        ajust ajustament
        escolh escolhid
        fundir fund fusa fusã
        inicial inic inici
        diferent difer diferenc
        proxim prox
        correspond correspondent
        depend dependent independ
        melhor melhora
        pior piora
        ve ver vist visa enxerg
        correca corrig
        represent representaca
        projeca projet
        atenca atend
        mascar mascarament
        linh linha
    """.strip().splitlines()
    for root, *forms in [line.split()]
    for form in forms
}
_stemmer = Stemmer.Stemmer("portuguese")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The folded stem of a lower-case word (with its accents, which the stemmer needs)."""
    root = fold(_stemmer.stemWord(word))
    return _IRREGULAR.get(root, root)


_SAME = """
    usar utilizar empregar adotar usado usada utilizado uso usam
    calcular computar obter calculado obtido cálculo obtida
    precisar exigir requerer necessário necessitar necessária preciso exige exigido
    ter possuir conter haver há existir tem têm
    dar fornecer oferecer produzir gerar atribuir dá dão dado fornecido gerado produz gera
    tornar virar transformar ficar passar vira torna fica converter
    mostrar indicar dizer revelar apresentar exibir plotar
    formar compor constituir formado composto consistir
    diminuir reduzir cair encolher baixar diminui reduz cai decrescer
    aumentar crescer ampliar elevar subir aumenta cresce ampliado maior
    desaparecer sumir some desaparece desaparecimento
    evitar impedir prevenir dispensar
    começar iniciar partir começo início inicial parte começa inicializar
    terminar acabar encerrar fim final termina
    manter conservar preservar guardar permanecer mantém guarda continuar
    trocar substituir mudar trocado
    mudar alterar modificar variar muda altera varia
    juntar unir fundir combinar combina unido
    dividir separar quebrar dividido divisão
    prever adivinhar estimar previsão prevê previsto
    permitir possibilitar deixar capaz conseguir poder pode
    corresponder equivaler igual coincidir equivalente
    acrescentar adicionar somar
    aplicar usar fazer aplicado feito feita faz
    tender costumar geralmente normalmente geral comum tende costuma usual típico provável
    frequente comum
    raro infrequente
    aleatório acaso sortear sorteado aleatoriamente
    diferente distinto diferir difere diferença
    parecido similar semelhante próximo próxima parecer
    mesmo igual
    próprio seu
    ver enxergar olhar vê vista visível
    processar tratar calcular
    seguinte próximo posterior depois
    anterior antes prévio
    treino treinamento treinar treinado
    aprender treinar aprendido
    retropropagação backpropagation retropropagar
    exemplo demonstração
    resultado saída
    causa motivo razão
    origem vir vem provir
    depender conforme
    principal mais
    grande alto forte alta
    pequeno baixo fraco baixa
    rápido acelerar veloz acelera
    lento devagar
    custo caro custar
    barato econômico
    ruim pior piorar
    bom melhor melhorar bem
    correto certo verdadeiro
    errado erro falso incorreto
    servir serve função papel
    adequado indicado recomendado convir convém apropriado indicar preferir preferido prefere
    chamar denominar nome
    representar codificar representação
    compreensão compreender entender
    inteiro completo todo
    inédito novo
    quantidade número tanto quantos
    tamanho comprimento dimensão
    unir concatenar
    otimista otimismo
    atualizar ajustar atualização ajuste atualizado
    escolher selecionar escolha escolhido decidir define definir
    comparar contra comparação
    influenciar afetar importar influência
    ocorrer aparecer acontecer surgir ocorrência aparece surge
    justamente exatamente precisamente
    ignorar descartar desprezar ignorado
    restante sobrar resto demais outro
    apenas só somente unicamente exclusivamente único
    local região
    passo etapa atualização
    rodada vez
    compartilhar comum reutilizar reaproveitar compartilhado reutilizado
    iniciar inicializar
    ligar conectar relacionar liga relaciona ligação
    transmitir passar
    receber recebe
    busca procurar buscar recuperar procura
    língua idioma
    frase sentença sequência
    vantagem benefício
    desvantagem limitação
    maneira modo forma jeito
    posterior seguir
    ausente faltar falta
    média médio
    lote batch
    época passagem
    palavra termo
    palavra-chave
    viés bias
    fixo constante congelado
    puxar levar
    girar rotação
    parágrafo trecho pedaço
    rede modelo
    explosão explodir
    máximo maior
    mínimo menor
    atenuar combater tratar
    vizinho próximo
"""
# Left against right: the one where the evidence has the other says something else.
_OPPOSED = """
    maior máximo grande alto mais aumentar crescer subir ampliar muito longo forte
        | menor mínimo pequeno baixo menos diminuir reduzir cair descer pouco curto fraco encolher
    antes anterior passado prévio | depois posterior seguinte futuro próximo
    primeiro início inicial começo começar iniciar | último fim final terminar encerrar
    entrada | saída
    encoder | decoder
    linha | coluna
    esquerda | direita
    interno | externo
    melhor melhorar bom bem vantagem | pior piorar ruim desvantagem mal
    rápido acelerar | lento devagar
    barato | caro
    positivo | negativo neutro
    treino | teste validação inferência produção
    validação | teste
    otimista | pessimista
    estático fixo constante congelado | contextual variável dinâmico
    fixo congelado | aprender treinar treinável aprendido atualizar
    profundo profundidade | raso
    overfitting | underfitting
    viés | variância
    linear | não-linear exponencial
    somar soma | multiplicar concatenar dividir subtrair
    multiplicar produto | dividir divisão
    concatenar | somar soma
    dividir | juntar unir fundir multiplicar
    igual mesmo parecido similar semelhante | diferente distinto próprio oposto
    raro | frequente comum
    todo tudo sempre cada inteiro | nenhum nunca único algum
    sempre | nunca
    com | sem
    fácil facilitar | difícil dificultar
    paralelo | sequencial
    ganhar acrescentar | perder descartar retirar
    query | key value
    key | value
    bert | gpt
    média | soma máximo
    gradiente | perda
    momentum | rmsprop
    sigmoide | softmax relu
    seno | cosseno
    palavra | caractere frase
    parâmetro | hiperparâmetro
    logit | probabilidade
    central centro | vizinho contexto borda
    origem | destino tradução
    geral | específico
    explosão explodir | desaparecimento desaparecer sumir
    seguro confiável | incerto
    possível permitir | impossível impedir bloquear
    certo correto verdadeiro acerto | errado incorreto falso erro
    professor | aluno
    aproximar | afastar
    manual manualmente | automático
    absoluto | relativo
    discreto | contínuo
    recomendado adequado | inadequado
    zero-shot | few-shot one-shot
    codificar encoder | decodificar
    supervisionado | autossupervisionado
"""
DENIALS = frozenset(
    "nao nunca nem sem jamais nenhum nenhuma tampouco dispensa dispensam impossivel".split()
)
SCOPES = {
    stem(word): name
    for name, words in {
        "only": "só apenas somente unicamente único única exclusivamente",
        "all": "todo toda todos todas qualquer quaisquer tudo inteiro inteira cada",
        "always": "sempre garantir garante garantido garantia necessariamente obrigatoriamente",
        "never": "nunca jamais nenhum nenhuma",
        "same": "mesmo mesma mesmos mesmas igual iguais",
        "own": "próprio própria próprios próprias",
    }.items()
    for word in words.split()
}
# Words that deny what follows them without a "não".
HIDDEN_DENIALS = frozenset(
    stem(word)
    for word in """
    evitar impedir eliminar dispensar independente independer sumir desaparecer perder ignorar
    descartar resolver combater gargalo contrário inverso falhar faltar fora livre excluir retirar
    abandonar oposto desfazer desligar nulo zerar atenuar desencorajar
    """.split()
)
# Words that carry no claim of their own: a paraphrase may add or drop them.
LIGHT = frozenset(
    stem(word)
    for word in """
    ser estar ficar ter haver fazer ir vir poder dever conseguir costumar tender passar acabar
    é são foi era está estão fica ficam tem têm há faz fazem vai vão vem vêm pode podem deve devem
    consegue costuma tende passa acaba acabam chega seja sejam sendo tendo feito feita
    isso isto aquilo esse essa este esta qual quais quem onde quando enquanto
    assim logo então portanto pois porque já também ainda além aqui ali caso exemplo
    modo forma maneira vez vezes tipo coisa parte lado meio fato jeito
    mesmo próprio tal tanto quanto embora porém mas contudo ou seja
    desse dessa deste desta daquele nesse nessa num numa dum duma
    lhe lhes se si dele dela deles delas cujo cuja nele nela
    chamado chamada dito dita
    graças devido causa conforme segundo através
    justamente realmente obrigatoriamente normalmente geralmente
    bastante bem etapa sobre entre até após durante ao acordo
    sua seu suas seus outro outra outros outras
    disso daquilo nisso aquela aquele aqueles aquelas
    """.split()
)


def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_SAME.strip().splitlines()):
        for word in line.split():
            found.setdefault(stem(word), set()).add(number)
    return {word: frozenset(groups) for word, groups in found.items()}


def _sides() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in re.sub(r"\s*\n\s*\|", " |", _OPPOSED).strip().splitlines():
        left, right = (side.split() for side in line.split("|"))
        for word in left:
            found.setdefault(word, []).extend(right)
        for word in right:
            found.setdefault(word, []).extend(left)
    return {word: tuple(others) for word, others in found.items()}


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, others in OPPOSED_WORDS.items():
        found.setdefault(stem(word), set()).update(map(stem, others))
    return {word: frozenset(others - {word}) for word, others in found.items()}


SAME = _groups()
OPPOSED_WORDS = _sides()
OPPOSITE = _opposites()


def alike(one: str, other: str) -> bool:
    """Whether two stems may stand for each other."""
    return one == other or (
        other not in OPPOSITE.get(one, ()) and bool(SAME.get(one, _NONE) & SAME.get(other, _NONE))
    )


_NONE: frozenset[int] = frozenset()
