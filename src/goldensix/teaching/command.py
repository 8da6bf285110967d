"""`goldensix robot`: try a robot on turns whose question is known, and fit a model on dialogues."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from goldensix.robot.model import Model

BAD_INPUT: Final = 2


def _option(help: str, *names: str) -> Any:
    return typer.Option(*names, help=help, show_default=False)


Faq = Annotated[list[Path], _option("Questions: JSON or JSON lines, plain or .gz; many times.", "--faq")]
Phrasings = Annotated[Path | None, _option("Labelled turns to learn from, as JSON lines.", "--phrasings")]
Log = Annotated[list[Path] | None, _option("Dialogues to fit a model on, JDDC or ECD; many times.", "--log")]
ModelFile = Annotated[Path | None, _option("A model that `robot fit` wrote, instead of --log.", "--model")]
Cases = Annotated[Path, _option("Turns with `text`, `faq` or null, and if known `route` and `previous`.", "--cases")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Seed = Annotated[int, typer.Option(help="Of the random projection and the order of batches.")]
Dialogues = Annotated[list[Path], typer.Argument(help="Dialogues: JSON lines, plain or .gz, JDDC or ECD.")]
Output = Annotated[Path, _option("Where the model is written.", "--output", "-o")]

robot: Final = typer.Typer(no_args_is_help=True, help="Try a robot before it is trusted, and teach it.")


@robot.command()
def evaluate(
    faq: Faq,
    cases: Cases,
    phrasings: Phrasings = None,
    log: Log = None,
    model: ModelFile = None,
    as_json: Json = False,
    seed: Seed = 0,
) -> None:
    """Say how often a robot would have been right: with these questions, this log, on these turns."""
    from rich.console import Console

    from goldensix.teaching import files, screen
    from goldensix.teaching.trying import trial

    if log and model:
        raise typer.BadParameter("Give --log or --model, not both.")
    with _refusals():
        questions = files.questions(faq)
        labelled = files.labelled(phrasings, questions) if phrasings else []
        turns = files.labelled(cases, questions)
        tried = trial(questions, labelled, turns, _model(log or [], model, seed))
    if as_json:
        sys.stdout.write(json.dumps(screen.as_json(tried), ensure_ascii=False) + "\n")
    else:
        screen.show(tried, questions, Console())


@robot.command()
def fit(dialogues: Dialogues, output: Output, seed: Seed = 0) -> None:
    """Fit a model on a store's own dialogues, in a process of its own. The same dialogues give the same model."""
    from rich.console import Console
    from rich.progress import Progress

    from goldensix.teaching.fitting import fit_beside

    with _refusals(), Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("words", total=1.0)
        pairs, size = fit_beside(
            dialogues, output, lambda stage, share: bar.update(task, description=stage, completed=share), seed
        )
    Console().print(f"{output}: fitted on {pairs:,} turns, {size / 1e6:.1f} MB.", soft_wrap=True, highlight=False)


def _model(log: list[Path], file: Path | None, seed: int) -> "Model | None":
    """Without a log and without a file there is none: words alone are compared."""
    from goldensix.robot.model import TooFewPairs
    from goldensix.robot.model import fit as fitted
    from goldensix.teaching.logs import pairs
    from goldensix.teaching.models import read_or_none

    sentence: str | None = None
    try:
        if file is None:
            return fitted(pairs(log), seed=seed) if log else None
        model, sentence = read_or_none(file)
    except TooFewPairs as few:
        model, sentence = None, str(few)
    if sentence is not None:
        sys.stderr.write(f"{sentence} Going on with words alone.\n")
    return model


class _refusals:  # noqa: N801 - reads as a sentence where it stands
    """What is expected to go wrong ends in one sentence."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from goldensix.rehearsal.recording import BadRecording
        from goldensix.teaching.files import BadFile
        from goldensix.teaching.fitting import CannotFit

        if isinstance(error, BadFile | BadRecording | CannotFit):
            sys.stderr.write(f"{error}\n")
            raise typer.Exit(BAD_INPUT) from None
