"""Messages that close a subject and ask nothing: "obrigada, era isso", "show, vlw pela conta"."""

from __future__ import annotations

import re

from tutor.dialogue.message import Message
from tutor.text import fold

_THANKS = (
    r"(?:muito |mt |mto )?(?:obrigad[oa]o*|obg|obgd|brigad[oa]|brigadao|valeu|vlw|agradecid[oa]"
    r"|agradeco|grat[oa]|thanks|thank you|thx|ty)(?: mesmo| demais| muito| viu| a lot| so much)*"
)
_DONE = (
    r"(?:(?:era|e|foi) (?:(?:exatamente|so|bem) )?o que (?:eu )?(?:queria|precisava)(?: saber)?"
    r"|(?:era|e|foi) (?:(?:so|bem|exatamente|justamente) )?(?:isso|ess[ae])"
    r"(?: (?:mesmo|ai|aqui|que eu (?:queria|precisava)(?: saber)?|por (?:hoje|enquanto|agora)))*"
    r"|(?:agora )?(?:entendi|saquei|peguei|captei)(?: tudo| agora| bem| direitinho)*"
    r"|(?:me )?ajudou(?: muito| bastante| demais)?|(?:isso|tudo) (?:resolve|resolveu|certo|claro)"
    r"|that was (?:it|all)|that's (?:it|all)|that is (?:it|all)|got it"
    r"|that (?:really )?helps|that helped)"
)
_PRAISE = (
    r"(?:show(?: de bola)?|top|massa|legal|perfeito|otimo|otima|maravilha|beleza|blz|certo|ta bom"
    r"|ta certo|ok|okay|bom|boa|demais|arrasou|genial|great|perfect|nice|cool|sim|ah+|hm+|aah|opa"
    r"|agora sim|entao|tutor|prof\w*|viu|hein|cara|mano|por (?:hoje|enquanto|agora|tudo)|e isso ai"
    r"|(?:pel[ao]s?|por ess[ae]s?) (?:conta|ajuda|explicac\w+|resposta|dica|paciencia|atencao)s?"
    r"|a lot|so much|de verdade|tchau|ate (?:mais|logo|amanha)|for the help|for your help)"
)
_CLOSING = re.compile(rf"(?:(?:{_THANKS}|{_DONE}|{_PRAISE})[\s,.!;:…]*)+")
_SAID = re.compile(rf"\b(?:{_THANKS}|{_DONE})\b")


LONGEST = 120  # characters of a goodbye


def closes(asked: Message) -> bool:
    """Whether nothing but thanks and the like is said; praise alone ("show") is not enough."""
    if len(asked.text) > LONGEST:
        return False
    plain = " ".join(re.sub(r"[^\w\s,.!;:…']", " ", fold(asked.text)).split())
    return _CLOSING.fullmatch(plain) is not None and _SAID.search(plain) is not None
