"""The student says that the message was misread: "não foi isso", "não, eu quis dizer a key"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.dialogue.message import Message
from tutor.records import Turn

_NOT_THAT = re.compile(
    r"^(?:(?:opa|ops|ei|nao|mas|ah|hm+|errado|no|nope)[ ,.!]+)*"
    r"(?:nao (?:foi|era|e) (?:bem |exatamente |so )?(?:isso|ess[ae]|sobre isso)"
    r"(?: (?:ai|mesmo|nao|que (?:eu )?(?:te )?(?:perguntei|quis dizer|quis|queria|pedi|falei|disse"
    r"|quero)(?: saber| dizer)?))?"
    r"|nao (?:perguntei|pedi|quis dizer|falei|disse|queria) (?:isso|ess[ae]|sobre isso)"
    r"|(?:voce |tu )?(?:me )?(?:entend(?:eu|este)|interpretou|leu) (?:tudo )?(?:errado|mal)"
    r"|(?:that'?s|that is|this is) not (?:it|what i (?:asked|meant|wanted))(?: about)?"
    r"|not what i (?:asked|meant|wanted)|you (?:misunderstood|got (?:it|me) wrong)"
    r"|(?:eu )?perguntei outra coisa)(?: nao)?"
    r"(?=\W*$|\s*[,.;:!-]|\s+(?:eu|quero|queria|era|perguntei|a minha|minha|i)\b)[\s,.;:!?-]*"
)
_MEANT = re.compile(
    r"^(?:(?:e|mas|but|and) )?(?:(?:eu |i )?(?:quis dizer|queria (?:saber|dizer|perguntar)"
    r"|quero (?:saber|dizer)|perguntei|(?:tava|estava) (?:falando|perguntando)|falava|meant"
    r"|asked about|was asking about|want(?:ed)? to know)|era|e sim|(?:a |minha )pergunta (?:e|era)"
    r")[ ,:]+(?:(?:d[aeo]s?|sobre|about|n[ao]|com) )?"
)
_NO_I_MEANT = re.compile(
    r"^(?:(?:nao|no|opa|ops|errei|desculpa)[ ,.!;:-]+)*(?:eu )?"
    r"(?:quis dizer|queria (?:dizer|perguntar)|i meant)[ ,:]+(?:(?:d[aeo]s?|sobre) )?"
)


def corrects(asked: Message) -> bool:
    match = _NOT_THAT.match(asked.flat)
    if match is None:
        return _NO_I_MEANT.match(asked.flat) is not None
    bare = match.end() == len(asked.flat)
    return not (bare and asked.flat.endswith("?"))  # "não é isso?" asks for a confirmation


def denies(asked: Message) -> bool:
    """Whether the answer before is refused, and not only a word of the question mended."""
    return _NOT_THAT.match(asked.flat) is not None


def meant(asked: Message) -> str:
    """What the student says was meant, as typed where it can be; empty if only the denial is."""
    match = _NOT_THAT.match(asked.flat)
    if match is None:
        no = _NO_I_MEANT.match(asked.flat)
        return asked.flat[no.end() :].strip() if no else ""
    rest = asked.flat[match.end() :]
    return _MEANT.sub("", rest).strip(" ?!.,;:")


def misread(turns: Sequence[Turn]) -> tuple[Turn | None, tuple[str, ...]]:
    """The turn that is corrected, and the entries that were shown for it and not meant.

    A second "não foi isso" goes back over the first to the question that both are about.
    """
    rejected: list[str] = []
    for turn in reversed(turns):
        if turn.example_id:
            rejected.append(turn.example_id)
        message = Message(turn.text)
        if not corrects(message) or meant(message):
            return turn, tuple(rejected)
    return None, tuple(rejected)
