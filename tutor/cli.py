"""The `tutor` command. Heavy stages are imported by the commands that need them, so that
`tutor solve` answers in well under a second."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tutor import settings as environment
from tutor.errors import SettingsError, TutorError
from tutor.records import Solution
from tutor.settings import Settings

if TYPE_CHECKING:
    from tutor.grading import Grader
    from tutor.pipeline import Tutor
    from tutor.records import Answer, Turn

LONGEST_LINE = 200_000  # characters of a line of --jsonl that are read


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0; 1 with a Portuguese message on standard error; 2 for wrong usage."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO if chosen.verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
    )
    try:
        return int(chosen.run(chosen, environment.from_environment()))
    except TutorError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("Interrompido.\n")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tutor", description="Tutor de redes neurais: pergunte, calcule, pratique."
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="mostra o que acontece")
    commands = parser.add_subparsers(required=True, metavar="comando")

    serve = commands.add_parser("serve", help="abre o chat no navegador")
    serve.add_argument("--host", help="endereço (padrão 127.0.0.1)")
    serve.add_argument("--port", type=int, help="porta (padrão 7860)")
    serve.set_defaults(run=_serve)

    ask = commands.add_parser("ask", help="responde a uma pergunta ou a um arquivo de conversas")
    ask.add_argument("question", nargs="?", help="a pergunta")
    ask.add_argument("--jsonl", type=Path, help="uma conversa por linha; - lê a entrada padrão")
    ask.add_argument("--json", action="store_true", help="mostra a resposta como JSON")
    ask.set_defaults(run=_ask)

    solve = commands.add_parser("solve", help="resolve um problema numérico passo a passo")
    solve.add_argument("problem", help="o enunciado com os números")
    solve.add_argument("--json", action="store_true", help="mostra a solução como JSON")
    solve.set_defaults(run=_solve)

    grade = commands.add_parser("grade", help="corrige a resposta de um aluno")
    grade.add_argument("answer", nargs="?", help="a resposta do aluno")
    grade.add_argument("--question", help="o número da questão, como 25 ou 13b")
    grade.add_argument("--jsonl", type=Path, help="uma resposta por linha; - lê a entrada padrão")
    grade.set_defaults(run=_grade)

    exercise = commands.add_parser("exercise", help="cria um exercício com solução")
    exercise.add_argument("kind", nargs="?", help="a família; sem ela, lista as famílias")
    exercise.add_argument("--seed", type=int, default=0)
    exercise.set_defaults(run=_exercise)

    build = commands.add_parser("build", help="valida o corpus e refaz o índice")
    build.set_defaults(run=_build)

    train = commands.add_parser("train", help="treina um dos modelos")
    train.add_argument("model", choices=("encoder", "router", "scope", "grounding", "generator"))
    train.add_argument("--prose", type=Path, help="pasta com o pacote de prosa")
    train.add_argument("--work", type=Path, default=Path("runs"), help="pasta dos checkpoints")
    train.set_defaults(run=_train)

    doctor = commands.add_parser("doctor", help="confere instalação, modelos e índice")
    doctor.set_defaults(run=_doctor)
    return parser


def _say(text: str = "", to: TextIO | None = None) -> None:
    (to or sys.stdout).write(f"{text}\n")


def _serve(chosen: argparse.Namespace, settings: Settings) -> int:
    from tutor.ui.server import serve

    changes = {k: v for k in ("host", "port") if (v := getattr(chosen, k)) is not None}
    return serve(replace(settings, **changes))


# -------------------------------------------------------------------------------- ask


def _ask(chosen: argparse.Namespace, settings: Settings) -> int:
    if (chosen.question is None) == (chosen.jsonl is None):
        _say("Dê uma pergunta entre aspas ou --jsonl ARQUIVO.", sys.stderr)
        return 2
    from tutor.pipeline import load

    if chosen.question is not None:
        answer = load(settings).answer(chosen.question)
        if chosen.json:
            _say(json.dumps(_line(None, 0, answer), ensure_ascii=False))
            return 0
        _say(answer.text)
        if answer.hits:
            _say(
                "\nFontes: " + "; ".join(f"{h.example.title} ({h.score:.2f})" for h in answer.hits)
            )
        return 0
    with _lines(chosen.jsonl) as lines:
        return _converse(load(settings), lines)


@contextmanager
def _lines(path: Path) -> Iterator[TextIO]:
    """The lines of a file, or of standard input for "-"; raises SettingsError."""
    if str(path) == "-":
        yield sys.stdin
        return
    try:
        opened = path.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise SettingsError(f"Não consegui ler {path}.") from error
    with opened:
        yield opened


def _converse(tutor: Tutor, lines: TextIO) -> int:
    """One conversation a line; a bad line becomes an answer line with an error."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            identity, turns = _conversation(line)
        except ValueError as error:
            _say(json.dumps({"id": None, "line": number, "error": str(error)}, ensure_ascii=False))
            continue
        for record in _answers(tutor, identity, turns):
            _say(json.dumps(record, ensure_ascii=False))
            sys.stdout.flush()
    return 0


