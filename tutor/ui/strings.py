"""Every word that the page shows, in Brazilian Portuguese."""

from __future__ import annotations

from collections.abc import Mapping

TITLE = "Tutor de Redes Neurais"
SUBTITLE = (
    "Estude as 42 questões da lista: respostas revisadas, contas passo a passo, fontes à vista. "
    "Tudo roda neste computador."
)

TAB_CHAT = "Conversa"
TAB_QUESTIONS = "Perguntas"
TAB_ABOUT = "Ajuda"

# ----------------------------------------------------------------- conversation
CHAT_LABEL = "Conversa com o tutor"
PLACEHOLDER = (
    "## O que você quer entender?\n"
    "Pergunte sobre a lista, mande uma conta com os seus números ou peça um exercício."
)
MESSAGE_LABEL = "Sua mensagem"
MESSAGE_HINT = "Escreva a sua pergunta"
SEND = "Enviar"
STOP = "Parar"
CLEAR = "Apagar a conversa"
EXAMPLES = "Exemplos por assunto"
EXAMPLES_TOPIC = "Assunto dos exemplos"
WRONG_SOURCE = "Fonte errada"

THINKING = "Pensando…"
LOADING = "Carregando os modelos… A primeira resposta espera só desta vez."
STOPPED = "*Resposta interrompida.*"
SORRY = (
    "Desculpe, algo deu errado aqui e não consegui responder. A sua pergunta não se perdeu: "
    "tente de novo ou escreva de outro jeito."
)
TOO_LONG = (
    "A mensagem tem {length} caracteres; eu leio até {limit}. "
    "Mande só o trecho sobre o qual você tem dúvida."
)
BUSY = "Espere a resposta terminar ou toque em “Parar”."
UNDERSTOOD = "Entendi como: {standalone}"
NOT_THAT = "Não foi isso"
NOTICE = "Aviso"
FEEDBACK_SAVED = "Obrigado! Sua avaliação ficou guardada só neste computador."
FEEDBACK_FAILED = "Não consegui guardar a avaliação (o arquivo está cheio ou sem permissão)."

OPENING_EXAMPLES = (
    "Por que dividir QKᵀ pela raiz de d_k?",
    "Qual a diferença entre k-fold e leave-one-out?",
    "Calcule a softmax de [2, 1, 0]",
    "Tokenize facom com WordPiece e o vocabulário computa, fa, ##c, ##a, ##o, ##m",
    "Explique a conexão residual da ResNet de um jeito simples",
    "Me dá um exercício de entropia cruzada",
)

# ------------------------------------------------------------------------ modes
MODES: Mapping[str, str] = {
    "computed": "Calculado",
    "generated": "Gerado a partir do material e verificado",
    "reference": "Resposta de referência revisada",
    "practice": "Exercício",
    "clarify": "Preciso de um dado",
    "abstained": "Fora do material",
    "smalltalk": "Conversa",
}
MODE_MEANINGS: Mapping[str, str] = {
    "computed": "Um programa fez a conta e conferiu o resultado; nenhum modelo escreveu números.",
    "generated": (
        "O modelo escreveu a partir das fontes abaixo, e cada frase foi conferida com elas."
    ),
    "reference": "O texto é a resposta revisada por pessoas, como está no material.",
    "practice": "Um exercício para você resolver; a solução vem quando você pedir.",
    "clarify": "Falta ou não confere um dado da conta; responda e eu continuo.",
    "abstained": "O material não responde a isso, então eu não respondo.",
    "smalltalk": "Uma resposta curta que não usa o material.",
}

