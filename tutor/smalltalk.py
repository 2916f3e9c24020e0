"""What is answered without the material: courtesy, care, and messages that say nothing.

Rules of high precision: a message that asks anything of the course is never claimed
here, whatever courtesy surrounds it. The pipeline asks `nonsense`, `care` and `reply`, in
this order, before any model.
"""

from __future__ import annotations

import re
from typing import Literal

from tutor.text import fold, language, normalise, words

MAX_CHARACTERS = 4000

Language = Literal["pt", "en"]

_COVERS = (
    "CNNs e ResNets, validação cruzada, perdas e ativações, otimizadores, tokenização, embeddings,"
    " codificação posicional, atenção, Transformer, BERT, GPT e in-context learning"
)
_COVERS_EN = (
    "CNNs and ResNets, cross-validation, losses and activations, optimizers, tokenization,"
    " embeddings,"
    " positional encoding, attention, the Transformer, BERT, GPT and in-context learning"
)

# ---------------------------------------------------------------------- replies

_REPLIES: dict[str, tuple[str, str]] = {
    "greeting": (
        "Oi! Sou o tutor da lista de redes neurais. Pergunte sobre qualquer uma das 42 questões,"
        " mande uma conta para eu resolver passo a passo ou peça um exercício.",
        "Hi! I'm the tutor for the neural networks list. Ask about any of the 42 questions, send"
        " me a"
        " calculation to work through step by step, or ask for an exercise.",
    ),
    "well": (
        "Tudo certo por aqui, obrigado! Em que parte da lista você está?",
        "All good here, thanks! Which part of the list are you on?",
    ),
    "thanks": (
        "De nada! Se quiser, siga para a próxima questão ou peça um exercício para treinar.",
        "You're welcome! Go on to the next question whenever you like, or ask for an exercise.",
    ),
    "goodbye": (
        "Até mais, e bons estudos! Boa sorte na prova.",
        "See you, and happy studying! Good luck with the exam.",
    ),
    "identity": (
        "Sou um tutor que roda localmente, no próprio computador, feito para a lista de 42"
        " questões de"
        " redes neurais. Não sou o ChatGPT nem uma pessoa: respondo a partir de um material"
        " revisado,"
        " mostro as fontes e calculo os problemas numéricos com um programa.",
        "I'm a tutor that runs locally, on this very computer, made for the list of 42 neural"
        " networks"
        " questions. I'm neither ChatGPT nor a person: I answer from reviewed material, show the"
        " sources, and compute numeric problems with a program.",
    ),
    "ability": (
        f"Cubro as 42 questões da lista: {_COVERS}. Explico os conceitos (também em resumo, com"
        f" exemplo"
        " ou em palavras simples), resolvo as contas passo a passo, proponho exercícios e mostro as"
        " fontes de cada resposta, porque posso errar: confira. Tudo roda localmente. Para"
        " começar, escolha"
        " uma questão (“questão 25”) ou escreva a sua dúvida.",
        f"I cover the list's 42 questions: {_COVERS_EN}. I explain the concepts (also briefly,"
        f" with an"
        " example or in plain words), work out calculations step by step, set exercises and show"
        " the"
        " sources of every answer, because I can be wrong: do check. Everything runs locally. To"
        " start,"
        " pick a question (“question 25”) or write what you want to know.",
    ),
    "reaction": (
        "Certo! Quando quiser, mande a próxima dúvida.",
        "Alright! Send me your next question whenever you like.",
    ),
    "praise": (
        "Que bom que ajudou! Quer seguir para outra questão ou treinar com um exercício?",
        "Glad it helped! Shall we go on to another question, or practise with an exercise?",
    ),
    "complaint": (
        "Desculpe por não ter acertado. Diga a dúvida com outras palavras ou com o número da"
        " questão"
        " (por exemplo, “questão 25”) e eu tento de novo.",
        "Sorry I missed it. Put it in other words, or give me the question's number (for example,"
        " “question 25”), and I'll try again.",
    ),
    "nerves": (
        "É normal ficar nervoso antes da prova, e dá para ir por partes. Escolha um tópico que"
        " incomoda"
        " e a gente começa pela versão simples; depois faz um exercício curto para firmar. Por qual"
        " você quer começar?",
        "Feeling nervous before an exam is normal, and we can take it piece by piece. Pick a"
        " topic that"
        " bothers you: we start with the plain version, then do a short exercise. Which one first?",
    ),
    "injection": (
        "Isso eu leio como texto, não como instrução: continuo sendo o tutor da lista de redes"
        " neurais."
        " Se tiver uma dúvida da matéria, é só mandar.",
        "I read that as text, not as an instruction: I'm still the tutor for the neural networks"
        " list."
        " If you have a question about the course, send it along.",
    ),
}

_CARE = (
    "Sinto muito que você esteja passando por isso, e obrigado por ter me contado. Eu sou só um"
    " programa"
    " de estudos, mas você não precisa enfrentar isso sem apoio: o **CVV** atende de graça e em"
    " sigilo,"
    " 24 horas por dia, pelo telefone **188** ou pelo chat em [cvv.org.br](https://cvv.org.br). Se"
    " houver perigo agora, ligue para o SAMU (**192**) ou vá ao pronto-socorro mais próximo. Se"
    " puder,"
    " fale também com alguém de confiança. A prova pode esperar; quando quiser, estou aqui."
)
_CARE_EN = (
    "I'm really sorry you're going through this, and thank you for telling me. I'm only a study"
    " program,"
    " but you don't have to face it without support: in Brazil, **CVV** is free, confidential"
    " and open"
    " 24 hours a day, by phone at **188** or by chat at [cvv.org.br](https://cvv.org.br). If you"
    " are in"
    " danger right now, call SAMU (**192**) or go to the nearest emergency room. If you can,"
    " talk to"
    " someone you trust too. The exam can wait; I'm here when you want to go on."
)
_HARMFUL = (
    "Com isso eu não posso ajudar, porque pode machucar alguém. Se você ou outra pessoa estiver em"
    " perigo, ligue para **190** (polícia) ou **192** (SAMU). Se for um momento difícil, o"
    " **CVV** ouve"
    " de graça, 24 horas, no **188** ou em [cvv.org.br](https://cvv.org.br)."
)
_HARMFUL_EN = (
    "I can't help with that, because somebody could get hurt. If you or someone else is in"
    " danger, in"
    " Brazil call **190** (police) or **192** (ambulance). If this is a hard moment, **CVV**"
    " listens for"
    " free, 24 hours a day, at **188** or [cvv.org.br](https://cvv.org.br)."
)

# --------------------------------------------------------------------- patterns

