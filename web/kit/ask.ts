/** REST, asked one way: a refusal is thrown as `Refusal`, an expired log-in is told to whoever listens. */
import type { Address, Ask, Method, Reply } from "@/contract/doors";
import type { ErrorReply } from "@/contract/rest";
import { locale } from "./words";

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds until asking again makes sense; 0 when the server named none. */
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

let loggedOut: () => void = () => undefined;

/** Call `listener` whenever a reply says that nobody is logged in any more. */
export function onLoggedOut(listener: () => void): void {
  loggedOut = listener;
}

/** Why a reply is no answer. */
export async function refusalOf(reply: Response): Promise<Refusal> {
  const told = (await reply.json().catch(() => ({}))) as Partial<ErrorReply>;
  const wait = Number(reply.headers.get("Retry-After") ?? 0);
  return new Refusal(
    reply.status,
    told.code ?? `http_${reply.status}`,
    told.message ?? reply.statusText,
    wait,
  );
}

/** One request; the body goes as JSON unless it is a form. 204 answers `undefined`. */
export async function ask<M extends Method, A extends Address<M>>(
  method: M,
  path: A,
  ...[body]: Ask<M, A> extends undefined ? [] : [body: Ask<M, A>]
): Promise<Reply<M, A>>;
export async function ask(method: Method, path: string, body?: unknown): Promise<unknown> {
  const form = body instanceof FormData;
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": locale() };
  if (method !== "GET") headers["X-Golden-Six"] = "1";
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  const sent = body === undefined ? null : form ? body : JSON.stringify(body);
  const reply = await fetch(path, { method, headers, body: sent, credentials: "same-origin" }).catch(() => {
    throw new Refusal(0, "unreachable", "");
  });
  if (reply.ok) return reply.status === 204 ? undefined : await reply.json();
  const refused = await refusalOf(reply);
  if (reply.status === 401 && !path.startsWith("/api/login")) loggedOut();
  throw refused;
}
