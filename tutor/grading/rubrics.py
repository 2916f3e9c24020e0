"""What earns marks in each question of the list, and what is wrong in it, as patterns.

A rubric is written from the entry's key points and misconceptions, in the pattern language of
`tutor.grading.language` (folded text, field terms in one spelling). An idea is
(marks, key point, pattern): two marks are a full answer, the ideas that the question asks for
carry one or two, further ones half a mark. A slip is (misconception, pattern); the misconception is
the number of a listed one or a sentence of its own. A fatal slip contradicts the core: only what
is said apart from it can earn a 1.
"""

# ruff: noqa: E501 (a pattern is easier to read on one line)
from __future__ import annotations

from dataclasses import dataclass

Idea = tuple[float, int, str]
Slip = tuple[int | str, str]


@dataclass(frozen=True)
class Rubric:
    ideas: tuple[Idea, ...]
    slips: tuple[Slip, ...] = ()
    fatal: tuple[Slip, ...] = ()
    required: tuple[int, ...] = ()  # ideas without which an answer is not full


RUBRICS: dict[str, Rubric] = {
    "1": Rubric(
        ideas=(
            (
                1,
                0,
                "profund > (quantas camadas|varia|muita|multipl|mais camadas|mais de um|numero|quantidade|diversas|profundidade|empilh)|(muitas|varias|multiplas|quantidade de|numero de) camadas & profund | (muitas|varias|multipl\\w*|mais) camadas & profund | camadas ocultas > profunda | profundidade > (conta|camada|numero|quant)",
            ),
            (
                1,
                1,
                "(rede convoluc|redes convoluc|convolucional|convolucionais|cnn) > (convolucao|convolucoes|camadas? convoluc|filtro|kernel|tipo de camada|que tipo|pesos? compart|conv\\b) | (filtro|kernel) > (convolucional|cnn) | convolucional\\w* & (desliz|varre|janel|percorr|kernel|filtro|mesmos pesos|operac) | (janel|kernel|filtro)\\w* > (desliz|varr|percorr)",
            ),
            (
                0.5,
                2,
                "peso\\w* > compart | compart > peso | conex\\w+ loca | regi\\w+ loca | filtros? loca | menos parametro | reduz > parametro | equivari | mesmos pesos | pesos (repetid|iguais|reaproveit) | vizinhanca",
            ),
            (0.5, 3, "densa & (toda|cada neuronio) | cada neuronio > (tudo|todos|todas)"),
            (
                0.5,
                4,
                "! nao (se )?exclu | ambas | as duas | mesmo tempo | resnet | (cnn|convoluc\\w*) (tambem )?(pode|podem) (ser|ter) | (tipo|caso|subconjunto) (\\w+ )?de redes? profund",
            ),
        ),
        slips=(
            (1, "(toda|qualquer) rede com (uma )?camada (oculta|escondida) > profund"),
            (2, "(cnn|convoluc\\w*) > (so|apenas|somente|exclusiva\\w*) > imag"),
            (
                3,
                "(so|apenas|somente) (a |as |redes? )*(cnn|convoluc\\w*) > extra | ! profunda\\w* > nao > extra",
            ),
            (
                "A convolução não é treinada por gradiente.",
                "convoluc\\w* > sem (o )?(gradiente|backprop)",
            ),
        ),
        fatal=(
            (
                0,
                "opost | ou (e|sao) (uma )?(convoluc|cnn)\\w* ou | ! (nunca|nao pode\\w*|nao podem|impossivel) > (as duas|ambas|mesmo tempo|ser profund)",
            ),
        ),
    ),
    "3": Rubric(
        ideas=(
            (
                1,
                0,
                "k (=|igual|e igual|sendo|vale|passa a ser|for igual)\\b.{0,40}?\\b(n\\b|numero|quantidade|tamanho|total) | k ?= ?n | k como n\\b | (folds?|particoes|partes|dobras|grupos|k) > (numero|quantidade|total|tamanho) d\\w+ (\\w+ )?(exemplo|amostra|dado|instancia|observac|registro|ponto|dataset|conjunto|base) | numero de (folds|particoes|partes) > n\\b | (tantos|mesma quantidade|mesmo numero) > (folds|exemplo|amostra|dado) | (cada|um) (fold|particao|parte|grupo|dobra) > (um|uma|1|unic\\w+) (unic\\w+ |so )?(exemplo|amostra|dado|instancia|elemento|observac) | (tantas|tantos|mesma quantidade) (\\w+ ){0,3}(dobra|fold|part|pedaco|grupo|rodada) | (dobra|fold|pedaco|parte|particao|grupo|fatia)\\w* (\\w+ ){0,4}(uma|um|1) (unic\\w+ |so )?(linha|caso|exemplo|elemento|amostra|dado) | um (fold|grupo|pedaco) (por|para cada) (exemplo|linha|amostra|dado)",
            ),
            (
                1,
                1,
                "(n ?- ?1|n menos 1|n menos um|todos (os |as )?(\\w+ )?menos (um|o)|todas menos uma|todo o resto|todos os outros|demais|restante|resto) & (trein|ajust) | (deixa\\w*|fica|tira\\w*|remove\\w*|separa\\w*) (so |apenas |somente )?(um|uma|1) (unic\\w+ )?(exemplo|amostra|dado|instancia|elemento)?\\b.{0,30}(de fora|fora|para teste|para testar|pra test) > trein | (exemplo|amostra|elemento) > (de fora|fora|teste|testar|validac|avali) & trein\\w* > (resto|restante|outros|demais) | (um|uma|1|unico|cada) (\\w+ )?(exemplo|amostra|dado|instancia|elemento|observacao)\\b.{0,40}(fora|test|avali|valid) | (test|avali|valid)\\w* > (um|uma|1|unico) (\\w+ )?(exemplo|amostra|dado|instancia|elemento) | deix\\w* (\\w+ ){0,3}(de )?fora & trein | (uma linha|um caso|um dado|um ponto) > (teste|fora|avali|test)",
            ),
            (
                0.5,
                2,
                "media > (erro|n\\b|resultado|avaliac|rodada|acur)| repet\\w* > (n vezes|todos|cada) | cada (exemplo|amostra) > uma vez | media > d[eoa]s? (\\d+ )?(erro|resultado|acerto)",
            ),
            (
                0.5,
                3,
                "n (trein|modelos|vezes) | (custo|caro|demora|lento|custos) | (conjunto|base|dataset|dados)\\w* pequen | poucos (dados|exemplos) | \\d+ (trein|modelos)",
            ),
        ),
        slips=(
            (2, "trein\\w* (um|1|apenas um|so um) (unico )?modelo"),
            (3, "sempre > melhor"),
        ),
        fatal=(
            (
                0,
                "k ?= ?1\\b | k (igual a|e|e igual a|vale) (1|um)\\b | (um|1) (so |unico )?fold\\b",
            ),
            (
                1,
                "trein\\w* (\\w+ ){0,3}(um|uma|1) (so |unic\\w+ )?(exemplo|amostra|dado|elemento)\\b.{0,30}\\b(test|avali|valid)\\w* > (resto|restante|outros|demais|n ?- ?1|todos) | trein\\w* (\\w+ ){0,5}com (um|uma|1) (so |unic\\w+ )?(exemplo|amostra|dado|elemento)\\w* > (test|avali|valid)\\w* > (resto|restante|outros|demais|todos)",
            ),
        ),
    ),
    "4": Rubric(
        required=(0,),
        ideas=(
            (
                1,
                0,
                "^\\W*(e |seria |eh )?(o |no |na |a |do )?(erro )?(d[eoa]s? |n[oa]s? |em )?(conjunto |base |dados )?(de )?teste | teste > (melhor|reflet|represent|mais proximo|simul|mais fiel|confiav|producao|realidade|inedit) | (melhor|reflet\\w*|represent\\w*|producao) > (e |o |eh )(erro )?(d[eo] |n[oa] )?(conjunto )?(de )?teste | ^\\W*(fico|vou|escolho|prefiro|e|voto|diria|com certeza) (\\w+ ){0,3}teste",
            ),
            (
                1,
                3,
                "! teste > nao (\\w+ ){0,3}(particip|usa|foi|e usad|influenc|entr|interfer|toca|v[ie]) | ! teste > (so|apenas|somente|unic\\w+|uma vez|no final|no fim|separad|guardad|nunca|inedit|intocad|jamais) | ! (nunca|inedit\\w*|nao viu|nao conhece|novos|intocad\\w*|nem foram|nao foram) & teste | ! teste > (inalterad|longe|de fora|escondid)",
            ),
            (
                1,
                2,
                "valid\\w* > (hiperparam|escolh|selec|otimis|ajust|parada|early|arquitetura|enviesad|vies|tun\\w*|decid|indireta) | (hiperparam|escolh|selec|parada)\\w* > valid | valid\\w* > (contamin|decis|viciad|otimis) | (decis|escolh|mex)\\w* > valid",
            ),
            (0.5, 1, "! valid\\w* > nao (\\w+ ){0,3}(atualiza|ajusta|trein|muda|altera|corrige)"),
            (0.5, 4, "(mesma distribui|representativ)"),
        ),
        slips=(
            (
                0,
                "valid\\w* > (atualiz|corrig|ajust|modific|alter)\\w* > peso | valid\\w* > (loss|perda|erro) (\\w+ ){0,3}(atualizad|corrigid) | (loss|perda) (\\w+ ){0,2}corrigida > (dele|desse|validac) | peso\\w* > (atualiz|corrig|ajust)\\w* > (pela|com a|na|da|com o erro de|no conjunto de) (perda |loss |erro )?(d[ae] )?valid | valid\\w* > (usad\\w+|serve) > (atualiz|backprop|trein\\w+ os pesos)",
            ),
            (
                2,
                "(ajust|escolh|otimiz|tun)\\w* > hiperparam\\w* > (teste ficar|no teste|com o teste|pelo teste|erro de teste)",
            ),
        ),
        fatal=(
            (
                1,
                "^\\W*(e |seria |eh )?(o |no |na |a |do )?(erro )?(d[eoa]s? |n[oa]s? |em )?(conjunto |base |dados )?(de )?valid\\w*(?= ?($|,|:|-|pois|porque|ja que|por ser|por que|reflete|represent|e o que|e melhor|eh)) | valid\\w* > (reflet\\w*|represent\\w*) (melhor|mais|o desempenho) | valid\\w* (e|eh|e o) (que )?(melhor|mais)",
            ),
        ),
    ),
    "5": Rubric(
        ideas=(
            (
                1,
                0,
                "media | desvio | estatistic | minimo | maximo | min\\b | imput | pca | vocabul | estima | padroniz | normaliz | z-score | standard | (aprend|calcul|extrai|depend|usa|obtem|obtid)\\w* > (dos|d[ao]s|nos) (dados|exemplos|conjunto|treino|valores) | (aprend|calcul)\\w* > parametro | tfidf | tf-idf | idf | selecao de (atributo|caracter|feature) | (aprend|tira|extrai|calcul|usa|olha|depend|estim)\\w* (\\w+ ){0,5}(com os|d?os|nos) (\\w+ )?dados | (aprend|tira|extrai)\\w* (algo|alguma|algum|informac|numero|estatistic)",
            ),
            (
                1,
                1,
                "(fit|ajust\\w*|calcul\\w*|estim\\w*|aprend\\w*|obt\\w*|feit\\w*|parametro\\w*|media\\w*|us\\w*) > (so|apenas|somente|unicamente|exclusiva\\w*) (\\w+ ){0,3}trein | (fit|ajust\\w*|calcul\\w*|estim\\w*|aprend\\w*)\\b.{0,30}\\btrein\\w* > (aplic|transform|mesm|us)\\w* > test | trein\\w* > (mesm\\w+|aplic\\w+|transform\\w*) (\\w+ ){0,6}(valid\\w* |e )*(n[oa] |d[oa] |em )*test | (so|apenas|somente) (\\w+ ){0,4}trein & (test|mesm|reaproveit|aplic)",
            ),
            (
                1,
                2,
                "vaza | leak | (informac\\w*|dado\\w*|estatistic\\w*) d[oe]\\w* test\\w* > (trein|modelo) | contamin | otimist | (modelo|trein\\w*) > (ver|vê|ve|veja|viu|conhec\\w*|inform\\w*) > test | test\\w* > consulta | (deixa|faz)\\w* (\\w+ ){0,3}test\\w* (\\w+ )?(consulta|vaz)",
            ),
            (0.5, 3, "oversampling | cada rodada | cada fold"),
            (0.5, 4, "255 | minuscul | redimension | fix[ao]s? > antes"),
        ),
        slips=(
            (
                1,
                "teste > (sua|seu|propri\\w+) (propri\\w+ )?(media|desvio|estatistic|parametro) | (separada\\w*|independente\\w*) > (no|o) treino > (no|o) teste",
            ),
            (2, "(todo|qualquer|sempre todo) (o )?(pre-?processamento) > depois"),
            (3, "oversampling > (antes|e depois separ)"),
        ),
        fatal=(
            (
                0,
                "(normaliz|padroniz|process|ajust)\\w* (tudo|todos|todo) > antes > (separ|divi) | (antes d[ea] (separ|divi)\\w*) > (nao (tem|faz|ha)|tanto faz|sem problema|melhor) | (nunca|tanto faz) | (deve|pode|melhor|basta)\\w* (\\w+ ){0,3}calcul\\w* (\\w+ ){0,4}(com|em|de|usando) tod[oa]s (os|as) dados | ! nunca (\\w+ ){0,4}(depois|separ) | (normaliz|padroniz|process|ajust|trat)\\w* (a |o |os |as )?(base|dataset|conjunto|dados|banco) (tod|inteir|complet)\\w* > (antes|so entao|depois|primeiro)",
            ),
        ),
    ),
    "6": Rubric(
        ideas=(
            (
                1,
                0,
                "otimis | superestim | super estim | enviesad | vies\\b | melhor do que (\\w+ ){0,3}(e|sera|seria|tera)\\b | (pior|mal|piora\\w*|cai|diferente) > (dados novos|novos|ineditos|producao|teste|real|pratica) | (dados novos|producao|teste|ineditos|pratica) > (pior|mal\\b|cai|nao generaliz) | nao (refl|represent)\\w* > (producao|real|inedit|nov|generaliz) | inflad | falsa (impressao|sensacao) | ilus | promet | (nota|resultado|numero|score|metrica)\\w* (\\w+ ){0,3}(inflad|irreal|enganos) | engan\\w* | iludi",
            ),
            (
                1,
                1,
                "hiperparam | (escolh|selec|ajust|otimiz|tun|decid)\\w* > (valid|modelo|arquitetura|parada|nela|para ela|configur) | valid\\w* > (escolh|selec|hiperparam|parada|decid|ajust\\w* (o|os) (modelo|hiper)) | early stop | overfitting\\b.{0,40}\\b(valid|nela) | parada | escolh\\w* (\\w+ ){0,4}(melhor|maior|modelo|deu) | (test|tent)\\w+ (\\w+ ){0,3}(combinac|config|modelo|opc)",
            ),
            (
                1,
                4,
                "(test\\w*|conjunto separado|aninhad\\w*|nested|dados ineditos) & (avali|us|report|medi|inform|result|final|corret|certo|deve|precis|uma vez|separad|indep) | (guard|separ|reserv)\\w* > (test|avali|medi|particao) | (medi|avali)\\w* (\\w+ ){0,4}(de novo|outra|dados novos|partic|conjunto|teste)",
            ),
            (
                0.5,
                2,
                "overfitting | sorte | muitas (configur|combina|tentativ) | (conjunto|valid\\w*) pequen",
            ),
            (0.5, 3, "! nao (\\w+ )?(atualiz|ajust)\\w* (\\w+ )?peso"),
        ),
        slips=(
            (
                0,
                "(atualiz|corrig|ajust|backprop|trein)\\w* > (peso|rede|modelo)\\w* > (com a|na|pela|com o conjunto de|com os dados de|a partir da) (perda de )?valid | peso\\w* > (atualiz|ajust|corrig)\\w* > valid | valid\\w* > (atualiz|corrig|ajust)\\w* > peso",
            ),
            (2, "validacao cruzada > (imparcial|sem vies)"),
        ),
        fatal=(
            (
                1,
                "! (nao (ha|tem|existe|traz)|nenhum|sem) (\\w+ )?(perigo|problema|risco|overfitting) | imparcial | ! (perigo|resultado) > pessimist",
            ),
        ),
    ),
    "7": Rubric(
        ideas=(
            (
                0.5,
                0,
                "(dois|2|duas) (lac|loop|nive|etapa|validac) | (lac\\w*|loop\\w*|validac\\w*|cross\\w*) > (dentro|aninhad) | (intern|dentro|inner) & (extern|fora|outer) | (dois|duas|outr\\w+) (k-fold|validac|cv|loop|divisao|separac) | k-fold (\\w+ ){0,3}dentro",
            ),
            (
                0.75,
                1,
                "(intern|dentro|inner)\\w* > (hiperparam|escolh|selec|configur|melhor modelo|tun\\w*) | (hiperparam\\w*|escolh\\w*|selec\\w*) > (intern|dentro|inner) | (restante|outr\\w+|sobr\\w+|dentro|intern\\w*) > (k-fold|cv|valid|divi|loop) > (escolh|hiperparam|descobr|selec|ajust|melhor|decid)",
            ),
            (
                0.75,
                0,
                "(extern|de fora|outer)\\w* > (desempenh|avali|estim|generaliz|medi|mede|erro|perform|test) | (avali|estim|medi|mede)\\w* > (extern|de fora|outer) | (de fora|separad\\w*|extern\\w*) > (avali|medi|mede|meco|testo) | (avali|medi|mede|meco|testo)\\w* (\\w+ ){0,5}(de fora|separad|extern|que ficou)",
            ),
            (
                0.5,
                1,
                "(treino extern|extern\\w* de treino|parte de treino|conjunto de treino|folds? de treino|k ?- ?1|treino do (laco|loop)|so o treino|restante|o treino) & (intern|dentro|divi|separa|valid|inner) | (restante|restantes|outras|demais) (\\w+ ){0,6}(k-fold|valid|divi|loop)",
            ),
            (
                0.5,
                2,
                "(retrein|trein)\\w* > (todo|melhor|escolhid|vencedor) > (avali|test|medi) | trein\\w* (\\w+ ){0,3}(de novo|outra vez|com tudo|tudo)",
            ),
            (
                0.5,
                3,
                "media > (extern|k\\b|test|fold|resultado|rodada) | media (\\w+ ){0,3}(parte|separad|teste)",
            ),
            (
                0.5,
                4,
                "! (test\\w*|extern\\w*) > (nao|nunca|sem) (\\w+ ){0,3}(usad|particip|vist|toc|escolh|influ)|otimis|vies|vaza",
            ),
        ),
        slips=(
            (1, "(impede|evita|elimina|previne|acaba) > overfitting"),
            (
                2,
                "(resultado|final|reporta\\w*) > media (do|dos) (laco )?intern | melhor media > intern",
            ),
            (3, "(mesma|mesmos) (configur|hiperparam)\\w* > tod[ao]s (as|os) (rodada|fold)"),
        ),
        fatal=(
            (
                0,
                "(intern\\w*|dentro|inner) > (divide|separa|usa|particiona)\\w* (\\w+ ){0,3}test\\w* (\\w+ ){0,3}(em|para)\\b | divi\\w* (o |os )?(conjuntos? de |dados de |fold de )?teste\\w* (extern\\w+ )?em (treino|validac)",
            ),
            (
                "O laço externo escolhe os hiperparâmetros e o interno avalia.",
                "(?:laco |loop |validacao |parte |cv )?(?:(?<!treino )externo|de fora) (\\w+ ){0,2}(escolhe|seleciona|busca|ajusta) (o |os |a |as )?(melhor\\w* )?(hiperparam|configur) | (laco |loop )?interno (estima|avalia|mede) (o )?(desempenho|erro final|generaliz)",
            ),
        ),
    ),
    "8": Rubric(
        ideas=(
            (
                1,
                0,
                "(comec|inici|zero|0|nul)\\w* > (enviesad|pequen|puxad|baix|vies|subestim|perto|proxim) | (inicializ|comec|inici|parte|partem)\\w* (\\w+ ){0,3}(em|com|de|por|=|sao|a) (zero|0)\\b | [mv]_?0.{0,20}(\\b0\\b|zero) | (media|momento|estimativ|moment)\\w* > (enviesad|puxad|tend\\w*|vies) > (zero|0|inicio|comeco|primeir) | (nasc|comec|inici|part)\\w* (\\w+ ){0,3}(zerad|zero|0|nul)\\w* | (menor|pequen|baix)\\w* (\\w+ ){0,4}que (\\w+ ){0,2}(dever|real|deveria)",
            ),
            (
                1,
                1,
                "(div|correc|corrig|corrij)\\w*.{0,60}(1 ?- ?(β|beta|b)|um menos) | 1 ?- ?\\(?(β|beta|b\\d?) | um menos (β|beta) | 1 menos (β|beta)",
            ),
            (
                0.5,
                0,
                "media\\w* (movel|moveis|movei|exponen) | momento | primeiros passos | inicio do trein | comeco do trein | primeiras (iterac|atualiz)",
            ),
            (0.5, 2, "soma dos pesos"),
            (
                0.5,
                3,
                "(some|desaparec|diminu|perde|tende|deixa|irrelevan|quase nada|vai a|→)\\w* (\\w+ ){0,4}(t\\b|tempo|passo|cresc|aument|1\\b|iterac|passar) | (t|tempo|passos?|iterac\\w*) > (cresc|aument|grande)\\w* > (some|desaparec|efeito|diminu|1) | (vira|tende|vai|fica|chega)\\w* (\\w+ ){0,3}(1\\b|irrelevante|sem efeito)",
            ),
        ),
        slips=(
            (
                2,
                "(durante|em) todo o (trein|processo)\\w* > (import|necess|efeito) | (import|efeito)\\w* > (durante|em) todo o trein",
            ),
            (3, "\\bt > (so|apenas|somente) um indice"),
        ),
        fatal=(
            (
                0,
                "(bias|termo|constante|vies)\\w* (d[oae]s?|b\\b) (\\w+ )?(neuronio|camada|rede|unidade)| corr\\w* > (termo b|bias do neur|bias dos neur)",
            ),
            (1, "(reduz|evit|combat|diminu|previn)\\w* (o )?overfitting | regulariz"),
        ),
    ),
    "9": Rubric(
        ideas=(
            (
                0.75,
                0,
                "adam > (combin|junt|un[ei]|mistur|uniao|soma|=|usa|aproveit|reun|herda|integra|mix|mescla) & momentum & rmsprop | momentum > rmsprop > adam | adam > (pega|traz|tira|emprest|\\+) & momentum & rmsprop | adam > usa\\w* (as duas|os dois|ambas|ambos)",
            ),
            (
                0.25,
                1,
                "media movel dos grad | momentum > (media|direc|suaviz|velocid|acumul|primeiro momento) | m\\w* > media | momentum > (inerc|embal|acumul)",
            ),
            (
                0.25,
                2,
                "grad\\w* (ao|elevad\\w* ao|a) quadrado | quadrado do\\w* grad | segundo momento | (escala|passo|taxa|normaliz|adapt|divid)\\w* (\\w+ ){0,4}(por|de cada|cada) parametro | g(_t)? ?\\^ ?2 | g ao quadrado",
            ),
            (0.5, 1, "\\bm(_?t)? ?= ?(β|beta|b)_?1? ?\\*? ?m"),
            (
                0.5,
                2,
                "\\bv(_?t)? ?= ?(β|beta|b)_?2? ?\\*? ?v(?!.{0,40}(perda|loss|\\bl(_t)? ?\\^? ?2))",
            ),
            (0.25, 3, "1 ?- ?\\(?(β|beta|b)_?\\d?\\)? ?\\^? ?t\\b | vies | bias correction"),
            (
                0.5,
                4,
                "\\bw\\w*(_?\\(?t?[+-]?1?\\)?)? ?(=|<-|←|:=).{0,60}(v|sqrt|√|raiz) | theta.{0,20}(=|<-).{0,60}(v|sqrt|√)",
            ),
        ),
        slips=(
            (
                0,
                "(perda|loss|erro|custo) (ao|elevad\\w* ao) quadrado | quadrado da (perda|loss) | \\bl(_t)? ?\\^ ?2",
            ),
            (1, "! sem (a )?(correc\\w+ de )?(vies|bias)"),
            (2, "(dispensa|nao (precisa|usa|tem)|sem) (a |de |da )*learningrate"),
            (3, "norma do (vetor )?grad"),
            (
                "Os papéis estão trocados: o momentum traz a média dos gradientes, e o RMSProp, a dos quadrados.",
                "momentum > (quadrad\\w*|segundo momento) > rmsprop > (media (movel )?dos? grad\\w*(?! ao)|primeiro momento)",
            ),
        ),
        fatal=(
            (
                "O Adam não tem relação com momentum e RMSProp.",
                "! (sem|nenhuma|nao (ha|tem|existe)) (qualquer |nenhuma )?relac",
            ),
        ),
    ),
    "10": Rubric(
        ideas=(
            (
                1,
                0,
                "peso\\w* > (diminu|encolh|reduz|menor|decai|decaem|zero|pequen|penaliz|multiplicad|baix) | (diminu|encolh|reduz|penaliz|puxa|empurr|decresc|decai|atenu)\\w* > peso | peso\\w* > (aproxim|vao|puxa|tend)\\w* > zero | (tira|subtra|desconta|come|corta|puxa|empurra)\\w* (\\w+ ){0,5}peso | ! (peso\\w*|eles) (\\w+ ){0,2}nao (\\w+ ){0,2}(cresc|aument|explod|fic)",
            ),
            (
                1,
                1,
                "1 ?- ?\\(?\\s?\\S+ ?\\*? ?\\S*\\)? ?\\*? ?w | (fator|multiplic)\\w* > (menor|1 ?-|proximo de 1|abaixo de) | w ?(=|<-|←|:=) ?.{0,50}(λ|lambda|decay|wd) | cada (passo|atualiz|iterac) | subtra\\w* > peso | proporcional (\\w+ ){0,3}(peso|ele mesmo|si|propri|valor) | (todo|cada) (passo|atualizac|iterac|update)",
            ),
            (0.5, 2, "\\bl2\\b | norma | penalidad | ridge"),
            (
                0.75,
                3,
                "regulariz | ! overfitting | generaliz | (modelo|funcao) mais (suave|simples) | decora\\w* menos | penaliz\\w* (\\w+ ){0,3}(complex|pesos? grand|modelo) | complexidade",
            ),
            (0.5, 4, "adamw"),
        ),
        slips=(
            (1, "todos os pesos > (a|iguais a|virarem|para|em) zero | zera\\w* > pesos"),
            (2, "(λ|lambda) (e|eh) (a )?norma"),
            (
                3,
                "adam > l2 > (igual|equival|mesmo|mesma coisa) | adam > (identic|igual|equival|mesm)",
            ),
        ),
        fatal=(
            (
                0,
                "(diminu|reduz|decai|baixa|decresc)\\w* (\\w+ ){0,3}learningrate | learningrate (\\w+ ){0,5}(diminu|reduz|decai|cai\\b|baixa|menor)",
            ),
            (
                "O weight decay diminui os pesos; ele não os aumenta.",
                "peso\\w* (\\w+ ){0,2}(aument|cresc)\\w* | (aument|cresc)\\w* (\\w+ ){0,2}peso | (remov|elimin|deslig|apag|pod)\\w* (\\w+ ){0,3}(neuronio|conex)",
            ),
        ),
    ),
    "11": Rubric(
        ideas=(
            (
                1,
                0,
                "satur | derivada > (perto de|quase|proxim\\w* (de|a)|tend\\w+ a|vai a|fica) (zero|0) | (achata|plana|patamar|extremos) | (curva|funcao|sigmoide|saida) > achatada | derivada (\\w+ ){0,4}(zero|pequen|minuscul|some)",
            ),
            (
                1,
                2,
                "grad\\w* > (some|sumi|sumo|desaparec|vanish|dissip|evanesc|zero|pequen|morr|esvanec|fraco|diminu|nao cheg|se perde|0\\b) | vanishing | desaparec\\w+ > grad | dissip\\w+ > grad",
            ),
            (0.5, 1, "1/4 | 0\\.25 | derivada > (maxim|pequen|menor|baix) | um quarto"),
            (0.5, 3, "centrad | sempre positiv | media zero"),
            (0.25, 4, "relu"),
            (0.5, 2, "multiplic\\w* | produto"),
            (
                0.25,
                2,
                "(camadas|rede) > (primeiras|iniciais|profund) | aprend\\w+ (muito )?(devagar|lent) | camadas (d[oe] )?(comeco|inicio|tras) | ! quase nao aprend",
            ),
        ),
        slips=(
            (2, "tanh > (resolve|nao satura|sem satur)"),
            (3, "sigmoide > nunca > usad"),
        ),
        fatal=(
            (
                0,
                "! nao (e|eh|possui|tem) (\\w+ )?(derivavel|derivada|diferenci) | nao-?derivavel | indiferenci",
            ),
            (
                1,
                "explo\\w+ | sem limite | ilimitad | grad\\w* > (cresc|explod|grande demais|muito grande)",
            ),
        ),
    ),
    "12": Rubric(
        ideas=(
            (
                2,
                0,
                "(softmax|logsoftmax) > (intern\\w*|dentro|embutid|inclu|implicit|ja (e|faz|aplica|esta|tem|contem|vem)|junto|propria|automatic) | (ja|interna\\w*|propria|embut\\w*|inclu\\w*|automatic\\w*|dentro|por dentro|propri\\w+) > (softmax|logsoftmax) | (perda|crossentropy|loss|custo|criterio|pytorch|implementac\\w*) > (ja|internamente|propria|dentro) > (softmax|normaliz|converte|transforma) | (ja|internamente) (\\w+ ){0,4}(softmax|normalizac|conversao)",
            ),
            (1, 0, "(perda|crossentropy|loss) > ja (faz|aplica|inclui|calcula)"),
            (
                1,
                0,
                "logit | valores brutos | saida bruta | saida linear | (score|escore|valores|saida|numeros)\\w* (crus?|brut|sem normaliz|sem ativ)",
            ),
            (0.5, 1, "log ?-?(sum|soma) | -z"),
            (1, 2, "estab | overflow | numeric"),
            (
                0.5,
                3,
                "duas vezes | (softmax|aplic\\w*) dupl | 2x | dobrad | novamente | 2 vezes | de novo",
            ),
            (0.5, 4, "argmax | inferencia | ordem dos logits"),
        ),
        slips=(
            (
                1,
                "! nao (muda|altera|afeta|faz diferenca|interfere|prejudica|causa) | sem (efeito|mudar|diferenca|problema)",
            ),
            (2, "! sem (a )?softmax > (prev|err|classe)\\w* > errad"),
            (
                3,
                "(toda|qualquer) biblioteca | (todas|qualquer|toda)\\w* (\\w+ ){0,3}(biblioteca|perda|framework)",
            ),
        ),
        fatal=(
            (
                0,
                "! (crossentropy|ela|perda|loss) > nao (precisa|necessita|usa|trabalha|depende) (\\w+ ){0,2}prob | qualquer numero",
            ),
        ),
    ),
    "13a": Rubric(
        ideas=(
            (
                1,
                0,
                "(tres|3) (\\w+ )?(neuro|saida|unidade|logit|nodo|nos\\b|output|valores) | um (neuronio|logit|no|saida) (por|para cada|pra cada) classe | (neuronio|saida|unidade|logit)\\w* > (cada|por) (uma )?(d\\w+ )?(classe)",
            ),
            (
                1,
                1,
                "! sem (\\w+ ){0,3}(ativac|softmax|nada) | linear | ! nao (\\w+ ){0,4}(ativac|softmax) | logits? > (direto|crossentropy|pura|brutos|perda|loss) | nenhuma (funcao de )?ativac | (crossentropy|perda|loss) > (ja )?(aplica|faz|inclui|tem|contem|calcula) > softmax",
            ),
            (
                1,
                2,
                "softmax > (soma\\w* 1|prob|exclu|se a perda|3 classes|tres classes) | com (a |ativacao |funcao )*softmax | ativac\\w* (\\w+ )?softmax | softmax na (saida|ultima) | (e|uma|usando|aplica\\w*) (camada |funcao |ativacao )*softmax",
            ),
            (0.5, 3, "one-?hot | indice da classe"),
            (0.5, 4, "argmax | maior logit"),
        ),
        slips=(
            (
                1,
                "(com|camada|us\\w+|aplic\\w+|uma|ativac\\w*|por|ter) (\\w+ ){0,2}softmax > (depois|seguid|antes|passa|entreg|e us|e a) > (crossentropy|perda|loss)",
            ),
            (3, "(ativac\\w* |com |usa\\w* )relu"),
        ),
        fatal=(
            (
                0,
                "(um|1|unic\\w+) (unic\\w+ |so )?(neuronio|saida|unidade|no\\b) (com|de|que|sigm|indo|linear)",
            ),
            (
                2,
                "(sigmoide) > (cada|por|nos|neuronio|saida|tres|3) | (cada|tres|3) (\\w+ ){0,4}sigmoide",
            ),
            ("São três classes, com um neurônio para cada uma.", "(dois|2) (neuro|saida|unidade)"),
        ),
    ),
    "14": Rubric(
        ideas=(
            (
                0.75,
                0,
                "f ?\\(? ?x ?\\)? ?\\+ ?x | x ?\\+ ?f | som\\w* (\\w+ ){0,6}(entrada|identidade|x\\b) | (entrada|identidade|x) (\\w+ ){0,4}(somad|adicionad|soma) | adicion\\w* (\\w+ ){0,3}entrada",
            ),
            (
                1.25,
                1,
                "f ?\\(? ?x ?\\)? ?(->|→|=|≈|~|tend\\w* a|for|vai a|proxim\\w* de|igual a|seja|e|vira|for igual a|para|a) ?(zero|0|nul)\\b | (peso|resid|f|contribuic|camada|saida|bloco)\\w* (\\w+ ){0,8}(zer[oa]|nul|0\\b|zerad|zerar) | zer[ao]\\w* (\\w+ ){0,4}(peso|camada|bloco|resid|saida|f\\b) | (vira|torna\\w*|aprend\\w*|fica\\w*|funcion\\w*|como|func\\w+|faz\\w*|comport\\w*) (\\w+ ){0,4}identidade | y ?(=|≈) ?x\\b | saida (\\w+ ){0,3}igual (a|ao|à) (x|entrada) | so(bra| passa|mente) (\\w+ ){0,2}(x|entrada) | so (sai|resta|fica) | (sai|saida|resultado|bloco) (\\w+ ){0,5}(propria|mesma|igual) (\\w+ )?(entrada|x\\b) | ! nao (\\w+ ){0,2}(contribu|acrescent)",
            ),
            (
                0.5,
                1,
                "como se (\\w+ ){0,4}nao exist | sem (passar|alterac) | pass\\w+ (direto|adiante|inalterad) | pula\\w*|caminho (alternativ|direto)|atalho | ! como se (\\w+ ){0,5}nao (exist|estiv) | contorn",
            ),
            (0.5, 2, "(mais )?facil"),
            (0.5, 3, "grad\\w* > (flui|pass|caminho|diret|atalho)"),
            (0.5, 4, "degrad"),
        ),
        slips=(
            (1, "concaten"),
            (3, "degrad\\w* (e|eh|=) (o |um )?overfitting"),
        ),
        fatal=(
            (
                0,
                "deslig\\w* | ! deixa\\w* de ser calcul | ! nao (sao|e) calculad | sortei | dropout",
            ),
            (2, "(aprend\\w*|camadas?|precis\\w*|fazer|se) (\\w+ ){0,3}f ?\\(? ?x ?\\)? ?= ?x\\b"),
        ),
    ),
    "15": Rubric(
        ideas=(
            (
                1.5,
                1,
                "projec | projet | conv\\w* 1x1 | 1x1 | w_?s | transformacao linear | (matriz|camada) linear | (kernel|filtro) (de )?(tamanho )?1\\b",
            ),
            (1, 1, "(aplic|us|pass|faz|coloc)\\w* (\\w+ ){0,2}(convoluc|conv\\b)"),
            (0.5, 2, "stride | numero de (filtro|canai) | canais | resolucao"),
            (
                1,
                3,
                "zero-? ?padding | zero pad | padding | (complet|preench)\\w+ (\\w+ ){0,6}zeros",
            ),
            (
                0.5,
                0,
                "(ajust|deix|igual|mesm|compativ|adapt|redimension|transform)\\w* (\\w+ ){0,6}(tamanho|dimens|forma|canais|altura|shape) | (dimens|tamanho)\\w* (\\w+ ){0,3}(igua|compativ) | antes d[ae] soma | (mesm|igual)\\w* (\\w+ ){0,2}(formato|shape)",
            ),
            (0.25, 4, "identidade pura"),
        ),
        slips=(
            (1, "! 1x1 > nao (altera|muda) (a |altura)"),
            (3, "tod[oa]s? (o |os |a |as )?(atalho|skip|conexao)\\w* > convoluc"),
        ),
        fatal=(
            (
                0,
                "(remov|retir|elimin|descart|tira|exclu|ignora|nao usa)\\w* (\\w+ ){0,4}(skip|atalho|conexao|identidade) | (skip connection|atalho|identidade|conexao) (\\w+ ){0,4}(removid|retirad|descartad|eliminad|ignorad) | ! nao se (usa|faz|aplica|coloca)\\w* (\\w+ ){0,2}(skip|atalho|conexao|identidade)",
            ),
            (2, "concaten\\w+"),
        ),
    ),
    "18": Rubric(
        ideas=(
            (
                2,
                1,
                "(divid|quebra|separ|fragment|decomp|partid|dividi|segment|subdivid|reparti|cort|fatia)\\w* (\\w+ ){0,6}(sub|pedac|parte|token(?!iz)|menor|fragment|unidade|caracter|silab|prefix|morfema) | (vira|viram|represent\\w+|formad\\w+|tokeniz\\w+|usa\\w*|por|em) (\\w+ ){0,4}(varios|varias|mais de um|multiplos|mais) (\\w+ )?(sub|token(?!iz)|pedac|parte) | (em|por|com) (\\w+ )?(sub-?palavra|subword|subtoken|pedac) | (procura|busca|pega|usa|encontra)\\w* (\\w+ ){0,3}(maior|pedaco|prefixo|parte)\\w* > (resto|continu|depois|##) | (montad|escrit|cobert|represent)\\w* (\\w+ ){0,4}(pedaco|part|subpalavra)",
            ),
            (1, 1, "(divid|quebra|separ|fragment|decomp)\\w*"),
            (0.5, 1, "##"),
            (1, 0, "! nao (\\w+ ){0,4}(vocab|inteir) | fora do vocab"),
            (0.5, 2, "gulos | maior (pedac|prefix|sub)"),
            (0.5, 3, "(pedac|sub)\\w* > (frequent|conhecid|comum|compartilh|ja vi)"),
            (
                0.5,
                4,
                "(unk|desconhecid) > (so|apenas|somente|se nao|quando nao|caso) | (so|apenas|somente|se nao|caso nao|ultimo caso) > (unk|desconhecid)",
            ),
        ),
        slips=(
            (2, "(sempre|sao) (\\w+ )?(morfema|prefixos e sufixos)"),
            (
                3,
                "(cria|adiciona|gera)\\w* (\\w+ )?(um )?(novo token|token novo|token novos) | (inclui|adicion|acrescent)\\w* (\\w+ ){0,3}vocab",
            ),
        ),
        fatal=(
            (
                0,
                "(toda|todas|sempre|elas?|raras?|sao|^\\W*) (\\w+ ){0,3}(vira\\w*|trocad\\w*|substitu\\w*|mapead\\w*|transform\\w*|marcad\\w*|represent\\w*) (\\w+ ){0,4}\\[?(unk|desconhecid) ~ (so|somente|apenas|se nao|quando nao|caso|ultimo|se nenhum|quando nenhum|se falt|se alguma)\\b | troca\\w* (\\w+ ){0,2}por (\\w+ )?\\[?unk ~ (so|somente|apenas|se nao|quando nao|caso|ultimo)\\b",
            ),
            (1, "(descart|remov|ignor|apag|elimin|exclu)\\w*"),
            (
                "Palavra rara não fica inteira: isso acontece com as frequentes.",
                "(fica\\w*|mant\\w*|sao|vira\\w*) (\\w+ ){0,3}(inteiras|um unico token|um so token|1 token)",
            ),
        ),
    ),
    "19": Rubric(
        ideas=(
            (
                1,
                0,
                "inteir | complet | ! nao (sao|e|serao|precisam ser|ficam|sofrem) (\\w+ )?(divid|quebra|separ|fragment|divis) | sem (ser |divi|quebr|cort|separ|##) | peca (inteira|unica)",
            ),
            (1, 0, "(unico|so um|um so|1 so) token | (um|1) token (so|unico|apenas)"),
            (
                1,
                1,
                "(um|1|unico|so|proprio) (unico |so )?token | token (unico|proprio|inteiro|so|completo)",
            ),
            (1, 0, "(no|ao|do) vocab\\w*"),
            (0.5, 2, "gulos | maior pedac | primeiro"),
            (0.5, 3, "verossimil | junta | junc | merge | fund"),
            (0.5, 4, "sequencias? (mais )?(curt|menor) | embedding propri"),
        ),
        slips=((2, "par mais frequente"),),
        fatal=(
            (
                1,
                "(divid|quebra|separ|fragment|segment|subdivid)\\w* (\\w+ ){0,4}(em|com|pedac|sub|token|vari|por)",
            ),
            (0, "(descart|remov|ignor|apag|elimin)\\w* | stop ?-?words?"),
            ("Palavra frequente não vira [UNK].", "unk"),
        ),
    ),
    "20": Rubric(
        required=(0,),
        ideas=(
            (
                1,
                0,
                "^\\W*(e |eh |a |o |de |por |pelo )?(similaridade )?(de |do )?contexto | contexto similar | similaridade (de|do) contexto | contextos? (mais )?(parecid|semelhant|similar|igua)",
            ),
            (
                1,
                1,
                "(prev|predi|adivinh|preve)\\w* (\\w+ ){0,5}(vizinh|contexto|ao redor|em volta|redor|proxim|janela|entorno|cercam) | (vizinh|contexto|redor|entorno)\\w* (\\w+ ){0,5}(a partir|dada|dado) | (central|palavra) > prev\\w* > (contexto|vizinh|redor) | janela | (acert|descobr)\\w* (\\w+ ){0,6}(perto|lado|redor|volta|vizinh|contexto|junto|acompanh)",
            ),
            (
                1,
                2,
                "(palavra|token|termo|ela)\\w* > (mesm|parecid|similar|semelhant|igua|comum)\\w* (\\w+ ){0,2}(contexto|vizinh|lugar|frase) | (palavra|termo) > contextos? (\\w+ )?(parecid|semelhant|similar|igua|mesm|comu)\\w* > (vetor|embed|proxim|represent) | (mesmos|mesmas) (contextos|vizinh) | (mesm|parecid|semelhant|igua)\\w* (\\w+ ){0,2}(companhi|ambiente|vizinhanc|situac) | (apare|anda|us|ocorr)\\w* (\\w+ ){0,4}(mesm|parecid|semelhant)\\w* (context|lugar|frase|companh|situac)",
            ),
            (0.5, 3, "consequencia | distribucional"),
            (0.5, 4, "antonim | opost | quente | contrari"),
        ),
        slips=(
            (
                1,
                "prev\\w* (a |uma |qual )?(\\w+ ){0,2}(palavra )?(central|do centro|do meio|alvo) (a partir|pelo|com|dado|usando|atraves|pelas) | (contexto|vizinh\\w*) (\\w+ )?para prever (a )?(palavra )?central | contexto > prev\\w* (a )?(palavra )?central",
            ),
            (2, "dicionario | rotulos? de significado"),
            (3, "(vetor|embedding)\\w* diferente > (cada )?sentido"),
            (0, "sempre > sinonim | (so|apenas) sinonim"),
        ),
        fatal=(
            (
                0,
                "^\\W*(e |eh |a |o |de |por |pelo )?(similaridade )?(de |do )?significado | significado similar (e|eh|,|pois|porque|descreve) | (similaridade )(de |do )?significado (descreve|e a|e o)",
            ),
        ),
    ),
    "21": Rubric(
        ideas=(
            (
                1,
                2,
                "backprop | grad\\w* | (atualiz|ajust|aprend|trein|otimiz)\\w* (\\w+ ){0,4}(junt|conjunt|mesmo tempo|durante|com (os outros|o resto|todo|a rede|o modelo|a perda)) | (junt|conjunt)\\w* (\\w+ ){0,5}(modelo|rede|peso|parametro|transformer) | (corrig|ajust|atualiz)\\w* (\\w+ ){0,4}(grad|perda|loss)",
            ),
            (
                0.5,
                2,
                "(perda|loss|erro|tarefa) | (outros|demais|resto|todos) (\\w+ ){0,3}(peso|parametro|rede|modelo) | como (qualquer )?(outro )?(peso|parametro)",
            ),
            (1, 1, "aleator | random"),
            (0.5, 0, "matriz | tabela | lookup | linha"),
            (
                0.5,
                3,
                "! nao (ha|existe|tem) (\\w+ )?etapa | (id|identificador|indice) (\\w+ ){0,4}(selec|linha|busc)",
            ),
            (0.25, 4, "(senoid|posenc|posic)\\w* > (fix|nao (e|sao) (aprend|trein))"),
        ),
        slips=(
            (
                "A codificação posicional informa a posição na sequência, não a proximidade de significado.",
                "posenc > (proximidade|semelhanca|significado) > (palavra|embedding)",
            ),
            (
                2,
                "(posenc|seno|cosseno|posicion)\\w* (\\w+ ){0,5}(trein|aprend|ajust)\\w* (pelo|com|por|durante|no|junto|via) | (posenc|seno|cosseno)\\w* (\\w+ ){0,5}(trein|aprend|ajust)\\w* (nesse|neste|da mesma|assim|igual)",
            ),
            (3, "(linha|embedding)\\w* > muda\\w* > (frase|contexto)"),
        ),
        fatal=(
            (
                0,
                "(word2vec|glove|prontos?|skipgram|fasttext) & (congelad|fix|pront|carreg|vem|nao (sao|e)) | congelad",
            ),
            (1, "tokeniza\\w* > (aprend|trein|cria|gera|calcul)\\w* > (embed|vetor)"),
        ),
    ),
    "22": Rubric(
        ideas=(
            (
                1.25,
                2,
                "(funcao|transformac\\w*|combinac\\w*|relac\\w*|forma|mapa|operac\\w*|dependencia|linear)\\w* linear | linear\\w* | rotac | rotacion | gira | (matriz) > (depende|so) > k | girar | multiplic\\w* (\\w+ ){0,4}matriz",
            ),
            (
                0.75,
                2,
                "(posic|distancia|deslocamento)\\w* relativ | relativ\\w* > posic | (quanto|distan|longe|perto)\\w* (\\w+ ){0,6}(token|palavra|posic|outr)",
            ),
            (
                0.75,
                1,
                "(deslocamento|distancia|avancar|andar|desloc\\w*) (\\w+ ){0,3}k\\b | pos ?\\+ ?k | depende (so|apenas|somente) (d[ao] )?(k|distancia|desloc) | p ?\\+ ?k | (deslocamento|distancia) (fix|constante|qualquer)",
            ),
            (0.5, 0, "par\\b | circul | angulo"),
            (0.5, 3, "so (com )?(o )?seno | (precisa|depende) d[eo] cosseno | sin\\w* ?\\(a ?\\+"),
            (0.5, 4, "frequenc"),
            (
                0.5,
                5,
                "limitad | entre -?1 | -1 (e|a) 1 | intervalo | nao cresc | periodic | extrapol | ! nao (explod|cresc|estour)",
            ),
            (
                0.25,
                4,
                "unic\\w+ (para )?cada posic | cada posic\\w* > unic | disting\\w* (as )?posic",
            ),
        ),
        slips=(
            (1, "(um )?unico angulo"),
            (3, "basta\\w* (\\w+ ){0,2}seno | cosseno > (decor|desnecess|dispens)"),
        ),
        fatal=(
            (
                0,
                "(palavra|token|posic)\\w* (\\w+ ){0,3}(par|pares|impar|impares)\\b(?! d[ao]s? (vetor|dimens|embed)) (\\w+ ){0,2}da frase | seno (\\w+ ){0,6}(palavra|token|posicoes) (\\w+ ){0,3}(par|pares)\\b",
            ),
            (
                2,
                "(semelhan|similar|proxim|relac)\\w* (\\w+ ){0,3}(significado|semantic) | (significado|semantic)\\w* (\\w+ ){0,3}(palavra|parecid|proxim) | (semelhan|similar|parec)\\w* entre (as |os |duas )?(palavra|token) | (palavra|token)\\w* (\\w+ ){0,3}(sinonim|antonim)",
            ),
        ),
    ),
    "23": Rubric(
        ideas=(
            (0.75, 0, "seno | cosseno | senoid | sin\\b | cos\\b | trigonom"),
            (
                1.25,
                1,
                "(pouco|devagar|lent|suave|gradual|continu|quase igua|parecid|pequen|proxim)\\w* & (angulo|valor|varia|muda|funcao|funcoes|frequenc|vetor|seno|posic|dimens|continu) & (posic|vizinh|proxim|angulo|seno|varia|muda|token) & (seno|cosseno|angulo|frequenc|continu|suave|varia|muda|devagar|lent|pouco)",
            ),
            (0.5, 1, "(baix\\w*) frequenc | frequenc\\w* (mais )?(baix|menor)"),
            (
                0.5,
                2,
                "(alt\\w+) frequenc | frequenc\\w* (mais )?(alt|maior) | (varias|diferentes|muitas|diversas) frequenc",
            ),
            (
                1,
                3,
                "produto (intern|escalar)\\w* | depende (so|apenas|somente) d[ao] (distancia|k|diferenca) | cos ?\\( ?\\S*k",
            ),
            (
                0.5,
                4,
                "(maxim|diminu|cai|decresc|menor)\\w* > (distan|longe|afast|k) | (distan|longe|afast)\\w* > (maxim|diminu|cai|decresc|menor)",
            ),
        ),
        slips=(
            (1, "sempre (\\w+ )?(menor|diminu|cai|decresc)"),
            (2, "(um )?unico angulo"),
        ),
        fatal=(
            (
                0,
                "(significado|semantic|sentido)\\w* (\\w+ ){0,3}(parecid|similar|proxim|semelhant|igua) | (semelhan\\w*|similar\\w*|proxim\\w*) (\\w+ ){0,2}(de |do )?(significado|semantic)",
            ),
            (3, "(sao|foram|e|eh) (\\w+ )?(treinad|aprendid|ajustad)\\w* | backprop"),
        ),
    ),
    "24": Rubric(
        ideas=(
            (
                1.5,
                0,
                "(mant|preserv|conserv|mesm|nao (aument|mud|alter|cresc)|sem (aument|mud|alter)|igua|continua|fica)\\w* (\\w+ ){0,6}(dimens|tamanho|d_?model|shape) | ! (nao|sem) (\\w+ ){0,3}(aument|mud|cresc|alter)\\w* (\\w+ ){0,3}(dimens|tamanho|parametro|custo) | (dimens|tamanho)\\w* (\\w+ ){0,4}(mesm|nao (aument|mud|cresc)|mant|igua|continua) | (mesm|mant|continu)\\w* (\\w+ ){0,4}(largura|comprimento|d_?model)",
            ),
            (
                1.25,
                1,
                "concat\\w* > (aument|maior|dobr|cresc|mais (param|custo|cara|memoria)|custo|duplic) | (aument|maior|dobr)\\w* > concat | concatenar > (aument|maior|gast|mais)",
            ),
            (
                0.5,
                0,
                "barat | simples | (menos|poupa|economiz|nao aument\\w*) (\\w+ )?(param|custo|memoria|comput) | leve\\b | menos (conta|calculo)",
            ),
            (0.5, 2, "we ?\\+ ?wp | w ?\\(e ?\\+ ?p\\) | projec\\w* > (conteudo|posic)"),
            (
                0.5,
                3,
                "(aprend|consegue|separ|disting|usar|treinad)\\w* (\\w+ ){0,8}(posic|conteudo|as duas|informac)",
            ),
            (0.25, 4, "desloca"),
        ),
        slips=(
            (1, "posic\\w* > (se )?perd"),
            (3, "(provad|demonstrad|sempre melhor|comprovad)\\w*"),
        ),
        fatal=(
            (
                0,
                "(preserv|conserv|mant|nao (alter|mud))\\w* (\\w+ ){0,4}(angulo|distancia)\\w* | (angulo|distancia)\\w* (\\w+ ){0,5}(preserv|conserv|mant|nao (mud|alter))",
            ),
            (2, "soma > (dobra|duplica|aumenta)\\w* (\\w+ ){0,3}(tamanho|dimens)"),
        ),
    ),
    "25": Rubric(
        ideas=(
            (
                1.5,
                0,
                "(escore|score|compatib|similarid|semelhan|afinid|relevan|relac|importan|pontuac|quanto|nota|combina|correspond|compar|atencao)\\w* & (token|palavra|par\\b|pares|query|cada|todos|posic|entre) | (nota|numero|valor|grau|medida)\\w* (\\w+ ){0,6}(par|dupla|entre|token|palavra) | (quanto|quao) (\\w+ ){0,6}(interess|combina|parec|relac|import)",
            ),
            (0.5, 1, "produto (escalar|intern) | dot product"),
            (0.5, 2, "projec\\w* (linear|aprend)"),
            (0.5, 3, "softmax | raiz | sqrt | √"),
            (
                0.5,
                4,
                "(quanto|peso|quem|quais|onde|em que)\\w* (\\w+ ){0,8}(atenc|atend|outro|presta|olha|value|relevan|importan) | (vira|viram|gera|dao)\\w* (\\w+ ){0,3}pesos",
            ),
            (0.25, 0, "n ?(x|por) ?n"),
        ),
        slips=(
            (
                0,
                "ja (e|sao|eh|da|gera|resulta|representa|fornece) (\\w+ ){0,4}(peso|prob|matriz de (peso|atencao)) | (somando|somam|soma) 1 (\\w+ ){0,2}(sem|antes)",
            ),
            (1, "palavra d[oe] (corpus|vocabulario)"),
            (2, "(igual|mesm\\w+|e a|e o|eh a) (\\w+ ){0,4}cosseno"),
            (3, "(e|eh|sempre|matriz) simetric"),
        ),
        fatal=(
            (
                "O conteúdo transmitido é o value; query e key só dão os pesos.",
                "(guarda|armazena|transmit|carrega|contem|extrai|fornece|traz)\\w* (\\w+ ){0,2}(conteudo|informac|significado) | conteudo (de|do|da) cada | (reduz|diminu)\\w* (\\w+ ){0,3}(dimens|tamanho)",
            ),
        ),
    ),
    "26": Rubric(
        ideas=(
            (
                1,
                0,
                "projec | transformac\\w* linear | w_?v | x ?w | matriz (\\w+ ){0,3}(aprend|trein|peso)",
            ),
            (
                1.25,
                1,
                "(conteudo|informac\\w*|valor) (\\w+ ){0,6}(token|palavra|pass|transmit|ofere|carreg|lev|real|cada|efetiv|propri|combin|agreg|extra|adiante) | (oferece|transmit|carrega|fornec|contem|contribui|pass|entreg|guarda|traz|lev)\\w* (\\w+ ){0,6}(conteudo|informac) | (aquilo|o) que (\\w+ ){0,3}(token|palavra|cada) (\\w+ ){0,3}(entreg|pass|ofere|carreg|transmit|manda)",
            ),
            (
                1,
                3,
                "media ponderada | soma ponderada | ponder\\w* | (peso|atenc|softmax)\\w* (\\w+ ){0,4}(multiplic|aplicad|pondera|vezes) | multiplic\\w* (\\w+ ){0,5}(pesos? d[ae] atenc|atenc|softmax|escore|score|value|v\\b) | combin\\w* > peso",
            ),
            (
                0.5,
                2,
                "! (value|ele) nao (particip|entra|influ) | query e (a )?key > (peso|quanto|defin)",
            ),
        ),
        slips=(
            (0, "value > (e|eh) (o )?(proprio )?embedding (do|original|da|de) | proprio embedding"),
            (
                3,
                "query key (e )?value (sao )?(igua|mesm) | query, key e value (sao )(igua|o mesmo|os mesmos)",
            ),
        ),
        fatal=(
            (
                1,
                "(value|^\\W*e|^\\W*sao|ele) (\\w+ ){0,2}(o |os )?(peso|escore|score)s? (de|da) (atenc|cada)",
            ),
            (
                2,
                "(value|ele|ajuda a|serve para|^\\W*) ?(\\w+ ){0,2}(decid|defin|determin|calcul|escolh|indica|mede|diz)\\w* (\\w+ ){0,6}(quais|quanto|quem|a que|relevan|importan)\\w* (\\w+ ){0,5}(atenc|atend|token) | compar\\w* (\\w+ ){0,3}(com a |a )?query",
            ),
        ),
    ),
    "27": Rubric(
        ideas=(
            (
                1.25,
                0,
                "(represent|vetor|embedding|token|palavra|saida|codificac)\\w* (\\w+ ){0,10}context | context\\w* (\\w+ ){0,6}(represent|vetor|embedding|token|palavra) | nov[oa]s? (\\w+ )?(represent|vetor|embedding|versao) | (represent|vetor|embedding)\\w* (\\w+ ){0,4}(nov|atualiz|enriquec|refinad|mistur|leva\\w* em conta) | (sai|saem|gera|produz)\\w* (\\w+ ){0,5}(vetor|represent|versao) | vetor (\\w+ ){0,6}(carrega|vizinh|outr|contexto)",
            ),
            (
                1,
                1,
                "(media|soma|combinac\\w*) (ponderada|linear|dos values|de values|com peso)\\w* | (mistur|combin|agreg|pondera|junta)\\w* (\\w+ ){0,5}(informac|value|outr|token|palavra|vetor|frase) | informac\\w* (\\w+ ){0,3}(outr|demais|vizinh) | media d[oe]s? (vetores )?(value|valor)\\w* ponderad",
            ),
            (0.5, 1, "(soma|media) d[oe]s? (vetores )?(value|valor)"),
            (0.5, 2, "softmax | peso\\w* (\\w+ ){0,6}(query|soma)"),
            (0.5, 3, "(mesm\\w+ (palavra|token)|banco|manga) > (diferente|outr|frase|contexto)"),
            (0.5, 4, "! nao (e|sao) (\\w+ )?(matriz de )?peso"),
        ),
        slips=(
            (2, "linha > soma 1\\b"),
            (3, "(so|apenas|somente) (o )?(token|palavra) (com|de) maior"),
        ),
        fatal=(
            (
                0,
                "(lista|conjunto|quais) (\\w+ ){0,4}palavra\\w* (\\w+ ){0,5}(relac|ligad|forte) | palavra (que )?(\\w+ ){0,2}(com|tem|possuem) (\\w+ )?(forte )?(relac|ligac) | ^\\W*(a |as |representa |e a |sao as )?(relac\\w*) (\\w+ )?(entre|forte)",
            ),
            (1, "n ?(x|por) ?n"),
            (
                "O resultado não é uma previsão sobre o vocabulário.",
                "prob\\w* (\\w+ ){0,6}(vocab|proxim|palavra ser)",
            ),
        ),
    ),
    "30": Rubric(
        ideas=(
            (
                2,
                2,
                "(relac|aspect|padr|depend|coisa|contexto|informac|caracter|ponto|tipo|perspectiv|significado|lugar|posic|nuanc|vist|subespac|parte|modo|forma|represent)\\w* (\\w+ ){0,5}(diferent|distint|diverso|divers|vari|mesmo tempo|multipl|simultan) | (diferent|distint|vari|divers|multipl)\\w* (\\w+ ){0,2}(relac|aspect|padr|depend|coisa|contexto|informac|caracter|ponto|tipo|perspectiv|lugar|posic|nuanc|modo|forma|subespac|represent) | (um|cada|seu) tipo de relac | uma (\\w+ ){0,3}(olha|liga|foca|ve|capta|cuida|aprende|pega|acompanha|segue) > (a )?outra",
            ),
            (
                1,
                2,
                "cada (cabeca|head)\\w* (\\w+ ){0,4}(aprend|capt|foca|especializ|presta|olha|enxerg|extrai|atend) | cada uma (\\w+ ){0,4}(aprend|capt|foca|especializ|olha|enxerg|extrai|atend|consulta)",
            ),
            (
                0.75,
                0,
                "(propri|suas|sua|seus|diferentes|distint)\\w* (\\w+ ){0,4}(projec|matriz|matrizes|peso|w_?[qkv]|w?query|wq|query) | cada (cabeca|head) (\\w+ ){0,4}(query|projec|matriz|w)",
            ),
            (0.5, 1, "subespac | propri\\w+ (\\w+ )?pesos de atenc"),
            (0.5, 3, "concat"),
            (0.5, 4, "paralel | custo (\\w+ ){0,6}(mesm|parecid|proxim|igual|semelh|similar)"),
            (
                0.5,
                2,
                "(mesmo tempo|simultan) | (uma|so uma|unica) (so )?(cabeca|head|self) (\\w+ ){0,6}(media|mistur|um tipo|limit|so) | mistur | embol",
            ),
        ),
        slips=(
            (0, "(h|n|varias|muitas) vezes mais (car|lent|custos) | custo > (h|multiplica) vezes"),
            (
                2,
                "(somad|soma|media)\\w* (\\w+ ){0,4}(cabeca|head|saida|final) | (saida|cabeca|head|resultado)\\w* (\\w+ ){0,5}(somad|tira\\w*.se|media)\\w*(?! ponderada)",
            ),
            (3, "(quanto mais|sempre) (\\w+ )?(cabeca|head|melhor)\\w* (\\w+ )*melhor"),
        ),
        fatal=(
            (
                1,
                "(cada|uma) (cabeca|head) (\\w+ ){0,4}(pedac|part[ea]|trecho|metade|palavra)\\w* (\\w+ ){0,3}(d[ae] )?(frase|sequencia|texto|sentenca|entrada)",
            ),
        ),
    ),
    "31": Rubric(
        ideas=(
            (1, 0, "@query=decoder"),
            (0.5, 1, "@key=encoder"),
            (0.5, 1, "@value=encoder"),
            (
                1,
                2,
                "(alinh|consult|olha|foca|relevan|presta|busca|acess|atend|atenc|procur|relacion|lig|conect|correspond)\\w* & (origem|entrada|original|encoder|fonte|outra lingua|outro idioma|source|portugues) & (palavra|token|decoder|traduc|destino|saida|gera|posic|lingua|alvo|cada|portugues) | (relacion|lig|conect)\\w* (\\w+ ){0,5}(duas (frase|lingua)|frase de origem|lados)",
            ),
            (
                0.5,
                2,
                "(cada|proxim\\w+|gera\\w*) (\\w+ ){0,3}(palavra|token) (\\w+ ){0,10}(alinh|consult|olh|foca|relevan|presta|busca|depend|correspond|atenc) | precis\\w* (\\w+ ){0,4}(consulta|ver|olhar)",
            ),
            (0.5, 3, "media ponderada | proximo token | proxima palavra"),
            (
                0.5,
                4,
                "(tamanho|comprimento|ordem|ordens)\\w* (\\w+ ){0,4}diferent | (unico|um so) vetor | gargalo",
            ),
        ),
        slips=(
            (1, "mascara (causal )?(\\w+ ){0,6}(origem|encoder|futuro)"),
            (2, "(sempre )quadrad"),
        ),
        fatal=(
            (0, "@query=encoder | @key=decoder | @value=decoder"),
            (
                "Na cross-attention a query e o par key/value vêm de sequências diferentes.",
                "(cross|query|key).{0,60}mesm[ao] (frase|sequencia|sentenca|entrada|lugar) ~ self",
            ),
        ),
    ),
    "32": Rubric(
        ideas=(
            (1.25, 1, "menosinfinito | muito negativ | -1e9 | numero (\\w+ )?negativ"),
            (
                1,
                2,
                "(peso|atenc|prob|softmax)\\w* (\\w+ ){0,8}(zero|0|nul|zerad)\\b | (zera|zero|0)\\w* (\\w+ ){0,6}(peso|atenc|prob|softmax) | menosinfinito\\W{0,10}(=|e|vira|da) ?0 | exponencia\\w* (\\w+ ){0,4}(some|zero|0|desaparec) | (so|sobra)\\w* (\\w+ ){0,2}peso (\\w+ ){0,2}(em|para|nos)",
            ),
            (
                0.5,
                1,
                "mascar\\w* > (futur|posterior|seguinte|depois|proxim|frente|a direita|acima da diag) | (futur|posterior|seguinte|depois de|acima da diag)\\w* > (mascar|escond|bloque|ocult|impedid|ignor) | (futuro) > (menosinfinito|esconde|mascar) | (menosinfinito|esconde|mascar\\w*) > futuro",
            ),
            (0.5, 0, "(antes d[aoe]|soma\\w*) (\\w+ ){0,5}(softmax|mascara|escore|score|qk|query)"),
            (1, 3, "triang"),
            (0.5, 4, "paralel"),
        ),
        slips=(
            (
                1,
                "(zer|coloc|troc|substitu)\\w* (\\w+ ){0,4}(escore|score)\\w* (\\w+ ){0,6}(antes|por 0|por zero) | zero\\w* (\\w+ ){0,3}antes d[ao] softmax | (troc|coloc|substitu|zer|bot)\\w*(-os|-as)? (\\w+ ){0,4}(0|zero) (\\w+ ){0,2}antes",
            ),
            (
                2,
                "(apag|remov|retir|exclu|delet)\\w* (\\w+ ){0,6}(entrada|frase|decoder|sequencia|futur|seguinte|palavra)",
            ),
        ),
        fatal=(
            (
                0,
                "matriz (\\w+ ){0,4}diagonal\\b(?! (principal|inferior))|(vira|torna|fica|forma|transforma)\\w* (\\w+ ){0,4}diagonal\\b(?! (principal|inferior))",
            ),
            (3, "\\[mask\\] | (como|igual|do) (no |o )?bert"),
            (
                "A máscara esconde o futuro, não o passado.",
                "(escond|bloque|mascar|impede|zera)\\w* (\\w+ ){0,4}(anterior|passad)\\w*",
            ),
        ),
    ),
    "33": Rubric(
        required=(0, 2),
        ideas=(
            (
                1,
                0,
                "(proxim|seguinte)\\w* (\\w+ )?(token|palavra|elemento)|(token|palavra)\\w* (\\w+ )?(seguinte|corret|cert|da (frase|lingua) (de destino|traduz|alvo))|cada (token|palavra) (\\w+ ){0,8}classe | (rotulo|classe|alvo|gabarito)\\w* (\\w+ ){0,4}(palavra|token)\\b | (palavra|token) (\\w+ ){0,4}(deveria|esperad|referencia)",
            ),
            (0.5, 1, "vocab"),
            (1, 2, "crossentropy | log (da )?(prob|verossim) | verossimilhanca"),
            (0.25, 3, "media > posic | padding"),
            (0.25, 4, "teacher forcing | corpus paralelo"),
        ),
        slips=(
            (
                1,
                "(token|palavra)\\w* (\\w+ ){0,5}(origem|frase de entrada|lingua de entrada|fonte)",
            ),
            (
                2,
                "(gera|traduz|produz)\\w* (\\w+ ){0,4}(complet|inteir|toda)\\w* > (depois|so entao|compar)",
            ),
        ),
        fatal=(
            (
                0,
                "classe\\w* (\\w+ ){0,3}(frase|traducao|sentenca)\\w* (\\w+ )?(inteir|complet|toda|traduzida\\b(?! e o))|(frase|sentenca) (\\w+ )?(inteira|completa) (\\w+ ){0,3}classe",
            ),
            (3, "bleu | (perda|loss) (\\w+ ){0,4}(mse|erro quadratico|acuracia)"),
        ),
    ),
    "34": Rubric(
        ideas=(
            (
                0.5,
                0,
                "encoder (\\w+ ){0,4}(receb|le|process|pega|entra|codific|ve|fica)\\w* | (frase|portugues|pt|vai|entra|passa|entrada) (\\w+ ){0,8}encoder",
            ),
            (
                0.75,
                1,
                "teacher forcing | desloc | shift | <\\s?(s|sos|bos|start|inicio|go)\\s?> | \\[?(sos|bos|start)\\]? | decoder (\\w+ ){0,4}(receb|entra|ve)\\w* (\\w+ ){0,4}(corret|certa|alvo|traducao|frase|token|palavra|i\\b|the)",
            ),
            (
                0.5,
                2,
                "(prev|predi|produz|alvo|saida|proxim|gera|acert)\\w* (\\w+ ){0,8}(token|palavra|posic|<|eos|seguinte|i\\b|the\\b|</)",
            ),
            (0.25, 3, "mascara | causal | paralel | crossattention | cross-attention"),
            (0.5, 4, "crossentropy | perda | loss | erro"),
            (0.25, 4, "backprop | grad | atualiz"),
            (0.25, 5, "inferencia"),
        ),
        slips=(
            (
                0,
                "decoder (\\w+ ){0,6}(propri|suas|seus)\\w* (\\w+ )?(previs|predic|saida)(?!.{0,30}inferencia) | (trein\\w*) > (previs|predic)\\w* (\\w+ )?(anterior|propri|do modelo) | (propri\\w+) (previs|predic|saida)\\w*(?=.{0,40}trein)",
            ),
            (
                2,
                "(uma|um) (\\w+ )?de cada vez(?!.{0,30}inferencia) | (posicao|token) por (posicao|token)(?=.{0,20}trein)",
            ),
            (3, "(so|apenas|somente) (o )?decoder (\\w+ )?(e |eh )?(trein|atualiz)"),
        ),
        fatal=((1, "@encoder=ingles | @decoder=portugues"),),
    ),
    "35": Rubric(
        ideas=(
            (
                1.25,
                0,
                "bidirecional | (dois|ambos) (os )?(lado|sentido|direc) | (esquerda|anterior|antes|passad)\\w* (\\w+ ){0,6}(direita|posterior|depois|futur|seguint)",
            ),
            (
                0.75,
                1,
                "(seq2seq|rnn|lstm|sequence|anteriores|antigos|eles|esses|outros|antes) > (token a token|em sequencia|uma palavra|palavra por|palavra a|um token|um por|sequencial|um de cada|so (ve|veem|olha|le)|uma direc|um sentido|unidirec|esquerda) | (uma palavra|um token) (por|de cada) vez | sequencialmente",
            ),
            (
                0.75,
                2,
                "paralel | depend\\w* long | long\\w* distanc | (token|palavra)\\w* distant | de uma vez | toda (a )?(frase|sentenca|entrada) | (frase|sentenca|entrada) (toda|inteira) | todos os token ao mesmo",
            ),
            (
                0.75,
                3,
                "pretrein | (sem|nao) (\\w+ )?rotul | finetuning | transferencia | autossuperv | poucos (dados|exemplos)",
            ),
            (0.5, 0, "context"),
            (0.5, 4, "compreens | nao (tem decoder|gera)"),
        ),
        slips=(
            (
                0,
                "(seq2seq|rnn|sequence\\w*|modelos) (\\w+ ){0,6}nao (\\w+ )?(acess|ve|veem|le|leem)\\w* (\\w+ ){0,4}(inteira|toda|complet)",
            ),
            (2, "encoder (do transformer )?original nao"),
            (3, "duas vezes | (uma|um) (vez )?(em|para|de) cada (sentido|direc|lado)"),
        ),
        fatal=(
            (
                1,
                "(e|eh) (um )?seq2seq (\\w+ )?(melhor|mais) | (melhor|bom) (\\w+ )?(em|para|pra) (traduz|traduc|ger) | bert (\\w+ ){0,3}decoder",
            ),
            (
                "O BERT é bidirecional; ele não prevê só da esquerda para a direita.",
                "bert (\\w+ ){0,5}(proxim\\w+ (palavra|token)|so os anteriores|unidirecional)",
            ),
        ),
    ),
    "36": Rubric(
        ideas=(
            (
                1,
                0,
                "(mascar|escond|ocult|substitu|troca|tampa|cobr|apag|remov|seleciona|escolh|tira)\\w* (\\w+ ){0,8}(palavra|token|15|\\[?mask) | (palavra|token|15 ?%?)\\w* (\\w+ ){0,6}(mascar|escond|ocult|substitu|troca|tampa|mask) | lacuna",
            ),
            (0.5, 2, "(prev|predi|adivinh|descobr|acert|recuper|reconstr|complet|preench)\\w*"),
            (
                1,
                4,
                "! nao (\\w+ ){0,5}(rotul|anot|label|superv|etiquet) | sem (\\w+ ){0,3}(rotul|anotac|label|marcar) | autossuperv | auto-superv | autosuperv | self-superv | propri\\w+ (token|palavra|texto) (\\w+ ){0,6}(rotul|alvo|resposta|label|classe) | (rotul|alvo|resposta|label|classe)\\w* (\\w+ ){0,4}propri | (dispensa|desnecess\\w*) (\\w+ ){0,3}(rotul|anot) | ^\\W*nao\\b | resposta (\\w+ ){0,4}(texto|frase|original) | ! (texto|frase) (\\w+ ){0,6}(rotul|resposta|gabarito|alvo)",
            ),
            (0.5, 1, "80 | 10 ?%"),
            (0.5, 2, "(dois|ambos) (os )?lado | bidirec | contexto"),
            (0.25, 3, "crossentropy"),
        ),
        slips=(
            (
                0,
                "(todos|todas|100 ?%) (\\w+ ){0,4}(troc|substit|vira|mascar)\\w* (\\w+ ){0,4}\\[?mask",
            ),
            (
                1,
                "(perda|loss|erro|crossentropy)\\w* (\\w+ ){0,6}(todos os|todas as|cada) (token|palavra|posic)\\w*( da frase| da sequencia)?",
            ),
            (
                2,
                "(precis|necess|exig|requer|tem que|deve|preciso|sim)\\w* (\\w+ ){0,6}(rotul|anot)\\w* | pessoas (\\w+ )?rotul | rotul\\w* manual",
            ),
        ),
        fatal=((3, "(prev|predi|adivinh|gera)\\w* (\\w+ ){0,3}proxim\\w+ (token|palavra)"),),
    ),
    "37": Rubric(
        ideas=(
            (
                1,
                1,
                "(camada|cabeca|classificador|head|linear|softmax|mlp)\\w* (\\w+ ){0,8}(classific|saida|linear|final|cls|topo|cima|densa|por classe|nova) | (adicion|acrescent|coloc|inclu|bot|poe|por)\\w* (\\w+ ){0,4}(camada|classificador|cabeca|head) | (encaix|acopl|adapt)\\w* (\\w+ ){0,4}(classificador|camada|cabeca|saida) | classificador (em cima|sobre|no topo)",
            ),
            (0.5, 1, "\\bcls\\b"),
            (
                1,
                0,
                "(rotul|anotad|etiquetad|label|supervision)\\w* | (dados|exemplos|dataset|base) (\\w+ )?(d[ao]|para a) (tarefa|problema)",
            ),
            (
                0.75,
                3,
                "(trein|atualiz|ajust|finetuning)\\w* (\\w+ ){0,3}(tod|tudo|inteir|junto|ambos|complet|bert|modelo|rede|pesos)\\w*",
            ),
            (0.5, 2, "crossentropy"),
            (
                0.5,
                4,
                "(learningrate|2e-5|5e-5|10\\^?-5|poucas epocas) | taxa (\\w+ )?(pequen|baix)",
            ),
            (0.25, 5, "validac > teste"),
            (0.25, 0, "pretrein"),
        ),
        slips=(
            (0, "basta (\\w+ )?(adicion|acrescent|coloc|inclu)\\w*"),
            (
                1,
                "(so|apenas|somente) (a |as )?(\\w+ )?(camada|cabeca|classificador|linear|nova)\\w* (\\w+ ){0,4}(trein|atualiz|ajust) | congel | (trein|atualiz|ajust)\\w* (so|apenas|somente) (a |o )?(\\w+ )?(camada|cabeca|classificador|linear)",
            ),
            (3, "learningrate (\\w+ )?(alta|grande|elevad|maior)"),
        ),
        fatal=((2, "! nao (\\w+ ){0,3}(rotul|label|anotad) | sem (\\w+ ){0,2}(rotul|label)"),),
    ),
    "38": Rubric(
        ideas=(
            (
                1.25,
                1,
                "(proxim|seguinte)\\w* (\\w+ )?(token|palavra|termo|elemento|pedaco) | (token|palavra) seguinte | modelagem de linguagem causal | language model\\w* | autorregress",
            ),
            (
                0.5,
                1,
                "(muito|muitos|monte|grande|enorm|bilh|trilh|quantidade|massiv|internet|vasto|gigant)\\w* (\\w+ ){0,4}(texto|dados|corpus|internet) | (texto|corpus|dados)\\w* (\\w+ ){0,4}(grand|enorm|internet|massiv|gigant|imens)",
            ),
            (
                0.5,
                0,
                "decoder | mascara causal | causal | (so|apenas|somente) (\\w+ ){0,4}anterior | mascarad",
            ),
            (0.5, 2, "crossentropy | backprop | grad"),
            (
                0.5,
                3,
                "! (sem|nao) (\\w+ ){0,4}(rotul|anotac|label|superv) | autossuperv | auto-superv | autosuperv | self-superv | nao rotul",
            ),
            (
                0.5,
                4,
                "sft | rlhf | finetuning | reforco | feedback human | prefer\\w+ human | supervision",
            ),
        ),
        slips=(
            (
                1,
                "(rotul\\w*|anotad\\w*) (\\w+ ){0,2}(por|manual|humano) | precis\\w* (\\w+ ){0,3}rotul | pessoas rotul",
            ),
            (2, "(com|usa\\w*|tem) (\\w+ ){0,2}cross-?attention | decoder completo"),
            (
                3,
                "(sft|rlhf)\\w* (\\w+ ){0,4}camada | camadas? (\\w+ ){0,3}(de ajuste|sft|rlhf|finetuning)",
            ),
        ),
        fatal=(
            (
                0,
                "masked ?(lm|language) | mlm | (mascar|escond)\\w* (\\w+ ){0,4}(palavra|token|15) | (dois|ambos) (os )?lados | bidirecional",
            ),
        ),
    ),
    "39": Rubric(
        required=(0,),
        ideas=(
            (
                1,
                0,
                "^\\W*(\\w+ ){0,4}bert\\b(?! ou) | bert (\\w+ ){0,6}(melhor|superior|vantag|ganh|se sai|mais (provav|adequad|indicad|apropriad)) | (melhor|provav\\w*|vantag\\w*) (\\w+ ){0,4}bert",
            ),
            (
                1,
                1,
                "bidirecional | (dois|ambos) (os )?(lado|sentido|direc) | (esquerda|anterior|antes)\\w* (\\w+ ){0,6}(direita|posterior|depois|seguint) | bert (\\w+ ){0,6}(frase|texto|sentenca|contexto) (\\w+ )?(tod|inteir|complet)",
            ),
            (
                0.5,
                2,
                "(gpt|ele|causal) (\\w+ ){0,8}(anterior|antes|esquerda|passad|atras|unidirec|causal) | mascara causal | unidirec",
            ),
            (0.5, 3, "compreens | entend | nao (\\w+ )?ger | classificac"),
            (0.25, 4, "provav | nao (e )?garant | depend | tend"),
        ),
        slips=(
            (0, "sempre (\\w+ )?(melhor|superior|ganha)"),
            (
                1,
                "! gpt nao (consegue|pode|ve|enxerga|tem acesso) (\\w+ ){0,3}(frase|texto|sentenca) (inteir|tod|complet)",
            ),
            (3, "! gpt nao (\\w+ )?(serve|classific|funciona|e capaz|consegue classific)"),
        ),
        fatal=(
            (
                2,
                "^\\W*(e |eh |acho que |o |mais provavel (que )?|provavelmente )*gpt\\b(?! (tem|usa|so|ve|olha|e uni|e causal)) | gpt (\\w+ ){0,3}(seja|e|sera|eh) (\\w+ )?(melhor|superior) | mais provavel (\\w+ ){0,4}gpt (\\w+ ){0,3}(melhor|superior)",
            ),
            (
                "O BERT é o bidirecional e o GPT, o causal.",
                "gpt (e|eh|,|por ser|sendo) (\\w+ )?bidirecional | gpt (\\w+ ){0,2}(olha|ve|usa) (\\w+ ){0,4}dois lados | bert (so|e causal|e unidirec)",
            ),
        ),
    ),
    "40": Rubric(
        ideas=(
            (1, 0, "@bert=compreender"),
            (1, 2, "@gpt=gerar"),
            (0.5, 1, "bidirecional | (dois|ambos) (os )?(lado|sentido)"),
            (
                0.5,
                3,
                "(proxim\\w+ (token|palavra)) | autorregress | causal | esquerda para a? ?direita",
            ),
            (0.5, 4, "prompt | few-?shot | poucos exemplos | rotulad | finetuning"),
        ),
        slips=(
            (0, "! gpt nao (\\w+ )?(serve|classific|funciona|consegue)"),
            (3, "bert (\\w+ ){0,6}sem (\\w+ )?(trein|finetuning|adicional)"),
            (2, "gpt (\\w+ ){0,3}sempre (\\w+ ){0,3}melhor | (sempre) (\\w+ )?(o )?gpt"),
        ),
        fatal=(
            (1, "@bert=gerar"),
            ("O GPT é o indicado para gerar texto; o BERT, para compreensão.", "@gpt=compreender"),
        ),
    ),
    "41": Rubric(
        ideas=(
            (
                1.25,
                0,
                "(exempl|demonstrac|amostra|par\\b|pares)\\w* (\\w+ ){0,10}(prompt|entrada|contexto|pergunta|instruc|antes|texto) | (prompt|contexto|entrada)\\w* (\\w+ ){0,10}(exempl|demonstrac|pares) | few-?shot",
            ),
            (
                1,
                1,
                "! (sem|nao|nenhum\\w*|nem) (\\w+ ){0,6}(peso|trein|atualiz|grad|finetuning|parametro|ajust|mudar|muda) | (peso|parametro)\\w* (\\w+ ){0,4}(fix|congel|mesm|nao|inalterad|igua)",
            ),
            (
                0.5,
                2,
                "(continu|complet|gera|respond|segu)\\w* (\\w+ ){0,6}(texto|padrao|resposta|token|prompt|saida|exempl|nova)",
            ),
            (0.5, 3, "zero-?shot | one-?shot | few-?shot"),
            (0.5, 4, "(ordem|formato|escolha|qualidade|relevan)\\w*"),
            (0.5, 5, "embedding | (mais )?(parecid|proxim|similar|semelhant)"),
            (0.5, 0, "instruc | prompt | descri\\w+ (\\w+ )?tarefa"),
        ),
        slips=(
            (
                0,
                "(modelo|gpt|ele|que) (\\w+ )?(trein|atualiz|ajust|modific|alter|muda)\\w* (\\w+ ){0,4}(peso|parametro|rede)\\w* | (atualiz|ajust|modific|alter)\\w* (\\w+ ){0,4}(peso|parametro)",
            ),
            (2, "(tem|devem|precisam|obrigator)\\w* (\\w+ ){0,8}(embedding|proxim)"),
            (
                3,
                "(lembra|memoriz|guarda|aprende)\\w* (\\w+ ){0,5}(outras|proximas|futuras|permanente|para sempre)",
            ),
        ),
        fatal=(
            (
                1,
                "(icl|in-context|isso) (\\w+ ){0,3}(e|eh) (\\w+ ){0,4}finetuning | trein(a|ar|ando|a-se|amos|e)\\b (\\w+ ){0,6}(exempl|prompt|grad|gpt) | finetuning (no|do|com) (gpt|exempl|pouco) | por grad\\w+",
            ),
        ),
    ),
    "42": Rubric(
        required=(0,),
        ideas=(
            (
                1,
                0,
                "! nao (\\w+ ){0,4}(sentido|natural|muito|indicad|adequad|recomend|faz|e o ideal|combina) | pouco sentido | (geral|principio|normalmente) nao | ^\\W*nao\\b",
            ),
            (
                1,
                2,
                "! bert (\\w+ ){0,6}nao (\\w+ ){0,6}(ger|continu|autorregres|escrev|produz|complet) | nao (\\w+ ){0,4}(ger\\w+|continu\\w+|autorregress\\w*) | (encoder|codific|mascar|masked|mlm|mask|lacuna|bidirec|preench)\\w* | so (ger|preench|prev)\\w*",
            ),
            (
                0.5,
                1,
                "(icl|gpt|autorregress|precis|exig|depend|requer|pede) (\\w+ ){0,10}(continu|ger\\w+|autorregress|decoder|proxim)",
            ),
            (0.5, 3, "finetuning"),
            (0.25, 4, "deberta | samuel | lacuna | pet\\b | 512"),
        ),
        slips=(
            (0, "impossivel | jamais"),
            (
                2,
                "! (so|apenas|somente|nao) (\\w+ ){0,3}(ve|le|ler|ver|enxerga\\w*)\\b (\\w+ ){0,4}(parte|exemplos|pedaco|prompt|texto)",
            ),
            (3, "pet (\\w+ ){0,6}icl"),
        ),
        fatal=(
            (
                1,
                "^\\W*sim\\b | (faz|fazendo) (\\w+ ){0,2}sentido (\\w+ )?(pois|porque|ja|sim|,) | bert (\\w+ ){0,4}(ajustad|finetuning) (\\w+ ){0,2}com poucos | (faz|fazendo) (\\w+ ){0,2}sentido,? (pois|porque|ja que)",
            ),
        ),
    ),
}
