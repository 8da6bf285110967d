/** The question bank as a page shows it: what is looked for, what was chosen, what is done to it and taken back. */
import { computed, reactive, ref, shallowRef, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import type { BankChoices, BankQuestion, BankState } from "@/contract/rest";
import { ask } from "@/kit/ask";
import { reason } from "../reason";

const PAGE = 50;
const PAUSE_MS = 250;
export const STATES: readonly BankState[] = ["all", "draft", "approved", "no_answer", "expired"];
const NOTHING: BankChoices = { groups: [], shops: [], campaigns: [], products: [], people: {} };

export type Bank = ReturnType<typeof useBank>;

export function useBank() {
  const route = useRoute();
  const router = useRouter();
  const asked = (name: string): string => String(route.query[name] ?? "");
  const wanted = reactive({
    words: asked("words"),
    state: STATES.find((each) => each === asked("state")) ?? "all",
    shop: Number(asked("shop")) || 0,
    campaign: Number(asked("campaign")) || 0,
  });
  const questions = shallowRef<readonly BankQuestion[]>();
  const found = ref(0);
  const states = shallowRef<Record<BankState, number>>();
  const choices = shallowRef<BankChoices>(NOTHING);
  const chosen = ref<number[]>([]);
  const removed = shallowRef<readonly BankQuestion[]>([]);
  const failed = ref("");
  const refused = ref("");
  const query = computed(() => {
    const told = Object.entries(wanted).filter(([, value]) => value && value !== "all");
    return new URLSearchParams(told.map(([name, value]) => [name, String(value)]));
  });
  const picked = computed(() => (questions.value ?? []).filter(({ id }) => chosen.value.includes(id)));

  async function load(offset = 0): Promise<void> {
    try {
      const page = await ask("GET", `/api/robot/questions?${query.value}&offset=${offset}&most=${PAGE}`);
      questions.value = offset ? [...(questions.value ?? []), ...page.questions] : page.questions;
      found.value = page.found;
      states.value = page.states;
      failed.value = "";
    } catch (error) {
      failed.value = reason(error);
    }
    if (!offset) chosen.value = [];
  }

  async function open(): Promise<void> {
    await load();
    choices.value = await ask("GET", "/api/robot/choices").catch(() => NOTHING);
  }

  let pause: ReturnType<typeof setTimeout> | undefined;
  watch(wanted, () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      void router.replace({ query: Object.fromEntries(query.value) });
      void load();
    }, PAUSE_MS);
  });

  /** Do it; what stands in the way is said on the page. */
  async function attempt(deed: () => Promise<unknown>): Promise<void> {
    refused.value = "";
    try {
      await deed();
      await load();
    } catch (error) {
      refused.value = reason(error);
    }
  }

  const approve = (which: readonly BankQuestion[]): Promise<void> =>
    attempt(() =>
      ask("POST", "/api/robot/questions/approve", {
        questions: which.map(({ id, newest }) => ({ id, version: newest.version })),
      }),
    );

  const remove = (which: readonly BankQuestion[]): Promise<void> =>
    attempt(async () => {
      await ask("POST", "/api/robot/questions/remove", { questions: which.map(({ id }) => id) });
      removed.value = which;
    });

  const undo = (): Promise<void> =>
    attempt(async () => {
      await ask("POST", "/api/robot/questions/restore", { questions: removed.value.map(({ id }) => id) });
      removed.value = [];
    });

  const begin = (): Promise<void> => attempt(() => ask("POST", "/api/robot/starters"));

  return {
    wanted,
    questions,
    found,
    states,
    choices,
    chosen,
    picked,
    removed,
    failed,
    refused,
    query,
    open,
    load,
    more: () => load(questions.value?.length ?? 0),
    attempt,
    approve,
    remove,
    undo,
    begin,
  };
}

/** Whether what stands there now is what the robot answers with. */
export const isApproved = (question: BankQuestion): boolean =>
  question.approved_version === question.newest.version;

/** Nobody is answered with it any more. */
export function isExpired(question: BankQuestion, now: number): boolean {
  const { until } = question.newest.text;
  return until !== null && until <= now;
}