# ------------------------------------------------------------------------ panel
PANEL = "Como cheguei nesta resposta"
PANEL_EMPTY = "As fontes, as conferências e o prompt de cada resposta aparecem aqui."
PANEL_CHOICE = "Resposta mostrada"
PANEL_BROKEN = "Não consegui ler os detalhes guardados desta resposta."
AS_UNDERSTOOD = "Entendi como"
TOPIC = "Assunto"
SOURCES = "Fontes"
SCORE = "pontuação"
SCORE_PARTS = "sentido {dense}, palavras {lexical}"
PASSAGE = "Trecho mais próximo"
FIGURE_VALUES = "valores"
CHECKS = "Conferência da conta"
CHECK_PASSED = "confere"
CHECK_FAILED = "não confere"
ASSUMPTIONS = "O que assumi"
REMARKS = "Observações"
VERDICT = "Verificação frase a frase"
VERDICT_PASSED = "apoiada"
VERDICT_FAILED = "sem apoio"
VERDICT_NOTE_SHOWN = "Todas as frases do rascunho têm apoio nas fontes; ele é a resposta."
VERDICT_NOTE_HIDDEN = (
    "O rascunho do modelo não foi mostrado; você recebeu a resposta revisada. "
    "Foi assim que cada frase dele foi julgada:"
)
PROMPT = "Prompt com exemplos (in-context)"
PROMPT_SIZE = "{shots} exemplos no contexto, {tokens} tokens, modelo {model}"
PROMPT_NO_MODEL = "nenhum"
TIMINGS = "Tempo por etapa"
TOTAL = "total"
NOTES = "Avisos"
STAGES: Mapping[str, str] = {
    "dialogue": "entender a mensagem",
    "smalltalk": "conversa",
    "route": "assunto e intenção",
    "solve": "calcular",
    "retrieve": "buscar fontes",
    "prompt": "montar o prompt",
    "generate": "gerar",
    "ground": "verificar",
    "practice": "criar o exercício",
}

# ------------------------------------------------------------ the list's questions
BROWSE_COLLECTION = "Mostrar"
COLLECTIONS: Mapping[str, str] = {"lista2": "Questões da lista", "concepts": "Conceitos"}
BROWSE_TOPIC = "Assunto"
ALL_TOPICS = "Todos os assuntos"
BROWSE_SEARCH = "Procurar"
BROWSE_SEARCH_HINT = "palavra do título ou da pergunta"
BROWSE_LIST = "Escolha uma"
BROWSE_NOTHING = "Nada encontrado com esses filtros."
ASK_ABOUT = "Perguntar sobre esta"
ASK_ERRATA = "Perguntar sobre o erro do gabarito"
ERRATA_MESSAGE = "Questão {id}: o que o gabarito original tem de errado?"
OPEN_ENTRY = "Abrir em “Perguntas”"
RELATED = "Relacionadas"
QUESTION_NUMBER = "Questão {id}"
CONCEPT = "Conceito"

STATEMENT = "Pergunta"
REVIEWED_ANSWER = "Resposta revisada"
KEY_POINTS = "Pontos-chave"
MISCONCEPTIONS = "Equívocos comuns"
WORKED_EXAMPLE = "Exemplo"
SIMPLER = "Mais simples"
ERRATA = "Errata do gabarito original"
REFERENCES = "Referências"

# ------------------------------------------------------------------------- help
HELP = """
## O que eu faço
- **Conceitos.** Respondo com o material revisado da lista e mostro de onde tirei.
- **Contas.** Softmax, perdas, tokenização, atenção, otimizadores e outras: mande os seus números.
- **Continuação.** “Por quê?”, “e no caso do BERT?”, “mais simples”, “e se o k fosse 5?”.
- **Treino.** “Me dá um exercício de softmax”, e depois mande o seu resultado.

## O que quer dizer cada tipo de resposta
{modes}

## O que fica guardado
A conversa fica neste navegador e some quando você toca em “Apagar a conversa”.
As avaliações (gostei, não gostei, fonte errada) ficam num arquivo do computador que roda o tutor.
Nada sai para a internet.

## Limites
Sei o que está no material. Quando a pergunta sai dele, eu digo. Confira sempre com o seu
professor o que ele espera na prova.
"""

# ----------------------------------------------------------------------- server
READY = "Tutor pronto em {url}"
NO_ADDRESS = (
    "Não consigo atender em {host}, porta {port} ({why}). "
    "Escolha outra porta com TUTOR_PORT ou outro endereço com TUTOR_HOST."
)
BODY_TOO_LARGE = "A mensagem é grande demais."
HEADERS_TOO_LARGE = "O pedido tem cabeçalhos grandes demais."
BODY_TOO_SLOW = "A mensagem demorou demais para chegar."
NOT_FOUND = "Não há nada aqui."
OTHER_SESSION = "Esta conversa é de outro navegador."
OTHER_ORIGIN = "Pedido vindo de outro site."

# Labels that Gradio has in English only, replaced by page.js.
BUTTONS: Mapping[str, str] = {
    "Copy message": "Copiar",
    "Message copied": "Copiado",
    "Feedback": WRONG_SOURCE,
    "Scroll down": "Ir para o fim",
    "Liked": "Gostei",
    "Disliked": "Não gostei",
}
