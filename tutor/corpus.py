"""Markdown files -> Corpus: reads what people wrote and lists everything that is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import yaml

from tutor.errors import CorpusError
from tutor.records import Corpus, Example, Intent, Misconception, StudentQuery, Topic
from tutor.text import fold, normalise

SECTIONS = (
    "Pergunta",
    "Resposta",
    "Pontos-chave",
    "Equívocos",
    "Exemplo",
    "Mais simples",
    "Errata",
)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_HEADING = re.compile(r"^## (.+?)\s*$", re.MULTILINE)
_MISCONCEPTION = re.compile(r"\A\*\*(.+?)\*\*\s+(.+)\Z", re.DOTALL)
_FIELDS = {
    "id": str,
    "topic": str,
    "kind": str,
    "title": str,
    "refs": list,
    "related": list,
    "aliases": list,
}
ANSWER_WORDS = {"lista2": (60, 185), "concepts": (40, 150)}


class _Problems:
    """Collects what is wrong, so that one message names it all."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, path: Path, line: int, what: str) -> None:
        self.lines.append(f"{path.parent.name}/{path.name}:{line}: {what}")

    def raise_if_any(self) -> None:
        if self.lines:
            head = (
                f"O corpus tem {len(self.lines)} problema(s); corrija e rode `tutor build` de novo:"
            )
            raise CorpusError("\n".join([head, *self.lines]))


def load(root: Path) -> Corpus:
    """The whole corpus under `root`; raises CorpusError with every problem in one message."""
    problems = _Problems()
    topics = _topics(root / "topics.yaml", problems)
    references = _mapping(root / "references.yaml", problems)
    examples = []
    for collection in ("lista2", "concepts"):
        for path in sorted((root / collection).glob("*.md")):
            example = _example(path, collection, problems)
            if example is not None:
                examples.append(example)
                _check_example(example, path, topics, references, problems)
    examples.sort(key=lambda e: (e.collection != "lista2", list_order(e.id)))
    _check_links(examples, root, problems)
    known = {e.id for e in examples}
    queries = [
        query
        for path in sorted((root / "queries").glob("*.jsonl"))
        for query in read_queries(path, known, problems)
    ]
    if not examples:
        problems.add(root / "lista2", 1, "não há nenhuma pergunta; a pasta deve ter arquivos .md")
    problems.raise_if_any()
    return Corpus(tuple(examples), tuple(topics.values()), tuple(queries), references)


def list_order(example_id: str) -> tuple[int, str]:
    """Sorts "2" before "13a" before "14"; concept cards by name."""
    number = re.match(r"\d+", example_id)
    return (int(number.group()) if number else 10**6, example_id)


def read_queries(
    path: Path, known: set[str], problems: _Problems | None = None
) -> Iterator[StudentQuery]:
    """Student queries of a JSON Lines file; without `problems` its faults raise CorpusError."""
    found = problems or _Problems()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            query = StudentQuery(
                normalise(fields["text"]), fields.get("target"), fields["style"], fields["intent"]
            )
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            found.add(
                path, number, f"linha JSON inválida ({error}); use text, target, style, intent"
            )
            continue
        if query.intent not in get_args(Intent):
            found.add(path, number, f"intent desconhecido: {query.intent!r}")
        elif query.target is not None and query.target not in known:
            found.add(path, number, f"target {query.target!r} não é o id de nenhuma pergunta")
        elif not query.text:
            found.add(path, number, "text está vazio")
        else:
            yield query
    if problems is None:
        found.raise_if_any()


def _mapping(path: Path, problems: _Problems) -> dict[str, str]:
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except FileNotFoundError:
        problems.add(path, 1, "arquivo ausente")
        return {}
    except yaml.YAMLError as error:
        problems.add(path, 1, f"YAML inválido: {error}")
        return {}
    if not isinstance(loaded, dict):
        problems.add(path, 1, "deve ser um mapa de chave para valor")
        return {}
    return loaded


def _topics(path: Path, problems: _Problems) -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    for topic_id, fields in _mapping(path, problems).items():
        if not isinstance(fields, dict) or not {"label", "description"} <= fields.keys():
            problems.add(path, 1, f"o tópico {topic_id!r} precisa de label e description")
            continue
        topics[topic_id] = Topic(topic_id, fields["label"], fields["description"])
    return topics


