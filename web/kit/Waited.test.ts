import { mount } from "@vue/test-utils";
import { beforeAll, expect, test } from "vitest";
import Waited from "./Waited.vue";
import { speak } from "./words";

beforeAll(() => speak("zh"));

test.each([
  [6_000, "6 秒内"],
  [30_000, "30 秒内"],
  [180_000, "3 分钟内"],
  [180_001, "超过 3 分钟"],
])("a turn that was answered after %i ms is not said to be waiting", (ms, said) => {
  const text = mount(Waited, { props: { ms } }).text();
  expect(text).toContain(said);
  expect(text).not.toContain("待回");
});