# A whole message is a chain of these pieces or it is no small talk: anything left over, however
# little, may be a question.
_FILL = (
    r"(?:tutor|professora?(?: virtual)?|prof|por aqui|por ai|pela paciencia|pela atencao"
    r"|pela aula|for your help|for everything|sumid[oa]|consagrad[oa]|(?:a |pela "
    r"|por )?sua (?:ajuda|paciencia)|amig[oa]|cara|mano|mana|meu|minha|querid[oa]|gente|galera"
    r"|ai|a[ií]|entao|bem|muito|mesmo|demais"
    r"|por tudo|pela ajuda|pela explicacao|por agora|por hoje|viu|hein|ne|ta|agora|de novo|again"
    r"|so much|very much|a lot|man|there|everyone|bro|dude"
    r"|kk+|k{2,}|rs+|(?:ha|he|hua|ah|eh)+h?|lol|xd|e|and|pra voce|pra ti|to you|ja|ok|uai|viu so"
    r"|sim)"
)
_PIECES: dict[str, str] = {
    "greeting": (
        r"o+i+e*|o+la+|opa+|e+ ?a[ei]+|eae|iae|salve|fala(?: tu| ai)?|alo+|coe|hey+|hi+|hello+"
        r"|yo|bom dia|boa tarde|boa noite|buenas|good (?:morning|afternoon|evening)"
        r"|voltei|cheguei|(?:tem )?alguem ai|(?:voce )?(?:ta|esta) ai|(?:are )?you there"
        r"|hiya|hola|saudacoes|boa madrugada|(?:prazer|muito prazer)(?: em (?:te )?conhecer)?"
        r"|nice to meet you|(?:sou )?eu (?:de novo|outra vez)|(?:to|estou) (?:aqui"
        r"|de volta)(?: de novo"
        r"| outra vez)?|(?:e a )?(?:minha )?primeira vez(?: aqui| por aqui| que (?:eu )?uso)?"
        r"|posso falar"
        r" com voce|(?:estou|to) (?:comecando|chegando)(?: (?:a|de))?(?: estudar| usar)?"
        r"|desculpa a hora|(?:na|de) (?:boa|paz)|tudo na paz|(?:ta|esta) acordad[oa]"
        r"|oi de novo|bo dia|boa trade|bora (?:estudar|la|comecar)|vamos (?:la|estudar|comecar)"
        r"|e a minha primeira vez(?: usando)?(?: (?:este|esse|o) tutor)?(?: aqui)?"
    ),
    "well": (
        r"tudo (?:bem|bom|certo|joia|tranquilo|ok|em ordem)(?: com voce| contigo| por ai)?"
        r"|como (?:voce |vc |cê )?(?:vai|esta|ta|anda)(?: voce)?|td bem|blz\?|beleza\?"
        r"|how are you(?: doing)?|what'?s up|sup"
        r"|como (?:vao|andam) as coisas|td (?:certo|bem|bom)|como vai o senhor"
    ),
    "thanks": (
        r"(?:muit[oa] |mt |mto )?(?:obrigad[oa]|obrigadao|obrigadinh[oa]|brigad[oa]|brigadao|obg"
        r"|brigadinh[oa]|grat[oa]|agradecid[oa])|val[eu]u+|vlw+|thanks+|thank you|thx|ty|tks"
        r"|cheers(?: mate)?|agradeco|te devo uma"
        r"|(?:me )?ajudou(?: muito| bastante| demais)?|salvou|(?:voce )?me salvou|that helped"
        r"|that was (?:really |very )?helpful|many thanks|appreciate (?:it|that)|obgd|obrigdo"
        r"|obg|gratidao|deus te abencoe|tmj|tamo junto|(?:sou|fico) (?:muito )?grat[oa]"
        r"|(?:muitissimo )?obrigad[oa]|agradeco de coracao|thanks a bunch|deus (?:te|lhe) pague"
        r"|era (?:so |exatamente |bem )?isso(?: mesmo| ai)?(?!\w| (?:que|o que))"
        r"|(?:valeu )?pela forca|obg msm"
        r"|era (?:exatamente )?isso (?:que|o que) (?:eu )?(?:precisava|queria)(?: saber)?|voce e 10"
    ),
    "goodbye": (
        r"tchau+|xau+|ate (?:mais|logo|amanha|breve|a proxima|depois)|falou+|flw+|fui|adeus|bye+"
        r"|bye bye|goodbye|see (?:you|ya)(?: later| tomorrow)?|boa noite e ate amanha|vou dormir"
        r"|vou nessa|bjs?|abracos?|beijos?|good night"
        r"|bons estudos|(?:por hoje|hoje) (?:e|era) (?:so|isso)(?: mesmo)?|era so isso"
        r"|e so isso por hoje|encerr(?:ei|ar|o) (?:por )?(?:hoje|aqui)|ate (?:mais ver|breve)"
        r"|ttyl|catch you later|bom descanso(?: pra voce)?|encerrando(?: por (?:aqui|hoje))?"
        r"|(?:tenho|preciso)(?: de| que)? ir(?: embora| nessa)?(?: agora)?"
        r"|abs|(?:to|estou) indo(?: nessa)?|vou (?:parar|descansar|sair)(?: por hoje)?"
        r"|tenh[ae] um[a]? (?:otim[oa]|bom|boa|excelente) (?:dia|noite|tarde|semana"
        r"|fim de semana)|bo[am] (?:fim de semana|final de semana|semana|feriado)|gotta go"
        r"|talk (?:tomorrow|later)|(?:depois|amanha) (?:eu )?volto"
    ),
    "identity": (
        r"(?:quem|o que|oq|q) (?:e|eh|es|seria|que e) (?:voce|vc|tu|ce)(?: mesmo)?|(?:quem"
        r"|o que) voce e|(?:voce|vc|tu|ce) (?:e|eh|es) (?:o |a |um |uma )?(?:chat ?gpt"
        r"|gpt(?:-?\d)?|gemini|claude|bard|copilot|llama|deepseek|ia|robo|bot|humano|humana"
        r"|pessoa|pessoa real|gente|inteligencia artificial|maquina|real|professora?"
        r"|de verdade)(?: ou (?:um |uma )?(?:\w+ ?){1,3})?"
        r"|qual (?:e |eh )?(?:o )?(?:seu|teu) nome|como (?:voce )?se chama|como (?:voce"
        r"|vc) (?:se chama|foi feit[oa]|foi criad[oa]|foi treinad[oa]|funciona)|quem (?:te "
        r"|foi que te )?(?:fez|criou|programou|desenvolveu|treinou)(?: voce)?|se apresent[ae]"
        r"|apresente-se"
        r"|(?:who|what) are you|what'?s your name|what is your name|are you (?:an? "
        r"|the )?(?:chat ?gpt|gpt|bot|robot|ai|human|person|real|real person|claude|gemini)"
        r"|who (?:made|created|built|trained) you|introduce yourself|how do you work"
        r"|(?:voce|vc) (?:usa|roda|precisa de|funciona com|funciona sem|acessa)(?: a| na| no"
        r"| o)? (?:internet|nuvem|chat ?gpt|openai)|(?:voce|vc) (?:tem (?:sentimentos|emocoes"
        r"|vida|idade|nome|consciencia)|dorme|come|e (?:homem|mulher|menino|menina)(?: ou \w+)?"
        r"|e de qual faculdade|e o professor disfarcado)|onde (?:voce|vc) mora"
        r"|quantos anos (?:voce|vc) tem|isso e uma pessoa(?: respondendo)?|(?:voce"
        r"|o senhor) e um (?:atendente|programa)\w*(?: humano)?(?: ou (?:um )?\w+)?"
        r"|com quem (?:eu )?(?:estou|to) falando|pode(?:ria)? se apresentar|por quem (?:voce"
        r"|vc) foi (?:feit[oa]|desenvolvid[oa]|criad[oa])|fala (?:um pouco )?(?:de|sobre) voce"
        r"|tem gente (?:por tras|atras)(?: (?:desse|deste|do) chat)?|do you have feelings"
        r"|how old are you|is there a real person here|are you human or a machine"
        r"|de onde (?:voce|vc) (?:e|eh|veio)|(?:voce|vc) sente (?:alguma coisa|algo)"
        r"|what should i call you"
        r"|(?:isso |aqui )?(?:e|eh|tem) (?:um |uma )?(?:robo|bot|pessoa|humano|gente)(?: \w+ando)?"
        r"(?: aqui| do outro lado)?(?: ou (?:e |eh )?(?:um |uma |o |a )?\w+(?: \w+ando)?)?"
        r"|que modelo (?:voce|vc) (?:e|eh|usa)|qual modelo (?:voce|vc) usa"
    ),
    "ability": (
        r"(?:o que|oq|q|em que|no que|com o que) (?:que )?(?:mais )?(?:voce|vc|tu|ce) (?:sabe"
        r"|consegue|pode|faz|sabe fazer|consegue fazer|pode fazer|pode me ajudar|pode ajudar"
        r"|ensina|cobre|responde)(?: fazer| me ajudar| ajudar| por mim)?|como (?:voce"
        r"|vc) (?:pode|consegue) (?:me )?ajudar"
        r"|(?:sobre|do) (?:o )?que (?:eu )?(?:posso|da pra|devo) (?:te )?(?:perguntar"
        r"|falar)(?: pra voce| aqui)?|o que (?:eu )?posso (?:te )?(?:perguntar|pedir)|(?:quais"
        r"|que) (?:assuntos|temas|topicos|materias|conteudos) (?:voce|vc) (?:sabe|cobre|conhece"
        r"|domina|ensina|responde)|como (?:eu )?(?:uso|usar) (?:isso|voce|o tutor|este tutor"
        r"|isto|esse tutor)"
        r"|(?:sobre |de |do )?(?:quais|que) (?:assuntos|temas|topicos|materias|conteudos|coisas)"
        r" (?:eu )?(?:posso|da pra|consigo) (?:te )?(?:perguntar|tratar|ver|estudar)(?: aqui"
        r"| com voce)?"
        r"|lista (?:os|as) (?:temas|assuntos|topicos|materias)(?: que (?:voce|vc) (?:conhece|sabe"
        r"|cobre))?"
        r"|como (?:que )?(?:eu )?(?:uso|usar|funciona|se usa|faco pra usar|mexo)(?: com"
        r"| n?)? ?(?:isso"
        r"|isto|aqui|(?:n?ess[ea]|n?est[ea]) (?:negocio|coisa|ferramenta|tutor|site|programa|app"
        r"|chat))"
        r"(?: aqui)?|(?:me )?(?:explica|ensina) como (?:te )?usar(?: voce)?(?: direito)?"
        r"|o que (?:da (?:pra|para)|posso|eu faco) (?:te )?(?:perguntar|pedir|fazer|aqui)(?: aqui)?"
        r"|(?:what|which) (?:things |topics )?can you (?:help me|teach me|assist me)(?: with"
        r"| study)?"
        r"|(?:what|which) (?:topics|subjects) (?:can i ask|do you (?:cover"
        r"|know))(?: you)?(?: about)?"
        r"|can you help me (?:study|learn)|tell me what you(?:'re| are) good for|o que (?:voce|vc)"
        r" nao (?:consegue|sabe|faz)(?: fazer)?|(?:as )?suas respostas sao (?:confiaveis|certas)"
        r"|(?:posso|pode|poderia)(?: te)? (?:mandar|tirar|perguntar) uma (?:duvida|pergunta"
        r"|coisa)(?: minha)?"
        r"|(?:voce|vc) (?:le|aceita|entende) (?:fotos?|imagens?|pdfs?)"
        r"|(?:voce|vc) lembra do (?:que )+(?:eu )?falei(?: ontem| antes)?"
        r"|(?:voce|vc) tem as questoes da lista|(?:em que )?(?:voce )?pode me ajudar hoje"
        r"|pra que (?:voce|vc) serve|para que voce serve|(?:voce|vc) (?:serve|e) pra que"
        r"|me ajuda|help(?: me)?|ajuda|socorro|what can you do|what do you do"
        r"|how can you help(?: me)?|what can i ask(?: you)?|what topics do you cover"
        r"|what do you know|(?:preciso|quero) de ajuda|pode me ajudar|(?:voce|vc) (?:pode"
        r"|consegue) me ajudar|can you help(?: me)?|por onde (?:eu )?(?:comeco|devo comecar)"
        r"|como (?:eu )?(?:uso|faco pra usar|faco pra conversar com) (?:isso aqui|isso|voce)"
        r"|posso (?:te )?(?:fazer|tirar) uma (?:pergunta|duvida)|tenho uma (?:duvida|pergunta)"
        r"|posso (?:te )?perguntar uma coisa|de onde voce tira (?:as|suas) respostas|(?:posso"
        r"|da pra) confiar (?:no que|nas coisas que) voce (?:responde|diz|fala)|voce (?:erra"
        r"|mente|pode errar|inventa)(?: coisas)?|quais (?:sao )?(?:as )?suas limitacoes"
        r"|voce (?:lembra|guarda|salva)(?: do que eu falei(?: antes)?| (?:as )?minhas conversas"
        r"| o historico)?|da pra mandar foto(?: da questao)?|voce (?:responde|fala"
        r"|entende) (?:em )?ingles(?: tambem)?|voce (?:resolve|faz|sabe fazer) (?:contas?"
        r"|calculos?)(?: passo a passo)?|voce (?:corrige|avalia) (?:a )?minhas? respostas?"
        r"|voce (?:tem acesso a|conhece) (?:a )?lista(?: de exercicios)?"
        r"|voce (?:consegue )?(?:montar|monta|fazer|cria|criar) exercicios"
        r"|do you speak (?:english|portuguese)|can you (?:solve|do) (?:numeric problems|math"
        r"|calculations)(?: too)?"
    ),
    "praise": (
        r"(?:voce|vc|tu) (?:e|eh|foi) (?:muito |mto |mt |o |um |uma |bem )*(?:bom|boa|otim[oa]"
        r"|demais|show|incrivel|top|melhor|genio|inteligente|legal|foda|fera|brab[oa])(?: nisso"
        r"| mesmo| demais)?|(?:ficou|ta|esta|foi) (?:muito |bem |super )*(?:clar[oa]|bom|boa"
        r"|otim[oa]|facil|melhor assim)(?: agora)?"
        r"|(?:boa|otima|excelente|bela|linda) (?:resposta|explicacao)|adorei|amei"
        r"|gostei(?: muito| demais| da resposta| da explicacao)?|(?:que )?(?:resposta"
        r"|explicacao) (?:boa|otima|clara|excelente)|mandou bem|arrasou|you(?:'re| are) (?:great"
        r"|awesome|the best|very good|amazing)|well done|good (?:job|answer|bot)|nice answer"
        r"|great answer|gostei (?:muito )?da sua (?:resposta|explicacao)|(?:voce"
        r"|vc) explica (?:muito )?(?:bem|melhor que o (?:prof|professor))"
        r"|parabens(?: pelo trabalho)?|voce e engracado|fui bem na prova|(?:passei"
        r"|arrasei)(?: na prova| na materia)?|tirei (?:\d+(?:[.,]\d)?)(?: na prova)?"
    ),
    "complaint": (
        r"(?:nao|n) (?:foi|era|e|eh) (?:bem |exatamente )?(?:isso|essa|sobre isso)(?: (?:que|q"
        r"|o que) (?:eu )?(?:perguntei|quis dizer|queria(?: saber)?|pedi|falei))?(?: nao)?"
        r"|(?:voce|vc) (?:nao |n )(?:entendeu|respondeu)(?: nada| direito| a pergunta"
        r"| minha pergunta| o que (?:eu )?perguntei)?|nada a ver|(?:isso )?nao (?:ajudou"
        r"|respondeu)(?: (?:a |minha )?(?:pergunta|duvida))?|que resposta ruim|resposta (?:ruim"
        r"|errada|nada a ver)|(?:voce|vc) (?:e|eh) (?:muito )?(?:burr[oa]|ruim|pessim[oa]|inutil"
        r"|lixo|chato)"
        r"|that'?s not what i (?:asked|meant|wanted)|not what i asked|you (?:didn'?t"
        r"|did not) (?:answer|understand)(?: (?:me|my question|it))?|bad answer|wrong answer"
        r"|you suck|you are useless|pessimo|horrivel|voce nao serve (?:pra|para) nada"
        r"|(?:a )?sua resposta nao (?:me )?ajudou|voce demora (?:muito"
        r"|demais)(?: pra responder)?|ta travando|achei (?:a )?(?:resposta"
        r"|explicacao) (?:confusa|ruim|longa)(?: e (?:longa|confusa|ruim)(?: demais)?)?(?: demais)?"
    ),
    "reaction": (
        r"de nada|foi mal|desculp[ae](?: o incomodo)?|perdao(?: pela demora)?|serio|sorry"
        r"|(?:digitei|mandei)"
        r" (?:errado|sem querer)|wrong message|(?:nossa )?que (?:chato|demora)|that was funny"
        r"|era isso"
        r"|entendido|nice one|af+s?|que (?:tedio|raiva|saco|preguica)|agora entendi(?: tudo)?"
        r"|(?:rs){2,}|entendi(?: tudo| agora| sim| mais ou menos)?|(?:agora )?(?:eu )?(?:saquei"
        r"|captei|compreendi)|ok+(?:ay)?|okey|okk+|certo|certinho|ta (?:bom|certo|ok|joia)|tabom"
        r"|t[aá]|beleza+|blz+|show(?: de bola)?|legal+|massa+|bacana|top|dahora|da hora|perfeito"
        r"|otimo|maravilha|maneiro|ah+(?: ta| sim| entendi| ok)?|a[th]a+|hm+|hum+|uh?um|aham"
        r"|uhum|sei|pode crer|tranquilo|suave|joia|fechou|combinado|faz sentido(?: agora| sim)?"
        r"|fez sentido"
        r"|sim|^nao(?=\W*$)|s|isso(?: mesmo| ai)?|exato|exatamente|com certeza|claro|bora|vamos"
        r"|partiu|uau|nossa|caramba|eita|vish|putz|poxa|que (?:legal|massa|bacana|top"
        r"|interessante|bom|doido|loucura|foda)|interessante|boa+|bom|muito bom|que bom|kk+"
        r"|k{3,}|rs+|(?:ha|he|hua|hah|ah|ahu){2,}h?|lol|lmao|xd|got it|i see|i got it|understood"
        r"|makes sense|cool|nice|great|awesome|alright|sure|yes|yep|no|nope|right|wow|amazing"
        r"|good|fine|aprendi|agora (?:foi|sim|entendi|ficou claro)|deu certo|perai|pera"
        r"|um momento|calma|so um minuto|espera(?: ai)?|wait"
    ),
    "nerves": (
        r"(?:eu )?(?:to|estou|tou|ando|fiquei|fico|tô) (?:muito |mt |mto |bem |super |meio |tao "
        r"|com muito |com )*(?:nervos[oa]|ansios[oa]|desesperad[oa]|com medo|medo|preocupad[oa]"
        r"|estressad[oa]|cansad[oa]|exaust[oa]|perdid[oa]|ferrad[oa]|lascad[oa]|fudid[oa]|panico"
        r"|em panico|surtando|apavorad[oa]|desanimad[oa]|travad[oa]|ansiedade|sono|sem tempo"
        r"|mal)(?: (?:com|pra|para|por causa d[ae]|d[ae]|por) (?:a |essa |minha |o "
        r"|esse )?(?:prova|avaliacao|provas|materia|disciplina|exame|semestre|lista|segunda"
        r"|amanha))?(?: (?:de )?(?:amanha|hoje|segunda|sexta|semana que vem))?"
        r"|(?:eu )?(?:acho que )?(?:vou|irei) (?:reprovar|bombar|rodar|me ferrar|me lascar"
        r"|me dar mal|tirar zero|zerar|ir mal|levar pau|pegar (?:dp|exame|rec))(?: (?:n[ao]"
        r"|nessa|nesta) (?:prova|materia|disciplina|semestre))?(?: amanha| hoje)?|(?:tenho"
        r"|estou com|to com) (?:muito )?medo d[ae] (?:prova|reprovar|bombar|ir mal)(?: na prova)?"
        r"|(?:minha |a )?prova (?:e|eh) (?:ja |so )?(?:amanha|hoje|daqui a pouco"
        r"|segunda)(?: e (?:eu )?(?:nao|n) (?:sei|estudei|entendi) (?:nada|quase nada|direito"
        r"|muito))?|(?:eu )?(?:nao|n) (?:sei|estudei|entendo|entendi|aprendi) (?:de )?(?:nada"
        r"|quase nada)(?: (?:dessa|da|desta) (?:materia|prova|lista|disciplina))?"
        r"|nao vou conseguir(?: passar)?|(?:eu )?(?:nao vou|n vou) passar(?: nessa (?:materia"
        r"|prova)| na (?:materia|prova))?|sou (?:muito )?(?:burr[oa]|pessim[oa] (?:nisso"
        r"|nessa materia))(?: (?:demais|pra isso|nisso))?|(?:me )?desej[ae] sorte"
        r"|me da (?:uma )?(?:forca|motivacao|animo)|(?:deu|bateu) (?:um )?(?:branco|desespero"
        r"|desanimo)|socorro tenho prova(?: amanha| hoje)?|tenho prova (?:amanha|hoje|segunda)"
        r"|i(?:'m| am) (?:so |very |really )?(?:nervous|anxious|scared|worried|stressed|tired"
        r"|freaking out|going to fail)(?: (?:about|for|of) (?:the |my |this )?(?:exam|test"
        r"|finals))?|i(?:'m| am)? (?:gonna|going to|will) fail(?: (?:the|this|my) (?:exam|test"
        r"|class))?|my exam is (?:tomorrow|today)|wish me luck|(?:eu )?nao aguento mais estudar"
        r"|(?:eu )?me sinto (?:muito )?burr[oa]|deixei tudo (?:pra|para) (?:a )?ultima hora"
        r"|torce por mim(?: na prova)?(?: amanha| hoje)?"
        r"|(?:eu )?sinto que nao vou conseguir(?: (?:passar|aprender|estudar)(?: a tempo)?)?"
        r"|(?:eu )?estou (?:muito )?ansios[oa] por causa da avaliacao"
    ),
}  # fmt: skip
_LOW = re.compile(
    r"\b(?:cansad|exaust|desanim|desist|chor(?:o|a|ei|ando)|sono\b|nerv|ansi|medo\b|reprov"
    r"|bomb(?:ar|ei)"
    r"|preguic|sem cabeca|nao sirvo|(?:deu|bateu) |nao (?:to|estou) entendendo|estressad|tired"
    r"|scared"
    r"|nervous|worried|exhausted)"
)
# Where only a part of a message of small talk is known, its surest part decides.
_SUREST = ("nerves", "thanks", "goodbye", "identity", "greeting")
_ORDER = (
    "complaint", "nerves", "identity", "ability", "praise", "goodbye", "thanks", "well", "greeting",
    "reaction",
)  # fmt: skip
_CHAIN = re.compile(
    "".join(
        [
            r"\s*(?:(?:",
            "|".join(f"(?P<{name}>{_PIECES[name]})" for name in _ORDER),
            rf"|{_FILL})(?![\w'-])[\s,.!?;:~()\-…]*)",
        ]
    )
)

