"""A report as one HTML file: figures, plots and definitions; no script, no network, light and dark."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.wording import told
from goldensix.reporting.figures import Report
from goldensix.reporting.plots import Point, line_plot
from goldensix.reporting.question import Language
from goldensix.reporting.table import UNITS, Cell, Number, Table, cell_text

_WORDS: Final[dict[str, dict[Language, str]]] = {
    "title": {"zh": "黄金六秒 · 报表", "en": "Golden Six · Report"},
    "figures": {"zh": "数值", "en": "Figures"},
    "by_day": {"zh": "按天", "en": "By day"},
    "definitions": {"zh": "口径的定义", "en": "Definitions"},
    "source": {"zh": "来源", "en": "Source"},
    "assumed": {"zh": "我们的假设", "en": "Our assumptions"},
    "sessions": {"zh": "个会话", "en": "conversations"},
    "vs": {"zh": "对比", "en": "compared with"},
    "as_of": {"zh": "算到", "en": "as of"},
    "zones": {"zh": "各店铺自己的时区", "en": "each shop's own zone"},
    "empty": {"zh": "这段时间没有数据。", "en": "There is no data for these days."},
}
_STYLE: Final = """
:root{color-scheme:light dark;--bg:#F4F5F7;--s:#FFF;--line:#DEE2E8;--ink:#15181E;--ink3:#5F6978;--acc:#1D54D1;
--ok:#0A6B5C;--bad:#B3261E}
@media (prefers-color-scheme:dark){:root{--bg:#0D1015;--s:#151920;--line:#272E39;--ink:#E8ECF2;--ink3:#929DAD;
--acc:#84A9FF;--ok:#5BD1B8;--bad:#FF8A80}}
*{box-sizing:border-box}body{margin:0;padding:24px;background:var(--bg);color:var(--ink);
font:13px/20px -apple-system,BlinkMacSystemFont,"Segoe UI","PingFang SC","Microsoft YaHei UI","Noto Sans SC",
"Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:auto}h1{font-size:20px;margin:0 0 4px}h2{font-size:15px;margin:28px 0 8px}
h3{font-size:13px;margin:12px 0 2px}p{margin:0 0 4px;color:var(--ink3)}
.box{background:var(--s);border:1px solid var(--line);border-radius:8px;overflow:auto}
table{border-collapse:collapse;width:100%}th,td{padding:5px 10px;text-align:left;border-bottom:1px solid var(--line);
vertical-align:top}th{color:var(--ink3);font-weight:500;white-space:nowrap}td.n{text-align:right;white-space:nowrap}
th.n{text-align:right}td.value{font-size:16px;font-weight:650}td.none{color:var(--ink3)}
.yes{color:var(--ok)}.no{color:var(--bad)}tr:last-child td{border-bottom:0}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:12px}.plot{padding:10px}
svg{width:100%;height:auto;display:block}polyline{fill:none;stroke:var(--acc);stroke-width:2}circle{fill:var(--acc)}
.grid{stroke:var(--line)}.target{stroke:var(--bad);stroke-dasharray:4 4}svg text{font-size:11px;fill:var(--ink3)}
text.y{text-anchor:end}text.x{text-anchor:middle}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 12px;
margin:0}dt{color:var(--ink3)}dd{margin:0;overflow-wrap:anywhere}.def{padding:6px 14px 12px}
@media print{body{background:#FFF}}
"""


def as_html(
    table: Table, report: Report, days: Report, calibers: Sequence[Caliber], shops: str, language: Language
) -> bytes:
    """`days`: the same question by day, for the plots."""
    said = {key: words[language] for key, words in _WORDS.items()}
    period = f"{report.first} – {report.last}" if report.first else said["empty"]
    against = report.against
    compared = f" · {said['vs']} {against['first']} – {against['last']}" if against else ""
    zone = report.zone or said["zones"]
    body = [
        f"<h1>{said['title']}</h1>",
        f"<p>{escape(shops)} · {period}{compared} · {report.sessions} {said['sessions']} · {escape(zone)} · "
        f"{said['as_of']} {_instant(report.as_of, report.zone)}</p>",
        f"<h2>{said['figures']}</h2>" + (_table(table, language) if table.rows else f"<p>{said['empty']}</p>"),
        _plots(days, calibers, said["by_day"], language),
        f"<h2>{said['definitions']}</h2><div class=box>",
        *(_definition(caliber, said, language) for caliber in calibers),
        "</div>",
    ]
    head = f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{said["title"]}</title>'
    view = '<meta name="viewport" content="width=device-width,initial-scale=1">'
    return f"{head}{view}<style>{_STYLE}</style></head><body><main>{''.join(body)}</main></body></html>\n".encode()


def _instant(at: int, zone: str | None) -> str:
    here = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone or "UTC"))
    return f"{here:%Y-%m-%d %H:%M:%S}{'' if zone else ' UTC'}"


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
    return f"<div class=box tabindex=0><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"


def _cell(cell: Cell, key: str, language: Language) -> str:
    text = escape(cell_text(cell, language))
    if cell is None:
        return f'<td class="n none">{text}</td>'
    if isinstance(cell, Number):
        return f'<td class="n {key if key == "value" else ""}">{text}</td>'
    colour = {"达标": "yes", "yes": "yes", "未达标": "no", "no": "no"}.get(text, "") if key == "meets" else ""
    return f'<td class="{colour}">{text}</td>' if colour else f"<td>{text}</td>"


def _plots(days: Report, calibers: Sequence[Caliber], title: str, language: Language) -> str:
    plots = [plot for caliber in calibers if (plot := _plot(days, caliber, language))]
    return f"<h2>{title}</h2><div class=plots>{''.join(plots)}</div>" if plots else ""


def _plot(days: Report, caliber: Caliber, language: Language) -> str:
    every = sorted({str(row.key["day"]) for row in days.rows})
    values = {str(row.key["day"]): row.value for row in days.rows if row.caliber == caliber.id}
    if len(every) < 2 or not values:
        return ""
    points = [Point(day[5:], values.get(day)) for day in every]
    name, unit = caliber.names.get(language, caliber.id), UNITS[caliber.shape][language]
    target = float(caliber.target.value) if caliber.target else None
    drawn = line_plot(points, name, target, unit if caliber.shape != "count" else "")
    return f'<div class="box plot"><h3>{escape(name)}</h3>{drawn}</div>' if drawn else ""


def _definition(caliber: Caliber, said: dict[str, str], language: Language) -> str:
    facts = [(each.head.to(language), each.text.to(language)) for each in told(caliber)]
    facts += [(said["source"], caliber.source), (said["assumed"], "; ".join(caliber.assumed.get(language, ())))]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(fact)}</dd>" for name, fact in facts if fact)
    name = escape(caliber.names.get(language, caliber.id))
    version = escape(f"{caliber.platform} {caliber.version}")
    return f"<div class=def><h3>{name} <small>{escape(caliber.id)} · {version}</small></h3><dl>{listed}</dl></div>"
