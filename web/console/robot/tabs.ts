import type { Permission } from "@/contract/rest";

export interface Tab {
  name: "questions" | "unanswered" | "trials" | "groups" | "work" | "outside";
  /** Whoever has it sees the tab. */
  needs: Permission;
}

/** The tabs of the robot, in their order; each is a page under `/robot/`. */
export const TABS: readonly Tab[] = [
  { name: "questions", needs: "run_campaigns" },
  { name: "unanswered", needs: "teach_robot" },
  { name: "trials", needs: "teach_robot" },
  { name: "groups", needs: "teach_robot" },
  { name: "work", needs: "teach_robot" },
  { name: "outside", needs: "set_up" },
];