_GREETING = re.compile(
    r"(?:oi+e*|ola+|opa|hey|hi|hello|bom dia|boa tarde|boa noite)\b"
    r"(?:[\s,.!?;:-]+(?:tudo (?:bem|bom|certo)|td bem|beleza|como vai|tutor|prof|professora?)\b)*"
    r"[\s,.!?;:-]+(?=\w+\W+\w)"
)

# Attempts to change the tutor: its orders are to be forgotten, shown, or replaced by a part.
_OWN_ORDERS = (
    r"(?:(?:tuas?|suas?|seus?|teus?|your|system|initial|hidden|secret|previous) (?:\w+ ){0,2}?)"
    r"(?:instruc\w+|instructions?|regras?|rules?|ordens|orders|diretrizes|guidelines|prompts?"
    r"|mensagem (?:de|do) sistema|system (?:message|prompt)|configurac\w+|restric\w+)"
)
_FORGET = (
    r"(?:^|[^\w\s]\W*|\b(?:and|then|first|agora|favor|please|voce|vc|you|must|deve|antes|to|e) )"
    r"(?:ignor[ae]|esquec[ae]|desconsider[ae]|desobedec[ae]|forget|disregard|override|apague|apaga)"
)
_SHOW = (
    r"(?:mostr\w+|revel\w+|repit\w+|repet\w+|imprim\w+|transcrev\w+|copi[ae]\w*|col[ae]|lista|liste"
    r"|traduz\w*|recit\w+|cont[ae]|diga|diz|dump|vaza|envie|manda|complet\w+|qual (?:e|eh)|qual"
    r"|show"
    r"|reveal|print|repeat|output|encode|translate|leak|give me|tell me|what(?:'s| is| are| were))"
)
_INJECTION = re.compile(
    rf"{_FORGET}\b.{{0,40}}\b(?:instruc\w+|regras|ordens|prompt|comandos|instructions|rules"
    r"|previous|guidelines|diretrizes|acima|anterior(?:es)?|(?:veio|dit[oa]|disse\w*) antes|above"
    r"|que (?:e|eh|voce e|vc e) um tutor|you(?:'re| are) a tutor|(?:o|esse|the) (?:course )?"
    r"(?:material|papo))\b"
    rf"|\b{_SHOW}\b.{{0,40}}\b{_OWN_ORDERS}\b(?! (?:da rede|do modelo|de uma?))"
    r"|\b(?:suas?|tuas?|your) (?:\w+ )?(?:instruc\w+|instructions|regras|rules|diretrizes)\b"
    r"|\b(?:instruc\w+|regras|prompt|instructions|rules) (?:\w+ ){0,2}(?:ocult\w+|secret\w*"
    r"|intern\w+"
    r"|confidenci\w+|de sistema|hidden)\b|\b(?:hidden|secret|system|initial) (?:prompt|instructions"
    r"|context|message)\b|\b(?:mensagem|prompt) (?:de|do) sistema\b|\bprompt (?:inicial|oculto)\b"
    r"|\b(?:repit\w+|transcrev\w+|copi[ae]|repeat)\b.{0,30}\b(?:texto|mensagem|tudo|conversa|text"
    r"|everything|message)\b.{0,12}\b(?:antes|acima|anterior|before|above)\b"
    r"|\b(?:a partir de agora|de agora em diante|from now on|agora)\b.{0,8}\b(?:voce|vc|tu|you) "
    r"(?:e|eh|sera|vai ser|es|are|will be|only|responde|fala)\b(?! capaz)"
    r"|\b(?:voce|vc|tu) agr? ?(?:ora)? (?:e|eh|es) (?:um|uma|o|a)\b|\byou are now\b"
    r"|\b(?:finj?a|finge|faz de conta|aja como|haja como|act as|pretend|let's pretend|imagin[ae])\b"
    r".{0,40}\b(?:regras?|limites?|filtros?|rules?|limits?|filters?|restrictions?|restric\w+"
    r"|minha (?:avo|vo|mae)|my (?:grandma|grandmother|mother)|administrador|desenvolvedor|admin"
    r"|developer|hacker|pirata|pirate|coach|vendedor|seller)\b"
    r"|\b(?:tutor|ia|assistente|bot|assistant|ai) (?:sem|without) (?:filtros?|regras?|limites?"
    r"|restric\w+|filters?|rules|restrictions)\b|\bpara de ser (?:um )?tutor\b"
    r"|\b(?:jailbreak|modo dan|dan mode|dan prompt|prompt dan|developer mode|do anything now"
    r"|modo (?:de )?desenvolvedor)\b|\b(?:e|eh|o|the) dan\b"
    r"|<\W*(?:im_start|im_end|system)\W*>?|\brole\W{1,5}system\b"
    r"|(?:^|\n|#)\W*(?:system|sistema)\W*:|#{2,}\W*(?:system|sistema)\b"
    r"|\bwhat were you told before\b"
)
# Where a sentence that gives orders ends and a question may begin.
_CLAUSE_END = re.compile(
    r"(?<=[.!?;\n])\s+|,?\s+(?:e|and|depois|then)\s+(?=(?:me\s+|ai\s+|depois\s+)?(?:expli\w+|diga"
    r"|diz|fala|respond\w+|o que|oq|como|por que|porque|qual|quais|what|how|why|explain|tell"
    r"|resum\w+|defin\w+|calcul\w+|compar\w+)\b)",
    re.IGNORECASE,
)