def _example(path: Path, collection: str, problems: _Problems) -> Example | None:
    text = path.read_text(encoding="utf-8")
    match = _FRONT_MATTER.match(text)
    if match is None:
        problems.add(path, 1, "o arquivo deve começar com os campos entre duas linhas ---")
        return None
    try:
        fields = yaml.load(match.group(1), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        problems.add(path, 1, f"YAML inválido: {' '.join(str(error).split())}")
        return None
    before = len(problems.lines)
    for name, kind in _FIELDS.items():
        if not isinstance(fields.get(name), kind):
            problems.add(path, 1, f"campo {name!r} ausente ou de outro tipo que {kind.__name__}")
    offset = match.group(1).count("\n") + 3
    sections = _sections(path, match.group(2), offset, problems)
    if len(problems.lines) > before:
        return None
    return Example(
        id=fields["id"],
        topic=fields["topic"],
        kind=fields["kind"],
        collection=collection,  # type: ignore[arg-type]
        title=fields["title"],
        question=sections["Pergunta"],
        answer=sections["Resposta"],
        key_points=tuple(_bullets(sections["Pontos-chave"])),
        misconceptions=tuple(_misconceptions(path, sections["Equívocos"], problems)),
        worked_example=sections["Exemplo"],
        simpler=sections["Mais simples"],
        errata=sections["Errata"],
        refs=tuple(map(str, fields["refs"])),
        related=tuple(map(str, fields["related"])),
        aliases=tuple(normalise(str(alias)) for alias in fields["aliases"]),
    )


def _sections(path: Path, body: str, offset: int, problems: _Problems) -> dict[str, str]:
    headings = list(_HEADING.finditer(body))
    names = [h.group(1) for h in headings]
    if names != list(SECTIONS):
        line = offset + (body[: headings[0].start()].count("\n") if headings else 0)
        problems.add(path, line, f"as seções devem ser, nesta ordem: {', '.join(SECTIONS)}")
        return {}
    ends = [h.start() for h in headings[1:]] + [len(body)]
    sections = {}
    for heading, end in zip(headings, ends, strict=True):
        content = body[heading.end() : end].strip()
        if not content:
            line = offset + body[: heading.start()].count("\n")
            problems.add(path, line, f"a seção {heading.group(1)} está vazia")
        sections[heading.group(1)] = content
    return sections


def _bullets(section: str) -> list[str]:
    return [b.strip() for b in re.split(r"^- ", section, flags=re.MULTILINE) if b.strip()]


def _misconceptions(path: Path, section: str, problems: _Problems) -> Iterator[Misconception]:
    for bullet in _bullets(section):
        match = _MISCONCEPTION.match(bullet)
        if match is None:
            problems.add(
                path, 1, f"equívoco sem a forma **afirmação.** explicação: {bullet[:40]!r}"
            )
        else:
            yield Misconception(match.group(1), " ".join(match.group(2).split()))


def _check_example(
    example: Example,
    path: Path,
    topics: dict[str, Topic],
    references: dict[str, str],
    problems: _Problems,
) -> None:
    low, high = ANSWER_WORDS[example.collection]
    length = len(example.answer.split())
    if example.topic not in topics:
        problems.add(path, 1, f"tópico desconhecido: {example.topic!r} (veja topics.yaml)")
    if example.kind not in ("conceptual", "numeric"):
        problems.add(path, 1, f"kind deve ser conceptual ou numeric, não {example.kind!r}")
    for ref in example.refs:
        if ref not in references:
            problems.add(path, 1, f"referência desconhecida: {ref!r} (veja references.yaml)")
    if not low <= length <= high:
        problems.add(path, 1, f"a resposta tem {length} palavras; deve ter de {low} a {high}")
    if not 3 <= len(example.key_points) <= 6:
        problems.add(path, 1, f"{len(example.key_points)} pontos-chave; devem ser de 3 a 6")
    for name in ("question", "answer", "worked_example", "simpler", "errata"):
        if getattr(example, name).replace("\\$", "").count("$") % 2:
            problems.add(path, 1, f"número ímpar de $ na seção {name}")


def _check_links(examples: list[Example], root: Path, problems: _Problems) -> None:
    seen: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for example in examples:
        path = root / example.collection / example.id
        if example.id in seen:
            problems.add(path, 1, f"id repetido: {example.id}")
        seen[example.id] = example.id
        for alias in example.aliases:
            other = aliases.setdefault(fold(alias), example.id)
            if other != example.id:
                problems.add(path, 1, f"o alias {alias!r} também está em {other}")
    for example in examples:
        for related in example.related:
            if related not in seen:
                path = root / example.collection / example.id
                problems.add(path, 1, f"related aponta para um id que não existe: {related}")
