"""A report as one HTML file: head figures, plots, all figures, definitions; no script, no network, light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from goldensix.metrics.caliber import RANKED, Caliber
from goldensix.metrics.wording import source, target, told, version
from goldensix.reporting.figures import Report, Row
from goldensix.reporting.plots import Plot, Series, draw
from goldensix.reporting.question import Language
from goldensix.reporting.table import NO_DATA, SENSES, UNITS, Cell, Number, Table, brief, cell_text

HEROES: Final = ("golden_six_human", "golden_six_anyone")
_CARDS: Final = ("first_response", "average_response", "within_30s", "within_3min", "answer_ratio", "reply_rate")
_MOST_CARDS: Final = 8
_MOST_PLOTS: Final = 8
_MOST_SHOPS: Final = 3
_WORDS: Final[dict[str, dict[Language, str]]] = {
    "title": {"zh": "黄金六秒 · 报表", "en": "Golden Six · Report"},
    "head": {"zh": "要点", "en": "At a glance"},
    "golden": {"zh": "黄金六秒率", "en": "Golden-six rate"},
    "figures": {"zh": "全部数值", "en": "All figures"},
    "by_day": {"zh": "按天", "en": "By day"},
    "more_plots": {"zh": "其余 {count} 张图", "en": "{count} more plots"},
    "same_daily": {"zh": "每天都一样", "en": "The same on every day"},
    "definitions": {"zh": "口径的定义", "en": "Definitions"},
    "source": {"zh": "来源", "en": "Source"},
    "assumed": {"zh": "我们的假设", "en": "Our assumptions"},
    "sessions": {"zh": "个会话", "en": "conversations"},
    "shops": {"zh": "{names} 等 {count} 家店铺", "en": "{names} and others, {count} shops"},
    "vs": {"zh": "对比", "en": "compared with"},
    "before": {"zh": "对比期", "en": "before"},
    "as_of": {"zh": "算到", "en": "as of"},
    "zones": {"zh": "各店铺自己的时区", "en": "each shop's own zone"},
    "target": {"zh": "目标", "en": "target"},
    "yes": {"zh": "达标", "en": "met"},
    "no": {"zh": "未达标", "en": "missed"},
    "of": {"zh": "共 {count}", "en": "of {count}"},
    "empty": {"zh": "这段时间没有数据。", "en": "There is no data for these days."},
}
_MARK: Final = (
    '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2l8.7 5v10L12 22l-8.7-5V7z" fill="none" '
    'stroke="#8F6B00" stroke-width="3.4"/><path d="M12 2l8.7 5v10L12 22l-8.7-5V7z" fill="none" stroke="#FFD34D" '
    'stroke-width="2.2"/></svg>'
)
_STYLE: Final = """
:root{color-scheme:light dark;--bg:#F4F5F7;--s:#FFF;--s2:#ECEFF3;--line:#DEE2E8;--ink:#15181E;--ink2:#454E5C;
--ink3:#5F6978;--acc:#1D54D1;--two:#9A5200;--ok:#0A6B5C;--oks:#DDF2ED;--bad:#B3261E;--bads:#FBE9E7}
@media (prefers-color-scheme:dark){:root{--bg:#0D1015;--s:#151920;--s2:#1D232C;--line:#272E39;--ink:#E8ECF2;
--ink2:#B4BDCA;--ink3:#929DAD;--acc:#84A9FF;--two:#FFB75E;--ok:#5BD1B8;--oks:#12312B;--bad:#FF8A80;--bads:#3A1B1A}}
*{box-sizing:border-box}body{margin:0;padding:28px 24px 48px;background:var(--bg);color:var(--ink);
font:13px/20px -apple-system,BlinkMacSystemFont,"Segoe UI","PingFang SC","Microsoft YaHei UI","Noto Sans SC",
"Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1280px;margin:auto}header{margin-bottom:18px}.brand{display:flex;align-items:center;gap:7px;
color:var(--ink3);font-weight:500}.mark{width:18px;height:18px}h1{font-size:24px;line-height:32px;margin:6px 0 2px;
overflow-wrap:anywhere}h2{font-size:15px;margin:30px 0 10px}h3{font-size:13px;line-height:18px;margin:0;font-weight:650;
overflow-wrap:anywhere}p{margin:0;color:var(--ink2)}
.box{background:var(--s);border:1px solid var(--line);border-radius:8px}
.cards{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:12px}.card{padding:12px 14px;display:flex;
flex-direction:column;gap:2px;min-width:0}.card.hero{grid-column:span 3}.card .name{color:var(--ink2);line-height:18px}
.card .big{font-size:24px;line-height:30px;font-weight:650;letter-spacing:-.01em}.hero .big{font-size:40px;
line-height:46px}.card .big.none{color:var(--ink3);font-size:18px;font-weight:500}.card .base{color:var(--ink3)}
.chip{display:inline-block;padding:0 7px;border-radius:4px;font-size:12px;line-height:18px;font-weight:500}
.chip.yes{background:var(--oks)}.chip.no{background:var(--bads)}.yes{color:var(--ok)}.no{color:var(--bad)}
.plots{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:12px}.plot{padding:12px 12px 6px;min-width:0;
display:flex;flex-direction:column}.plot.wide{grid-column:span 2}.plot .top{display:flex;gap:10px;align-items:baseline;
justify-content:space-between}.plot .top b{white-space:nowrap;font-size:15px}.keys{display:flex;flex-wrap:wrap;
gap:0 14px;color:var(--ink2);font-size:12px}.keys i{display:inline-block;width:14px;height:0;margin:0 6px 3px 0;
border-top:2px solid var(--acc)}.keys .s1 i{border-top:2px dashed var(--two)}
.keys .t i{border-top:2px dashed var(--bad)}
.plot svg{margin-top:auto}svg{width:100%;height:auto;display:block}polyline{fill:none;stroke:var(--acc);stroke-width:2;
stroke-linejoin:round}circle{fill:var(--acc)}polyline.s1{stroke:var(--two);stroke-dasharray:7 3}
circle.s1{fill:var(--two)}.narrow{display:none}.near{fill:transparent}.bar{fill:var(--acc);opacity:.75}
.grid{stroke:var(--line)}.target{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:4 4}
svg text{font-size:11px;fill:var(--ink3)}text.y{text-anchor:end}text.x{text-anchor:middle}
details{margin-top:12px}summary{cursor:pointer;color:var(--acc);font-weight:500;padding:6px 0}
.same{padding:10px 14px;margin-top:12px;color:var(--ink2)}.same span{white-space:nowrap}
.rows{max-height:min(78vh,860px);overflow:auto}table{border-collapse:separate;border-spacing:0;width:100%}
th,td{padding:5px 12px;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{position:sticky;top:0;background:var(--s2);color:var(--ink2);font-weight:500;white-space:nowrap}
td.n{text-align:right;white-space:nowrap}th.n{text-align:right}td.id{color:var(--ink3);white-space:nowrap}
td.day,td.meets,td.target{white-space:nowrap}td.value{font-weight:650}td.none{color:var(--ink3)}
tr:last-child td{border-bottom:0}tbody tr:hover td{background:var(--bg)}
.defs{columns:2 420px;column-gap:0;padding:6px 0}.def{break-inside:avoid;padding:10px 16px}
.def small{color:var(--ink3);font-weight:400}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 12px;
margin:4px 0 0;font-size:12px;line-height:18px}dt{color:var(--ink3)}dd{margin:0;overflow-wrap:anywhere}
@media (max-width:1000px){.plots{grid-template-columns:repeat(2,minmax(0,1fr))}.cards{grid-template-columns:
repeat(3,minmax(0,1fr))}.card.hero{grid-column:span 3}}
@media (max-width:640px){body{padding:18px 12px 32px}.plots{grid-template-columns:minmax(0,1fr)}.plot.wide{grid-column:
auto}
.narrow{display:block}.broad{display:none}
.cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.card{padding:10px 12px}.card.hero{grid-column:span 2}
.card .big{font-size:20px}.hero .big{font-size:34px;line-height:40px}h1{font-size:20px;line-height:28px}
th,td{padding:5px 8px}}
@media print{body{background:#FFF;padding:0}.rows{max-height:none;overflow:visible}th{position:static}
.plot,.card{break-inside:avoid}}
"""


@dataclass(frozen=True, slots=True)
class Views:
    """The same question three ways: as it was asked, in total, and by day without comparison."""

    asked: Report
    totals: Report
    days: Report


def as_html(table: Table, views: Views, calibers: Sequence[Caliber], shops: Sequence[str], language: Language) -> bytes:
    said = {key: words[language] for key, words in _WORDS.items()}
    body = [
        _header(views.asked, _shops(shops, said, language), said),
        _cards(views.totals, calibers, said, language),
        _plots(views, calibers, said, language),
        f"<h2>{said['figures']}</h2>" + (_table(table, language) if table.rows else f"<p>{said['empty']}</p>"),
        f"<h2>{said['definitions']}</h2><div class='box defs'>",
        *(_definition(caliber, said, language) for caliber in calibers),
        "</div>",
    ]
    lang = "zh-CN" if language == "zh" else "en"
    title = escape(f"{_shops(shops, said, language)} · {said['title']}")
    head = f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
    view = '<meta name="viewport" content="width=device-width,initial-scale=1">'
    return f"{head}{view}<style>{_STYLE}</style></head><body><main>{''.join(body)}</main></body></html>\n".encode()


def _shops(shops: Sequence[str], said: dict[str, str], language: Language) -> str:
    names = ("、" if language == "zh" else ", ").join(shops[:_MOST_SHOPS])
    return said["shops"].format(names=names, count=len(shops)) if len(shops) > _MOST_SHOPS else names


def _header(report: Report, shops: str, said: dict[str, str]) -> str:
    period = f"{report.first} – {report.last}" if report.first else said["empty"]
    against = report.against
    compared = f" · {said['vs']} {against['first']} – {against['last']}" if against else ""
    zone = report.zone or said["zones"]
    return (
        f"<header><div class=brand>{_MARK}{said['title']}</div><h1>{escape(shops)}</h1>"
        f"<p>{period}{compared} · {report.sessions:,} {said['sessions']} · {escape(zone)} · "
        f"{said['as_of']} {_instant(report.as_of, report.zone)}</p></header>"
    )


def _instant(at: int, zone: str | None) -> str:
    here = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone or "UTC"))
    return f"{here:%Y-%m-%d %H:%M:%S}{'' if zone else ' UTC'}"


def _cards(totals: Report, calibers: Sequence[Caliber], said: dict[str, str], language: Language) -> str:
    """What the pages show first; of other calibers, the first ones."""
    rows = {row.caliber: row for row in totals.rows}
    known = {caliber.id: caliber for caliber in calibers if caliber.id in rows}
    chosen = [id for id in (*HEROES, *_CARDS) if id in known] or list(known)[:_MOST_CARDS]
    cards = [_card(known[id], rows[id], said, language) for id in chosen]
    return f'<section class="cards" aria-label="{said["head"]}">{"".join(cards)}</section>' if cards else ""


def _card(caliber: Caliber, row: Row, said: dict[str, str], language: Language) -> str:
    name = escape(caliber.names.get(language, caliber.id))
    hero = " hero" if caliber.id in HEROES else ""
    if row.value is None:
        big = f'<span class="big none">{NO_DATA[language]}</span>'
        return f'<div class="box card{hero}"><span class=name>{name}</span>{big}</div>'
    parts = [part for part in (_base(caliber, row, said, language), _before(caliber, row, said, language)) if part]
    chip = ""
    if caliber.target is not None and row.meets is not None and row.assessed:
        side = "yes" if row.meets else "no"
        unit = {"percent": "%", "seconds": f" {UNITS['seconds'][language]}", "count": ""}[caliber.shape]
        words = f"{SENSES[caliber.target.sense]} {caliber.target.value}{unit} · {said[side]}"
        chip = f'<span><span class="chip {side}">{escape(words)}</span></span>'
    return (
        f'<div class="box card{hero}"><span class=name>{name}</span>'
        f"<span class=big>{escape(_shown(caliber, row.value, language))}</span>"
        f"{''.join(f'<span class=base>{escape(part)}</span>' for part in parts)}{chip}</div>"
    )


def _base(caliber: Caliber, row: Row, said: dict[str, str], language: Language) -> str:
    if caliber.shape == "count":
        return ""
    if caliber.measure in RANKED or caliber.measure == "queue_max":
        return said["of"].format(count=f"{row.den:,}")
    unit = f" {UNITS['seconds'][language]}" if caliber.shape == "seconds" else ""
    return f"{row.num:,.0f}{unit} / {row.den:,}"


def _before(caliber: Caliber, row: Row, said: dict[str, str], language: Language) -> str:
    other = row.vs.value if row.vs is not None else None
    return "" if other is None else f"{said['before']} {_shown(caliber, other, language)}"


def _shown(caliber: Caliber, value: float, language: Language) -> str:
    number = f"{value:,.0f}" if caliber.shape == "count" else f"{value:,.2f}"
    unit = {"percent": "%", "seconds": " 秒" if language == "zh" else " s", "count": ""}[caliber.shape]
    return number + unit


def _plots(views: Views, calibers: Sequence[Caliber], said: dict[str, str], language: Language) -> str:
    days = sorted({str(row.key["day"]) for row in views.days.rows})
    if len(days) < 2:
        return ""
    drawn, same = _told_by_day(views, calibers, days)
    plots = [_plot(group, days, views.totals, said, language) for group in drawn]
    more = said["more_plots"].format(count=len(plots) - _MOST_PLOTS)
    first, rest = "".join(plots[:_MOST_PLOTS]), "".join(plots[_MOST_PLOTS:])
    body = f"<h2>{said['by_day']}</h2><div class=plots>{first}</div>"
    if rest:
        body += f"<details><summary>{more}</summary><div class=plots>{rest}</div></details>"
    if same:
        listed = [
            f"<span>{escape(caliber.names.get(language, caliber.id))} <b>{escape(_shown(caliber, value, language))}</b>"
            f"</span>"
            for caliber, value in same
        ]
        body += f'<p class="box same">{said["same_daily"]}{"：" if language == "zh" else ": "}{" · ".join(listed)}</p>'
    return body if plots or same else ""


@dataclass(frozen=True, slots=True)
class _Daily:
    caliber: Caliber
    values: tuple[float | None, ...]


def _told_by_day(
    views: Views, calibers: Sequence[Caliber], days: Sequence[str]
) -> tuple[list[list[_Daily]], list[tuple[Caliber, float]]]:
    """Calibers to draw, those whose days are equal in one plot; and those of which every day says the same."""
    values = {(row.caliber, str(row.key["day"])): row.value for row in views.days.rows}
    groups: dict[object, list[_Daily]] = {}
    same: list[tuple[Caliber, float]] = []
    for caliber in sorted(calibers, key=lambda each: (each.id not in HEROES, each.platform not in ("house", "own"))):
        daily = _Daily(caliber, tuple(values.get((caliber.id, day)) for day in days))
        known = [value for value in daily.values if value is not None]
        if not known:
            continue
        if len(set(known)) == 1 and caliber.id not in HEROES:
            same.append((caliber, known[0]))
            continue
        alike = "heroes" if caliber.id in HEROES else (caliber.shape, daily.values)
        groups.setdefault(alike, []).append(daily)
    return list(groups.values()), same


def _plot(
    group: Sequence[_Daily], days: Sequence[str], totals: Report, said: dict[str, str], language: Language
) -> str:
    first = group[0].caliber
    heroes = first.id in HEROES
    aims = [each.caliber for each in group if each.caliber.target is not None]
    names = list(dict.fromkeys(each.caliber.names.get(language, each.caliber.id) for each in group))
    title = said["golden"] if len(names) > 1 and heroes else " / ".join(names)
    plot = Plot(
        title,
        [day[5:] for day in days],
        [Series(name, each.values) for name, each in zip(names, group if heroes else group[:1], strict=False)],
        first.shape,
        UNITS[first.shape][language] if first.shape != "count" else "",
        sorted({float(each.target.value) for each in aims if each.target}),
    )
    drawn = draw(plot)
    if heroes:  # a phone gets the narrow one, whose letters stay legible
        drawn = f"<div class=narrow>{drawn}</div><div class=broad>{draw(replace(plot, width=812))}</div>"
    total = next((row.value for row in totals.rows if row.caliber == first.id), None)
    value = "" if total is None or heroes else f"<b>{escape(_shown(first, total, language))}</b>"
    keys = (
        [f"<span class=s{number}><i></i>{escape(name)}</span>" for number, name in enumerate(names)] if heroes else []
    )
    told_targets = dict.fromkeys(target(each).to(language) for each in aims)
    keys += [f"<span class=t><i></i>{said['target']} {escape(told)}</span>" for told in told_targets]
    top = f"<div class=top><h3>{escape(title)}</h3>{value}</div><div class=keys>{''.join(keys)}</div>"
    return f'<div class="box plot{" wide" if heroes else ""}">{top}{drawn}</div>'


def _table(table: Table, language: Language) -> str:
    """All columns but the version, which the definitions tell."""
    shown = [place for place, key in enumerate(table.keys) if key != "version"]
    numeric = ("value", "num", "den", "vs", "change")
    heads = "".join(
        f'<th scope="col"{" class=n" if table.keys[place] in numeric else ""}>{escape(table.heads[place])}</th>'
        for place in shown
    )
    rows = "".join(
        f"<tr>{''.join(_cell(row[place], table.keys[place], language) for place in shown)}</tr>" for row in table.rows
    )
    return f'<div class="box rows" tabindex=0><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cell(cell: Cell, key: str, language: Language) -> str:
    text = escape(cell_text(cell, language))
    if cell is None:
        return f'<td class="n none">{text}</td>'
    if isinstance(cell, Number):
        text = brief(cell) if key == "num" else text
        return f'<td class="n {key if key == "value" else ""}">{text}</td>'
    colour = {"达标": " yes", "yes": " yes", "未达标": " no", "no": " no"}.get(text, "") if key == "meets" else ""
    return f'<td class="{key}{colour}">{text}</td>'


def _definition(caliber: Caliber, said: dict[str, str], language: Language) -> str:
    facts = [(each.head.to(language), each.text.to(language)) for each in told(caliber)]
    facts += [
        (said["source"], source(caliber).to(language)),
        (said["assumed"], "; ".join(caliber.assumed.get(language, ()))),
    ]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(fact)}</dd>" for name, fact in facts if fact)
    name = escape(caliber.names.get(language, caliber.id))
    tag = escape(f"{caliber.platform} {version(caliber).to(language)}")
    return f"<div class=def><h3>{name} <small>{escape(caliber.id)} · {tag}</small></h3><dl>{listed}</dl></div>"