# Despair says "I" and a thing that no course speaks of; the words of the course that look like it
# ("neurônio morto", "kill -9", "me mata kkk") are taken out first.
_COURSE_DEATH = re.compile(
    r"\b(?:neuroni\w+|relus?|redes?|gradientes?|processos?|kernel|kill -9|dying relu|dead relu"
    r"|dead neurons?|k-?fold|dropout|unidades?|pesos|sinal|heads?|cabecas)\b"
)
_LAUGHS = re.compile(r"\bkk+\b|\brs+\b|\b(?:ha){2,}\w*|\blol\b|\bhue\w*|[😂🤣😅😆]")
_DESPAIR = re.compile(
    r"\b(?:quero|queria|vou|pensei em|penso em|pensando em|vontade de|pensar em|tentei|planejo"
    r"|preferia|quero so|gostaria de) (?:(?:me |eu |so |logo )*)(?:morrer|me matar|matar a mim"
    r"|sumir do mundo|desaparecer (?:do mundo|pra sempre|para sempre)"
    r"|tirar (?:a )?minha (?:propria )?vida|acabar com (?:a )?(?:minha vida|tudo isso"
    r"|minha existencia)|me suicidar|suicidar|me cortar|me machucar|me enforcar|me jogar d[ae]"
    r"|dormir e (?:nao|nunca) (?:mais )?acordar|estar mort[oa])\b"
    r"|\b(?:me matar|me suicidar|suicidio|suicida\w*|tirar (?:a )?minha (?:propria )?vida"
    r"|me automutil\w+|automutilacao)\b"
    r"|\b(?:nao|n|nem) (?:quero|queria|aguento|consigo|vale a pena|vejo (?:mais )?(?:sentido"
    r"|motivo|razao)(?: pra| para| em| de)?) (?:mais )?(?:mais )?(?:viver|existir|estar viv[oa]"
    r"|continuar viv[oa]|ficar viv[oa]|a vida|minha vida|nesse mundo|nessa vida)\b"
    r"|\bnao aguento mais(?: (?:isso|nada|tudo|sofrer|essa dor|essa vida|a vida))?(?=\W*(?:,.*"
    r"|$)).{0,40}\b(?:viver|morrer|sumir|desistir de tudo|acabar com)\b|\b(?:desistir|cansei"
    r"|cansad[oa]) (?:da vida|de viver|de existir|de tudo e (?:de )?todos)\b"
    r"|\b(?:minha vida|a vida|viver) (?:nao|n) (?:faz|tem|vale) (?:mais )?(?:sentido|valor"
    r"|a pena|mais a pena)\b|\b(?:ninguem|todo mundo|todos"
    r"|o mundo) (?:sentiria (?:a )?minha falta|ficaria(?:m)? melhor sem mim"
    r"|estaria melhor sem mim)\b|\bmelhor (?:se eu )?(?:morrer|estar mort[oa]|nao existir"
    r"|nao ter nascido)\b|\b(?:queria|preferia) nunca ter nascido\b|\bnao (?:queria"
    r"|quero) (?:mais )?acordar (?:mais|nunca)\b"
    r"|^(?:eu )?nao aguento mais(?: isso| nada| tudo| essa vida)?\W*$|^i can'?t (?:take"
    r"|do) (?:it|this) any ?more\W*$"
    r"|\b(?:kill|hurt|harm|cut|hang) myself\b|\bend (?:my life|it all)\b|\b(?:want|wanna|going"
    r"|rather) (?:to )?(?:die|be dead|disappear forever)\b|\bsuicid(?:e|al)\b|\bself[- ]harm\b"
    r"|\b(?:don'?t|do not) want to (?:live|be alive|exist)\b|\bno reason to live\b"
    r"|\bbetter off (?:dead|without me)\b|\blife is(?:n'?t| not) worth\b"
)
# Despair that does not name death: hurting oneself, no reason to go on, a burden, a farewell.
_HOPELESS = re.compile(
    r"\bme (?:cortei|cortando|mutil\w+|automutil\w+|machucando)\b"
    r"|\b(?:voltei a|comecei a|ando|fico|estou|to|tenho|vivo|penso em|vontade de) me"
    r" (?:cort|machuc|queim|fer|arranh|mutil)\w+"
    r"|\b(?:me (?:feri|queimei|machuquei)|me (?:ferir|queimar|machucar)) de proposito\b"
    r"|\b(?:nao|nem|n) (?:vejo|tenho|ha|encontro|acho|sinto|existe|tem)(?: mais)?"
    r" (?:(?:nenhum|nenhuma|um|uma|mais|qualquer) )*(?:motivos?|sentido|razao|razoes|porque|por que"
    r"|vontade|esperanca|forcas?)(?: mais| nenhum| nenhuma| algum)*"
    r"(?: (?:para|pra|de|em|na|nessa|nada|nem))*"
    r" (?:continuar viv\w+|continuar aqui|continuar\W*$|seguir (?:vivendo|em frente)|viver|vida"
    r"|existir|estar aqui|levantar da cama)"
    r"|\bmelhor (?:sem mim|se eu (?:nao existisse|morresse|sumisse|nao estivesse))"
    r"|\b(?:ninguem|quem) (?:sentiria|sentira|vai sentir|iria sentir)"
    r" (?:a )?(?:minha falta|falta de mim)"
    r"|\b(?:sou|virei|me sinto) (?:so )?um (?:peso|fardo|estorvo)\b"
    r"|\b(?:queria|preferia|era melhor)(?: eu)? (?:nunca|nao) ter nascido"
    r"|\b(?:era|seria|melhor) (?:melhor )?(?:eu )?(?:estar mort[oa]|nao existir"
    r"|nao estar (?:mais )?aqui)"
    r"|\bacabar (?:logo )?com (?:isso|tudo|minha dor) de (?:uma )?vez"
    r"|\b(?:carta|mensagem|bilhete) de (?:despedida|suicidio)|\bme despedir de (?:todos|todo mundo)"
    r"|\b(?:tomei|tomar|engoli) (?:varios|muitos|todos os|um monte de|uma cartela|a caixa)"
    r".{0,15}(?:remedios?|comprimidos?|calmantes?)|\boverdose\b"
    r"|\b(?:pular|me jogar) (?:d[aeo]|n[ao]) (?:ponte|predio|janela|sacada|viaduto|varanda"
    r"|frente (?:de|do|da))"
    r"|\b(?:nao quero|nao queria) (?:mais )?(?:viver|acordar|existir|estar (?:mais )?aqui)\b"
    r"|\b(?:kill|hurt|hurting|cut|cutting|harm|harming) myself\b|\bend (?:my life|it all)\b"
    r"|\bno (?:reason|point) (?:to live|in living|to go on|going on)\b|\bbetter off without me\b"
    r"|\b(?:sumir|desaparecer) (?:pra|para) sempre\b|\bdesist\w+ d[ae] (?:viver|vida|existir)\b"
    r"|\bse eu (?:sumisse|morresse|desaparecesse|nao existisse)\b"
    r"|\b(?:penso|pensei|pensando|vontade|queria|quero|vou)(?: em| de)? acabar com tudo\b"
    r"|\bminha vida (?:acabou|nao (?:vale|faz|tem) (?:mais )?(?:nada|sentido|a pena))"
    r"|\bnao aguento mais (?:viver|existir|(?:a |essa |esta )(?:minha )?vida)\b"
    r"|\bdon'?t want to (?:live|be here|wake up|exist)\b"
)
_THREAT = re.compile(
    r"\b(?:levar|levo|levando) (?:uma |a |minha )?(?:arma|faca|pistola|revolver)\b"
    r"|\b(?:atirar|dar um tiro|dar uma (?:surra|facada|coca)|dar (?:um )?soco|dar porrada"
    r"|meter bala"
    r"|bater|descer a mao|quebrar a cara|arrebentar) (?:em|n[oa]s?|d[oa]s?|o|a)"
    r" (?:meus? |minhas? )?"
    r"(?:professor\w*|prof|colegas?|monitor\w*|coordenador\w*|namorad[oa]|ex|mae|pai"
    r"|irma\w*|vizinh[oa]|chefe|turma|todo mundo|cara|menin[oa]|mulher|marido|esposa|sala)\b"
    r"|\b(?:botar|tacar|colocar|meter) fogo (?:em|n[oa]s?)\b|\bexplodir (?:a|o|minha) (?:faculdade"
    r"|escola|universidade|predio|sala|casa)\b"
    r"|\bi(?:'ll| will| want to|'m going to| am going to) (?:shoot|stab|beat|hit)"
    r" (?:my|the|him|her)\b"
)
_HARM = re.compile(
    r"\b(?:como|quero|vou|me ensina(?: a)?|ensina(?: a)?|ajuda(?: a)?|passo a passo (?:pra|para)"
    r"|receita (?:de|pra)|da pra|posso|preciso|how (?:to|do i|can i)|help me|i want to|i will"
    r"|teach me (?:how )?to)\b.{0,25}"
    r"(?:\b(?:fazer|fabricar|montar|construir|preparar|comprar|make|build|buy"
    r"|create)\b.{0,15}\b(?:bombas?|explosiv\w+|coquetel molotov|molotov|armas?|veneno"
    r"|metanfetamina|cocaina|drogas?|bombs?|explosives?|weapons?|guns?|poison|meth)\b"
    r"|\b(?:matar|assassinar|envenenar|espancar|esfaquear|agredir|bater n[ao]|machucar"
    r"|sequestrar|estuprar|kill|murder|poison|stab|hurt|kidnap)\b.{0,12}\b(?:alguem|(?:meu|minha"
    r"|o|a|um|uma|my|a|the|someone|somebody|people|pessoas?|gente|ele|ela|him"
    r"|her) ?(?:professora?|colegas?|namorad[oa]|ex|pai|mae|irma?o?|vizinh[oa]|chefe|familia"
    r"|amig[oa]|teacher|professor|girlfriend|boyfriend|wife|classmate|boss|neighbou?r|pessoa)?)\b)"
)


