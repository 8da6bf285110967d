export type Values = Readonly<Record<string, string | number>>;

const PLURAL = /\{(\w+), plural, ((?:=?\w+ \{[^{}]*\}\s*)+)\}/g;
const FORM = /(=?\w+) \{([^{}]*)\}/g;
const rules = new Map<string, Intl.PluralRules>();

function pluralRules(locale: string): Intl.PluralRules {
  const known = rules.get(locale) ?? new Intl.PluralRules(locale);
  rules.set(locale, known);
  return known;
}

function plural(forms: string, count: number, locale: string): string {
  const found = new Map([...forms.matchAll(FORM)].map(([, name, text]) => [name, text]));
  const chosen = found.get(`=${count}`) ?? found.get(pluralRules(locale).select(count)) ?? found.get("other");
  return (chosen ?? "").replaceAll("#", count.toLocaleString(locale));
}

const shown = (value: string | number, locale: string): string =>
  typeof value === "number" ? value.toLocaleString(locale) : value;

/** Fill `{name}` and `{count, plural, one {# row} other {# rows}}`; a value nobody gave stays readable. */
export function format(text: string, values: Values | undefined, locale: string): string {
  if (!values) return text;
  return text
    .replace(PLURAL, (_, name: string, forms: string) => plural(forms, Number(values[name]), locale))
    .replace(/\{(\w+)\}/g, (whole, name: string) => shown(values[name] ?? whole, locale));
}
