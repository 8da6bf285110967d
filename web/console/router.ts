import { shallowRef } from "vue";
import {
  createRouter,
  createWebHistory,
  type NavigationGuardReturn,
  type RouteLocationNormalized,
} from "vue-router";
import type { PageName } from "@/contract/rest";
import { Refusal } from "@/kit/ask";
import { useSession } from "@/kit/session";

declare module "vue-router" {
  interface RouteMeta {
    /** The page of the rail this address belongs to; without it anybody may look. */
    page?: PageName;
  }
}

const HOME: Record<string, PageName> = {
  administrator: "start",
  service_manager: "live",
  operations: "live",
};

/** Where somebody who names no page goes: to work if they answer buyers, to see the work if they do not. */
export function home(pages: readonly PageName[], role: string): string {
  const wanted = HOME[role] ?? "desk";
  return `/${pages.includes(wanted) ? wanted : (pages[0] ?? "login")}`;
}

export const router = createRouter({
  history: createWebHistory("/"),
  routes: [
    { path: "/", component: { render: () => null } },
    { path: "/login", component: () => import("./pages/LoginPage.vue") },
    {
      path: "/desk/:conversation?",
      meta: { page: "desk" },
      component: () => import("@/workbench/Workbench.vue"),
    },
    { path: "/live", meta: { page: "live" }, component: () => import("./pages/LivePage.vue") },
    {
      path: "/reports",
      meta: { page: "reports" },
      component: () => import("./pages/ReportsPage.vue"),
      children: [
        { path: "", redirect: (to) => ({ path: "/reports/overview", query: to.query }) },
        { path: "overview", component: () => import("./reports/OverviewTab.vue") },
        { path: "calibers/own", component: () => import("./reports/OwnPage.vue") },
        { path: "calibers/:caliber?", component: () => import("./reports/CalibersTab.vue") },
        { path: "trend", component: () => import("./reports/TrendTab.vue") },
        { path: "conversion", component: () => import("./reports/TrendTab.vue"), props: { orders: true } },
        { path: "people", component: () => import("./reports/PeopleTab.vue") },
      ],
    },
    { path: "/replies", meta: { page: "replies" }, component: () => import("./pages/RepliesPage.vue") },
    {
      path: "/robot",
      meta: { page: "robot" },
      component: () => import("./pages/RobotPage.vue"),
      children: [
        { path: "questions", component: () => import("./robot/QuestionsTab.vue") },
        { path: "groups", component: () => import("./robot/GroupsTab.vue") },
        { path: "outside", component: () => import("./robot/OutsideTab.vue") },
        { path: "unanswered", component: () => import("./robot/UnansweredTab.vue") },
        { path: "trials", component: () => import("./robot/TrialsTab.vue") },
        { path: "work", component: () => import("./robot/WorkTab.vue") },
        { path: ":rest(.*)*", component: { render: () => null } },
      ],
    },
    { path: "/import", meta: { page: "import" }, component: () => import("./pages/ImportPage.vue") },
    {
      path: "/settings",
      meta: { page: "settings" },
      component: () => import("./pages/SettingsPage.vue"),
      children: [
        { path: "accounts", component: () => import("./settings/AccountsTab.vue") },
        { path: "groups", component: () => import("./settings/GroupsTab.vue") },
        { path: "hours", component: () => import("./settings/HoursTab.vue") },
        { path: "autoreplies", component: () => import("./settings/AutorepliesTab.vue") },
        { path: "shifts", component: () => import("./settings/ShiftsTab.vue") },
        { path: "ladder", component: () => import("./settings/LadderTab.vue") },
        { path: "notices", component: () => import("./settings/NoticesTab.vue") },
        { path: "blocked", component: () => import("./settings/BlockedTab.vue") },
        { path: "audit", component: () => import("./settings/AuditTab.vue") },
        { path: "retention", component: () => import("./settings/RetentionTab.vue") },
        { path: ":rest(.*)*", component: { render: () => null } },
      ],
    },
    { path: "/start", meta: { page: "start" }, component: () => import("./pages/StartPage.vue") },
    { path: "/kit", component: () => import("./pages/KitPage.vue") },
    { path: "/:rest(.*)*", component: () => import("./pages/LostPage.vue") },
  ],
});

async function admit(to: RouteLocationNormalized): Promise<NavigationGuardReturn> {
  const open = to.path === "/login" || to.path === "/kit";
  if (open) return true;
  const session = useSession();
  const me = session.me ?? (await session.load());
  if (!me) return { path: "/login", query: to.path === "/" ? {} : { next: to.fullPath } };
  return to.path === "/" ? home(me.pages, me.account.role) : true;
}

router.beforeEach(admit);

/** A page that could not be opened: where to, and what stood in the way. */
export const stuck = shallowRef<{ to: string; error: unknown } | null>(null);

const RELOADED = "gs.reloaded";
const RELOAD_AGAIN_MS = 10_000;

/** After an update the parts of the old page are gone: load the new page instead, but never in a circle. */
function reloadOnce(to: string): boolean {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - last < RELOAD_AGAIN_MS) return false;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.assign(to);
  return true;
}

router.onError((error, to) => {
  const partMissing = !(error instanceof Refusal);
  if (!(partMissing && reloadOnce(to.fullPath))) stuck.value = { to: to.fullPath, error };
});
router.afterEach((_to, _from, failure) => {
  if (!failure) stuck.value = null;
});