# ------------------------------------------------------------------------- API


def reply(message: str, sure: bool = False) -> str | None:
    """A short answer to a message that is courtesy and nothing else; None for everything else.

    `sure`: another judge (the router) holds the message to be small talk; then an unknown one
    is answered by the part of it that is known, or with what the tutor can do.
    """
    kind = small_talk(message) or (_likely_kind(message) if sure else None)
    return None if kind is None else _REPLIES[kind][_tongue(message) == "en"]


def small_talk(message: str) -> str | None:
    """Which kind of small talk the whole message is: greeting, thanks, identity, …"""
    text = _plain(message)
    if not text or len(text) > 400:
        return None
    kinds: list[str] = []
    at = 0
    while at < len(text):
        piece = _CHAIN.match(text, at)
        if piece is None:
            return None
        if piece.lastgroup:
            kinds.append(piece.lastgroup)
        at = piece.end()
    return min(kinds, key=_ORDER.index) if kinds else None


def without_greeting(message: str) -> str:
    """A message without "bom dia, tudo bem?" in front of what is asked; else as it is."""
    folded = fold(message)
    greeting = _GREETING.match(folded)
    if greeting is None or len(folded) != len(message) or small_talk(message):
        return message
    return message[greeting.end() :] or message


def _likely_kind(message: str) -> str:
    text = _plain(message)
    if _LOW.search(text):
        return "nerves"
    known = (k for k in _SUREST if re.search(rf"\b(?:{_PIECES[k]})(?![\w'-])", text))
    return next(known, "ability")


