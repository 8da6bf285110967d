"""`goldensix serve`, and what a desk needs before it."""

from typing import Annotated

import typer

from goldensix.commands.places import Data, console, database, kept_database, run
from goldensix.settings import Settings


def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Make a demo merchant where there is no merchant yet.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that serve together; restart-workers replaces them one by one.")
    ] = None,
) -> None:
    """Run the desk until Ctrl-C."""
    settings = Settings.read(data=data, host=host, port=port, workers=workers)
    if settings.workers > 1 or settings.nats_url:
        from goldensix import workers as several

        several.serve(settings, demo=demo, database=kept_database, run=run)
    else:
        from goldensix import serving

        serving.serve(settings, demo=demo, database=kept_database, run=run)


def worker(name: str, cord: int, demo: bool = False) -> None:
    """One of the processes that `serve --workers` starts; `cord` is the number of a socket between them."""
    from goldensix import workers as several

    settings = Settings.read()
    run(lambda: several.work(settings, name, cord, demo=demo))


def init(
    merchant: Annotated[str, typer.Option(prompt="Your business", help="Name of the business.")],
    shop: Annotated[str, typer.Option(prompt="Your shop", help="Name of its first shop.")],
    name: Annotated[str, typer.Option(prompt="Your name", help="Name of the administrator.")],
    login: Annotated[str, typer.Option(prompt="Your phone or e-mail", help="What the administrator logs in with.")],
    password: Annotated[
        str,
        typer.Option(prompt="A password", confirmation_prompt=True, hide_input=True, envvar="GOLDENSIX_ADMIN_PASSWORD"),
    ],
    zone: Annotated[str, typer.Option(help="The shop's time zone.")] = "Asia/Shanghai",
    data: Data = None,
) -> None:
    """Set up a business of your own: one shop, the four usual groups, and you as its administrator."""
    from goldensix import terminal

    with database(Settings.read(data=data)) as dsn:
        run(
            lambda: terminal.set_up(
                dsn, merchant=merchant, shop=shop, name=name, login=login, password=password, zone=zone
            )
        )
    console.print("Done. `serve` runs the desk: `./run serve`, or `goldensix serve`. Log in with what you just gave.")


def migrate(data: Data = None) -> None:
    """Bring an older database to this version's schema. Make a backup first."""
    from goldensix.adapters.postgres.schema import prepare

    settings = Settings.read(data=data)
    with database(settings) as dsn:
        run(lambda: prepare(dsn, upgrade=True))
    console.print("The database is at this version's schema.")
