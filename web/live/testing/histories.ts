/** Random receptions: what buyers, agents, robots and readers do, as fast-check makes it up. */
import fc from "fast-check";
import type { EventFrame } from "../frames";
import { ME, type SmallServer } from "./server";

export type Step =
  | { do: "say"; c: string; by: "buyer" | "agent" | "bot_auto" }
  | { do: "recall"; c: string; which: number }
  | { do: "read"; c: string; by: "buyer" | "agent"; back: number };

export const CONVERSATIONS = ["ann", "bob", "cyd"];

const where = { c: fc.constantFrom(...CONVERSATIONS) };
const say = fc.record({
  do: fc.constant("say" as const),
  ...where,
  by: fc.constantFrom("buyer", "agent", "bot_auto"),
});
const recall = fc.record({ do: fc.constant("recall" as const), ...where, which: fc.nat(9) });
const read = fc.record({
  do: fc.constant("read" as const),
  ...where,
  by: fc.constantFrom("buyer", "agent"),
  back: fc.nat(3),
});

export const histories: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 5, arbitrary: say }, { weight: 1, arbitrary: recall }, { weight: 2, arbitrary: read }),
  { maxLength: 40 },
) as fc.Arbitrary<Step[]>;

/** Do one step at the server; answers the event it made, or nothing where the step makes no sense. */
export function step(server: SmallServer, step: Step): EventFrame[] {
  const log = server.logs.get(step.c) ?? [];
  if (step.do === "say") return [say_(server, step.c, step.by, log.length + 1)];
  if (step.do === "read") {
    const facts = { by: step.by, agent: step.by === "agent" ? ME : null, up_to: log.length - step.back };
    return [server.append(step.c, { type: "messages_read", facts })];
  }
  const gone = new Set(log.map((e) => (e.type === "message_recalled" ? e.facts.message : "")));
  const open = server.messages(step.c).filter((message) => !gone.has(message));
  const message = open.at(-1 - (step.which % Math.max(1, open.length)));
  if (message === undefined) return [];
  const by = message.startsWith("b") ? "buyer" : "agent";
  return [server.append(step.c, { type: "message_recalled", facts: { message, by, agent: null } })];
}

function say_(server: SmallServer, c: string, by: "buyer" | "agent" | "bot_auto", n: number): EventFrame {
  const facts = {
    by,
    agent: by === "agent" ? ME : null,
    message: `${by.slice(0, 1)}1.${c}-${n}`,
    kind: "text",
  } as const;
  return server.append(c, { type: "message_sent", facts }, `line ${n}`);
}