def without_orders(message: str) -> str | None:
    """What is left of a message that tries to change the tutor, perhaps nothing; None for every
    other message."""
    clauses = _CLAUSE_END.split(normalise(message))
    kept = [clause for clause in clauses if not _gives_orders(clause)]
    if len(kept) == len(clauses):
        return None if not _gives_orders(message) else ""
    return " ".join(kept)


def orders(message: str) -> str:
    """What is said to an attempt to change the tutor."""
    return _REPLIES["injection"][_tongue(message) == "en"]


def _gives_orders(text: str) -> bool:
    folded = fold(normalise(text))[:MAX_CHARACTERS]
    return _INJECTION.search(folded) is not None


def care(message: str) -> str | None:
    """Warm words and a helpline for despair; a refusal with a helpline for a request to harm."""
    text = _plain(message)
    english = _tongue(message) == "en"
    speaks_of_course = _COURSE_DEATH.search(text) is not None
    if (
        (_DESPAIR.search(text) or _HOPELESS.search(text))
        and not (speaks_of_course and not _SELF.search(text))
        and not _LAUGHS.search(text)
    ):
        return _CARE_EN if english else _CARE
    harmful = _HARM.search(text) or _THREAT.search(text)
    if harmful and not speaks_of_course and not _LAUGHS.search(text):
        return _HARMFUL_EN if english else _HARMFUL
    return None


