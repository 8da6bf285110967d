import type { Permission } from "@/contract/rest";

export interface Tab {
  name:
    | "accounts"
    | "groups"
    | "hours"
    | "autoreplies"
    | "shifts"
    | "ladder"
    | "notices"
    | "blocked"
    | "audit"
    | "retention";
  /** Whoever has it sees the tab. */
  needs: Permission;
}

/** The tabs of the settings, in their order; each is a page under `/settings/`. */
export const TABS: readonly Tab[] = [
  { name: "accounts", needs: "manage_accounts" },
  { name: "groups", needs: "manage_accounts" },
  { name: "hours", needs: "set_shifts" },
  { name: "autoreplies", needs: "set_autoreplies" },
  { name: "shifts", needs: "set_shifts" },
  { name: "ladder", needs: "set_ladder" },
  { name: "notices", needs: "consult" },
  { name: "blocked", needs: "assign" },
  { name: "audit", needs: "read_audit" },
  { name: "retention", needs: "set_retention" },
];
