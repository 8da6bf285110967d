"""What a rehearsal found, for programs and for people."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from goldensix.rehearsal.check import Check
from goldensix.rehearsal.door import Acknowledgements
from goldensix.rehearsal.figures import Figure
from goldensix.rehearsal.script import Pace

_FAULTS: Final = {
    "lost": ("丢失", "sent and not in the log"),
    "doubled": ("重复", "in the log twice, or never sent"),
    "reordered": ("乱序", "out of the recording's order"),
    "altered": ("改动", "other words or another author"),
    "undelivered": ("未送达", "never shown to the other side"),
    "unplayed": ("未演完", "lines of the recording not said"),
    "unclosed": ("未结束", "conversations still open"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    recording: str
    sessions: int
    rate: float
    agents: int
    limit: int
    seed: int
    speed: float
    desk: str
    shop: str
    wall_seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    figures: list[Figure]
    settings: Settings
    check: Check
    acknowledgements: Acknowledgements

    @property
    def passed(self) -> bool:
        return self.check.passed

    def as_json(self) -> dict[str, Any]:
        return {
            "figures": [figure.as_json() for figure in self.figures],
            "settings": asdict(self.settings) | {"distributions": distributions(Pace())},
            "check": asdict(self.check) | {"passed": self.passed},
            "acknowledgement": self._acknowledgement(),
        }

    def _acknowledgement(self) -> dict[str, float | int | None]:
        """Milliseconds from sending a message to knowing that it is stored."""
        taken = sorted(self.acknowledgements.seconds)

        def rank(share: float) -> float | None:
            return round(taken[min(len(taken) - 1, int(share * len(taken)))] * 1000, 1) if taken else None

        return {
            "median_ms": rank(0.5),
            "p99_ms": rank(0.99),
            "longest_ms": rank(1),
            "sent_again": self.acknowledgements.again,
            "sockets_lost": self.acknowledgements.losses,
        }

    def print(self, console: Console) -> None:
        console.print(self._figures())
        console.print(self._played(), highlight=False)
        for line in self._verdict():
            console.print(line, highlight=False)

    def _figures(self) -> Table:
        table = Table(title="演练结果 Figures of the rehearsal, from the log", title_justify="left", box=None)
        table.add_column("")
        for heading in ("实测 As measured", "按真实速度 At the speed of life"):
            table.add_column(heading, justify="right")
        for figure in self.figures:
            hits, life_hits, of = figure.of or (None, None, None)
            measured, life = (
                _shown(figure.value, figure.unit, hits, of),
                _shown(figure.life, figure.unit, life_hits, of),
            )
            table.add_row(f"{figure.zh} {figure.en}", measured, life if figure.unit else "")
        return table

    def _played(self) -> str:
        s, told = self.settings, self._acknowledgement()
        return (
            f"\n{s.recording}: {s.sessions:,} dialogues at {s.rate:g} a minute x speed {s.speed:g}, {s.agents} agents "
            f"of at most {s.limit} chats, seed {s.seed}; shop {s.shop} at {s.desk}; {s.wall_seconds:,.1f} s.\n"
            f"Stored and acknowledged: median {told['median_ms']} ms, 99 % within {told['p99_ms']} ms, "
            f"longest {told['longest_ms']} ms; sent again {told['sent_again']}, sockets lost {told['sockets_lost']}.\n"
            "The desk's own clocks (holding back for idle hands, notices to who waits) run at the speed of life."
        )

    def _verdict(self) -> Iterator[str]:
        check = self.check
        colour = "green" if self.passed else "red"
        yield f"\n[{colour}]检查 Check: {check.sent:,} messages sent, {check.stored:,} stored as sent.[/]"
        for name, (zh, en) in _FAULTS.items():
            number = getattr(check, name)
            yield f"[{'red' if number else 'green'}]  {number:>6,}  {zh} {name}: {en}[/]"


def distributions(pace: Pace) -> list[dict[str, str]]:
    """What times were drawn from, in words."""
    return [
        {"key": "arrivals", "law": "Poisson, rate consults a minute x speed"},
        {
            "key": "buyer_pause",
            "law": f"log-normal, median {pace.buyer_pause / 1000:g} s, sigma {pace.buyer_pause_sigma:g}",
        },
        {
            "key": "buyer_typing",
            "law": f"characters a minute: log-normal, median {pace.buyer_keys:g}, sigma {pace.buyer_keys_sigma:g}, "
            "one draw a buyer; the first message is sent on arrival; buyers never give up",
        },
        {"key": "agent_thinking", "law": f"log-normal, median {pace.think / 1000:g} s, sigma {pace.think_sigma:g}"},
        {
            "key": "agent_typing",
            "law": f"characters a minute: log-normal, median {pace.agent_keys:g}, sigma {pace.agent_keys_sigma:g}",
        },
        {
            "key": "quick_replies",
            "law": f"{pace.quick_first:.0%} of the first and {pace.quick_share:.0%} of the other answers longer than "
            f"{pace.quick_over} characters, inserted within: log-normal, median {pace.quick / 1000:g} s, "
            f"sigma {pace.quick_sigma:g}",
        },
    ]


def _shown(value: float | None, unit: str, hits: int | None, of: int | None) -> str:
    if value is None:
        return "–"
    if unit == "":
        return f"{value:,.0f}"
    share = "" if hits is None else f"  {hits:,}/{of:,}"
    return f"{value:,.2f} {unit}{share}"