def nonsense(message: str) -> str | None:
    """What to say to an empty, unreadable or overlong message; None where it can be read."""
    text = normalise(message)
    if len(text) > MAX_CHARACTERS:
        return (
            f"A mensagem tem {_thousands(len(text))} caracteres; o limite é"
            f" {_thousands(MAX_CHARACTERS)}."
            " Mande só a pergunta, ou divida em partes."
        )
    if not text:
        return "A mensagem está vazia. Escreva a sua dúvida, por exemplo: “o que é BPE?”."
    if not re.search(r"[^\W_]|##", text):  # "##" is what WordPiece writes, and is asked about
        return (
            "Só recebi sinais ou emojis. Escreva a dúvida em palavras, por exemplo: “o que é BPE?”."
        )
    if _gibberish(text):
        return "Não consegui ler essa mensagem. Pode escrever de novo, com outras palavras?"
    return None


# --------------------------------------------------------------------- helpers

_SELF = re.compile(r"\b(?:minha vida|me (?:matar|suicidar|cortar|enforcar)|myself|my life|viver)\b")
_ENGLISH = frozenset(
    "hi hello hey thanks thank you thx ty bye goodbye good morning afternoon evening night who"
    " what are your"
    " name can do help me got it i see cool nice great awesome sure yes wow sorry how wish luck"
    " exam see ya"
    " cheers understood makes sense alright want myself my life die kill ignore forget"
    " instructions rules prompt"
    " nervous scared worried stressed fail not asked the a to of".split()
)
_PORTUGUESE = frozenset(
    "oi ola bom boa dia tarde noite obrigado obrigada valeu vlw tchau ate quem o que voce vc e"
    " eu estou to com"
    " prova nao isso uma um minha meu da de do na no as os regras instrucoes ignore seu".split()
)
_ABBREVIATED = {
    "vc": "voce", "ce": "voce", "vcs": "voces", "q": "que", "pq": "porque", "eh": "e",
    "tb": "tambem", "n": "nao", "qm": "quem", "oq": "o que", "mto": "muito", "mt": "muito",
    "td": "tudo", "p": "pra", "c": "com",
}  # fmt: skip
_KEYBOARD = ("qwertyuiop", "asdfghjklç", "zxcvbnm", "poiuytrewq", "çlkjhgfdsa", "mnbvcxz")


