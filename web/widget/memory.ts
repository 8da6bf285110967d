/** What outlives the page: localStorage, or this page alone where the browser forbids that. */
export interface Memory {
  read<T>(name: string): T | null;
  /** False where it could not be kept, such as a full storage. */
  write(name: string, value: unknown): boolean;
  forget(name: string): void;
  names(start: string): string[];
  /** Calls back with a name that another tab changed. */
  follow(changed: (name: string) => void): void;
}

function storage(): Storage | null {
  try {
    const kept = window.localStorage;
    kept.setItem("g6", "");
    kept.removeItem("g6");
    return kept;
  } catch {
    return null;
  }
}

export function openMemory(prefix: string): Memory {
  const kept = storage();
  const page = new Map<string, string>();
  const get = (key: string) => (kept ? kept.getItem(key) : page.get(key));
  return {
    read(name) {
      try {
        return JSON.parse(get(prefix + name) ?? "null");
      } catch {
        return null;
      }
    },
    write(name, value) {
      const text = JSON.stringify(value);
      try {
        if (kept) kept.setItem(prefix + name, text);
        else page.set(prefix + name, text);
        return true;
      } catch {
        return false;
      }
    },
    forget(name) {
      kept?.removeItem(prefix + name);
      page.delete(prefix + name);
    },
    names: (start) =>
      (kept ? Object.keys(kept) : [...page.keys()])
        .filter((key) => key.startsWith(prefix + start))
        .map((key) => key.slice(prefix.length))
        .sort(),
    follow: (changed) =>
      addEventListener("storage", ({ key }) => {
        if (key?.startsWith(prefix)) changed(key.slice(prefix.length));
      }),
  };
}
