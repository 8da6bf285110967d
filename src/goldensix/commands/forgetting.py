"""`goldensix retain`, `erase`, `erase-buyer`: what is not kept any longer."""

from typing import Annotated

import typer

from goldensix.cannot import CannotDo
from goldensix.commands.places import Data, Merchant, console, run, running_database
from goldensix.settings import Settings


def retain(data: Data = None, merchant: Merchant = None) -> None:
    """Forget what is older than the settings keep it: words, pictures, names, imports, audit. Figures stay; no undo.

    A desk does it each night by itself. It may run meanwhile; broken off, the next run goes on.
    """
    from goldensix import retaining
    from goldensix.adapters.stores.choice import picture_store

    settings = Settings.read(data=data)
    with running_database(settings) as dsn:
        run(lambda: retaining.retain(dsn, settings.data, merchant, picture_store(settings), console))


def erase(
    conversation: Annotated[list[str], typer.Argument(help="Conversations, as their addresses name them.")],
    data: Data = None,
    merchant: Merchant = None,
) -> None:
    """Forget what was said in conversations. The facts (who, when) stay; this cannot be undone."""
    from goldensix import terminal

    with running_database(Settings.read(data=data)) as dsn:
        run(lambda: terminal.erase(dsn, merchant, conversation))


def erase_buyer(
    conversation: Annotated[str | None, typer.Option(help="Any conversation of the buyer.")] = None,
    buyer: Annotated[str | None, typer.Option(help="The buyer's own id, as the audit shows it.")] = None,
    customer: Annotated[str | None, typer.Option(help="The shop's own id of the buyer; needs --shop.")] = None,
    imported: Annotated[str | None, typer.Option(help="The buyer's name in an import; needs --shop.")] = None,
    shop: Annotated[int | None, typer.Option(help="The shop's number.")] = None,
    data: Data = None,
    merchant: Merchant = None,
) -> None:
    """Forget a buyer: words, pictures, name, and the receiver of orders. That somebody asked stays; no undo."""
    from goldensix import terminal
    from goldensix.adapters.stores.choice import picture_store

    if sum(each is not None for each in (conversation, buyer, customer, imported)) != 1:
        raise CannotDo("Say who, by one of --conversation, --buyer, --customer and --imported.")
    if conversation is None and buyer is None and shop is None:
        raise CannotDo("Say of which shop, with --shop.")
    settings = Settings.read(data=data)
    if imported is not None:
        terminal.erase_imported_buyer(settings.data, merchant, shop or 0, imported)
        return
    with running_database(settings) as dsn:
        pictures = picture_store(settings)
        run(
            lambda: terminal.erase_buyer(
                dsn, merchant, pictures, conversation=conversation, buyer=buyer, customer=customer, shop=shop
            )
        )