def _object(line: str) -> dict[str, Any]:
    """The JSON object of a line; raises ValueError that says what is wrong."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"linha com mais de {LONGEST_LINE} caracteres")
    try:
        fields = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"JSON inválido: {error}") from error
    if not isinstance(fields, dict):
        raise ValueError("cada linha deve ser um objeto JSON")
    return fields


def _conversation(line: str) -> tuple[Any, list[str]]:
    fields = _object(line)
    turns = fields.get("turns", [fields.get("text")])
    if not isinstance(turns, list) or not turns or not all(isinstance(t, str) for t in turns):
        raise ValueError('use {"id": …, "text": "pergunta"} ou {"id": …, "turns": ["…", "…"]}')
    return fields.get("id"), turns


def _answers(tutor: Tutor, identity: Any, turns: Sequence[str]) -> Iterator[dict[str, Any]]:
    from tutor.pipeline import turn_of

    history: list[Turn] = []
    for number, text in enumerate(turns):
        try:
            answer = tutor.answer(text, history)
        except TutorError as error:
            yield {"id": identity, "turn": number, "text": text, "error": str(error)}
            continue
        history.append(turn_of(answer))
        yield {**_line(identity, number, answer), "text": text}


def _line(identity: Any, turn: int, answer: Answer) -> dict[str, Any]:
    """One answered turn in the JSON form that others build on (README, JSON interface)."""
    solution = answer.solution
    return {
        "id": identity,
        "turn": turn,
        "text": answer.question.text,
        "answer": answer.text,
        "mode": answer.mode,
        "intent": answer.route.intent if answer.route else _intent(answer),
        "topic": answer.route.topic if answer.route else None,
        "question_id": _question_id(answer),
        "entry_id": answer.example_id,
        "standalone": answer.question.standalone,
        "sources": [{"id": h.example.id, "score": round(h.score, 4)} for h in answer.hits],
        "value": solution.value if solution else None,
        "steps": [f"{s.title}: {s.text}" for s in solution.steps] if solution else [],
        "seconds": round(sum(answer.timings.values()), 4),
    }


def _question_id(answer: Answer) -> str | None:
    """The list's question that the answer is about; for a concept card, the nearest related one."""
    by_id = {hit.example.id: hit.example for hit in answer.hits}
    entry = by_id.get(answer.example_id or "")
    if entry is None or entry.collection == "lista2":
        return answer.example_id
    return next((i for i in (*by_id, *entry.related) if i in entry.related and i[0] != "c"), None)


def _intent(answer: Answer) -> str:
    return "smalltalk" if answer.mode == "smalltalk" else "numeric"


# ------------------------------------------------------------------------------- grade


def _grade(chosen: argparse.Namespace, settings: Settings) -> int:
    single = chosen.answer is not None and chosen.question is not None
    if single == (chosen.jsonl is not None):
        _say('Use --question 25 "resposta do aluno", ou --jsonl ARQUIVO.', sys.stderr)
        return 2
    from tutor import build
    from tutor.encoder import SentenceEncoder
    from tutor.grading import Grader

    corpus = build.read_corpus(settings)
    grader = Grader(corpus, SentenceEncoder(settings.models / "encoder", settings.engine))
    known = {example.id for example in corpus.examples}
    if single:
        line = json.dumps({"id": None, "question": chosen.question, "answer": chosen.answer})
        record = _graded(grader, known, line)
        _say(json.dumps(record, ensure_ascii=False, indent=1))
        return 1 if "error" in record else 0
    with _lines(chosen.jsonl) as lines:
        for line in lines:
            if line.strip():
                _say(json.dumps(_graded(grader, known, line), ensure_ascii=False))
    return 0


