"""What BPE and WordPiece exercises have in common: how they are called and ordered."""

from __future__ import annotations

BPE = r"bpe|algoritmo de (?:gage|sennrich)\S*|byte[ -]?pair(?:[ -]?encoding)?"
WORDPIECE = r"word[ -]?piece"
ORDER = (
    r"tokenize|tokeniza|tokenizar|tokenizo|tokenizem|decompo\w+|separ[ae]r?|part[ae]|"
    r"cort[ae]r?|codifi\w+|faca a tokenizacao|qual (?:e )?a tokenizacao|"
    r"como fica(?:ria)?(?: a tokenizacao)?|aplique|aplica|segment(?:e|a|ar|em|acao|acoes)|"
    r"divida|divide|dividir|quebre|quebrar|quais (?:sao )?os "
    r"tokens|resultado da tokenizacao|tokenizacao d[aeo]s?|calcule|mostre|faz a tokenizacao|"
    r"resolva|(?:faca|faz|aplique|rode) (?:o |a )?(?:word ?piece|bpe)"
)

ROOTS = ("computacao", "banana", "casamento", "programa", "rede", "camada", "maracuja", "atencao")
