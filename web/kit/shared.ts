/**
 * `now`, with every part that says the same as in `before` taken from `before`.
 *
 * A frame a second replaces everything; what did not change keeps its identity, so that nothing is drawn for it.
 * Lists are compared place by place. For plain data only.
 */
export function shared<T>(before: unknown, now: T): T {
  if (Object.is(before, now)) return now;
  if (Array.isArray(now)) return Array.isArray(before) ? sharedList(before, now) : now;
  if (isRecord(now) && isRecord(before)) return sharedRecord(before, now);
  return now;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function sharedList<T extends unknown[]>(before: unknown[], now: T): T {
  const parts = now.map((part, place) => shared(before[place], part));
  const same = before.length === now.length && parts.every((part, place) => Object.is(part, before[place]));
  return (same ? before : parts) as T;
}

function sharedRecord<T extends Record<string, unknown>>(before: Record<string, unknown>, now: T): T {
  const parts = Object.fromEntries(
    Object.entries(now).map(([name, part]) => [name, shared(before[name], part)]),
  );
  const names = Object.keys(now);
  const same =
    names.length === Object.keys(before).length &&
    names.every((name) => Object.is(parts[name], before[name]));
  return (same ? before : parts) as T;
}