def _graded(grader: Grader, known: set[str], line: str) -> dict[str, Any]:
    """A graded line; one that cannot be graded says why."""
    from tutor.grading import record

    try:
        fields = _object(line)
    except ValueError as error:
        return {"id": None, "error": str(error)}
    question, answer = str(fields.get("question")), fields.get("answer")
    if question not in known or not isinstance(answer, str):
        fault = f"não há a questão {question[:20]!r}" if question not in known else "falta answer"
        return {"id": fields.get("id"), "error": fault}
    return {**record(grader.grade(question, answer)), "id": fields.get("id")}


# ------------------------------------------------------------------------------ solver


def _solve(chosen: argparse.Namespace, settings: Settings) -> int:
    from tutor import solver
    from tutor.text import normalise

    solution = solver.solve(normalise(chosen.problem))
    if solution is None:
        _say("Não reconheci um problema numérico. Diga o que calcular e os números.", sys.stderr)
        return 1
    if chosen.json:
        record = {
            "kind": solution.problem.kind,
            "value": solution.value,
            "steps": [f"{s.title}: {s.text}" for s in solution.steps],
            "checks": [{"name": c.name, "passed": c.passed} for c in solution.checks],
            "assumptions": list(solution.assumptions),
        }
        _say(json.dumps(record, ensure_ascii=False))
    else:
        _say(_worked(solution))
    return 0


def _worked(solution: Solution) -> str:
    from tutor.solution import worked

    return worked(solution)


def _exercise(chosen: argparse.Namespace, settings: Settings) -> int:
    from tutor import solver

    if chosen.kind is None:
        for family in solver.families():
            _say(f"{family.kind:28} {family.title}")
        return 0
    made = solver.exercise(chosen.kind, chosen.seed)
    _say(f"{made.statement}\n\n--- solução ---\n\n{_worked(made.solution)}")
    return 0


# ----------------------------------------------------------------------------- offline


def _build(chosen: argparse.Namespace, settings: Settings) -> int:
    from tutor import build
    from tutor.encoder import SentenceEncoder

    corpus = build.read_corpus(settings)
    listed = sum(e.collection == "lista2" for e in corpus.examples)
    _say(f"Corpus: {listed} perguntas da lista, {len(corpus.examples) - listed} conceitos.")
    encoder = SentenceEncoder(settings.models / "encoder", settings.engine)
    index = build.build(settings, corpus, encoder)
    _say(f"Índice: {len(index.passages)} passagens em {settings.index.name}/.")
    return 0


def _train(chosen: argparse.Namespace, settings: Settings) -> int:
    logging.getLogger().setLevel(logging.INFO)
    from tutor import build

    corpus = build.read_corpus(settings)
    if chosen.model == "grounding":
        from tutor.training import grounding

        grounding.train(corpus, settings.corpus, settings.models / "grounding")
        return 0
    if chosen.model in ("router", "scope"):
        from tutor.encoder import SentenceEncoder
        from tutor.training import router, scope

        frozen = SentenceEncoder(settings.models / "encoder", settings.engine)
        target = settings.models / "router"
        if chosen.model == "router":
            router.train(corpus, frozen, target)
        index = build.load_or_build(settings, corpus, frozen)
        scope.train(corpus, frozen, index, settings.corpus / "queries", target)
        return 0
    if chosen.prose is None:
        _say("Diga onde está o pacote de prosa: --prose PASTA.", sys.stderr)
        return 2
    if chosen.model == "encoder":
        from tutor.training import encoder

        encoder.train(corpus, chosen.prose, chosen.work / "encoder", settings.models / "encoder")
        return 0
    from tutor.training import generator

    run = chosen.work / "generator"
    generator.pretrain(chosen.prose, run, threads=settings.threads)
    target = settings.models / "generator"
    generator.finetune(corpus, chosen.prose, run, target, threads=settings.threads)
    return 0


def _doctor(chosen: argparse.Namespace, settings: Settings) -> int:
    from tutor.doctor import report

    whole, lines = report(settings)
    for line in lines:
        _say(line)
    return 0 if whole else 1