def _plain(message: str) -> str:
    """Folded, with abbreviations written out and without emojis or repeated letters."""
    text = re.sub(r"([a-z])\1{3,}", r"\1\1", fold(normalise(message)))
    text = re.sub(r"([aiu])\1+\b", r"\1", text)
    text = re.sub(r"[^\w\s'.,!?;:()\-😂🤣😅😆]", " ", text)
    expanded = re.sub(r"[a-z]+", lambda m: _ABBREVIATED.get(m.group(), m.group()), text)
    return " ".join(expanded.split())


def _tongue(message: str) -> Language:
    said = words(message)
    english = sum(w in _ENGLISH for w in said)
    portuguese = sum(w in _PORTUGUESE for w in said)
    return "en" if language(message) == "en" or (english and english > portuguese) else "pt"


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _gibberish(text: str) -> bool:
    """Keys struck at random: no word a person could say."""
    said = re.findall(r"[^\W\d_]+", fold(text))
    letters = "".join(said)
    if not letters or re.search(r"\d|[=\[\]{}#$]", text):
        return False
    if re.fullmatch(r"(?:k+|(?:ha|he|rs|hua|ah|hu|ks|sk|js|as|hs|kk)+|h+m+|a+h+|z+)+", letters):
        return len(letters) > 4 and not re.fullmatch(
            r"(?:k+|(?:ha|he|rs|hua|ah|hu)+|h+m+|a+h+)+", letters
        )
    if len(said) > 4:
        return False
    return all(_unsayable(word) for word in said)


def _unsayable(word: str) -> bool:
    if len(word) < 4:
        return len(set(word)) == 1 and len(word) == 3
    if any(word[i : i + 5] in row for row in _KEYBOARD for i in range(len(word) - 4)):
        return True
    if len(set(word)) == 1:
        return True
    if len(word) < 5:
        return False
    vowels = sum(c in "aeiouy" for c in word)
    runs = re.search(r"[^aeiouy]{6,}", word) is not None
    return (vowels == 0 and len(word) >= 6) or runs or (len(word) >= 10 and len(set(word)) <= 3)
