"""Figures of a rehearsal out of its log: a worked example."""

from goldensix.rehearsal.figures import Figure, Measured
from rehearsal_builders import AGENT, COLLEAGUE, Log


def _measured(*logs: Log, speed: float = 10) -> dict[str, Figure]:
    measured = Measured(speed)
    for stored in sorted((each for log in logs for each in log.events), key=lambda each: each.occurred_at):
        measured.pass_by(stored)
    for log in logs:
        measured.add(log.kept)
    return {figure.key: figure for figure in measured.figures()}


def _answered(stream: str, after: float, agent: int = AGENT, queued: float = 0) -> Log:
    """Welcomed at once, answered by a human after so many seconds, a second turn after 2.0 s."""
    log = Log(stream)
    log.say(0, f"{stream}b1", "在吗", "buyer")
    log.say(0, f"{stream}r", "您好", "bot_auto")
    log.assign(queued, agent)  # type: ignore[arg-type]  # a number is enough of an agent
    log.say(after, f"{stream}a1", "在的", "agent", agent)  # type: ignore[arg-type]  # a number is enough of an agent
    log.say(100, f"{stream}b2", "包邮吗", "buyer")
    log.say(102, f"{stream}a2", "包的", "agent", agent)  # type: ignore[arg-type]  # a number is enough of an agent
    log.close(200)
    return log


def test_rates_have_their_numerators_as_measured_and_at_the_speed_of_life() -> None:
    figures = _measured(_answered("c1", 0.6), _answered("c2", 0.601), _answered("c3", 6), _answered("c4", 6.001))
    human, anyone = figures["golden_six_human"], figures["golden_six_anyone"]
    assert (human.value, human.life, human.of) == (75.0, 25.0, (3, 1, 4))
    assert (anyone.value, anyone.life, anyone.of) == (100.0, 100.0, (4, 4, 4))


def test_waits_are_told_as_measured_and_times_the_speed() -> None:
    figures = _measured(*(_answered(f"c{n}", wait) for n, wait in enumerate((1.0, 2.0, 3.0, 6.0, 9.0))))
    assert figures["consults"].value == 5
    told = {key: (figure.value, figure.life) for key, figure in figures.items()}
    assert told["first_response_mean"] == (4.2, 42.0)
    assert told["first_response_median"] == (3.0, 30.0)
    assert told["first_response_p90"] == (9.0, 90.0)
    assert told["average_response"] == (3.1, 31.0)
    assert told["longest_wait"] == (9.0, 90.0)


def test_a_consult_without_a_human_answer_stays_in_the_base() -> None:
    silent = Log("c2")
    silent.say(0, "c2b1", "在吗", "buyer")
    silent.close(50)
    figures = _measured(_answered("c1", 3), silent)
    assert figures["golden_six_human"].of == (1, 0, 2)
    assert figures["golden_six_anyone"].of == (1, 1, 2)
    assert figures["first_response_mean"].value == 3.0
    assert figures["unanswered"].value == 1


def test_who_had_no_agent_for_more_than_a_moment_queued() -> None:
    figures = _measured(_answered("c1", 8, queued=0.25), _answered("c2", 8, queued=0.251), _answered("c3", 8, queued=7))
    assert figures["queued"].value == 2
    assert (figures["queue_wait_mean"].value, figures["queue_wait_mean"].life) == (3.63, 36.26)


def test_the_most_at_a_time_is_one_agents() -> None:
    figures = _measured(
        _answered("c1", 3), _answered("c2", 3), _answered("c3", 3, COLLEAGUE), _answered("c4", 3, COLLEAGUE)
    )
    assert figures["max_concurrent"].value == 2


def test_a_conversation_handed_on_counts_with_its_new_agent_only() -> None:
    first, second = _answered("c1", 3), Log("c2")
    second.assign(1)
    second.assign(2, COLLEAGUE)
    third = Log("c3")
    third.assign(4)
    assert _measured(first, second, third)["max_concurrent"].value == 2


def test_messages_are_counted_by_who_wrote_and_recalled_ones_answer_nothing() -> None:
    log = _answered("c1", 3)
    log.recall(201, "c1a1", "agent", AGENT)
    figures = _measured(log)
    assert [figures[f"messages_{who}"].value for who in ("buyers", "agents", "robot")] == [2, 2, 1]
    assert figures["first_response_mean"].value == 102.0


def test_nothing_played_is_no_data() -> None:
    figures = _measured()
    assert figures["golden_six_human"].value is None
    assert figures["first_response_p90"].value is None
    assert figures["consults"].value == 0


def test_a_figure_for_programs_has_both_labels() -> None:
    told = _measured(_answered("c1", 3))["golden_six_human"].as_json()
    assert told == {
        "key": "golden_six_human",
        "label_zh": "黄金六秒率（人工）",
        "label_en": "Golden six (human)",
        "value": 100.0,
        "unit": "%",
        "value_at_life_speed": 0.0,
        "numerator": 1,
        "numerator_at_life_speed": 0,
        "denominator": 1,
    }
