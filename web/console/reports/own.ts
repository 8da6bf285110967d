/** What the editor offers to begin with; the check of the server is what says whether it is right. */
export const TEMPLATE = `[[caliber]]
id = "own_first_15s"
names = { zh = "15 秒首答率", en = "First answer within 15 s" }
source = "店内规定 2026-11"
measure = "within"
unit = "session_first"
threshold = 15
target = { at_least = 95 }

[[example]]
id = "一个正好 15 秒，一个慢 1 秒"
tz = "Asia/Shanghai"
messages = [
  { id = "1", t = "2026-11-10T10:00:00+08:00", from = "buyer", buyer = "甲", session = "1", kind = "text" },
  { id = "2", t = "2026-11-10T10:00:15+08:00", from = "agent", buyer = "甲", session = "1", kind = "text", agent = "小满" },
  { id = "3", t = "2026-11-10T10:01:00+08:00", from = "buyer", buyer = "乙", session = "2", kind = "text" },
  { id = "4", t = "2026-11-10T10:01:16+08:00", from = "agent", buyer = "乙", session = "2", kind = "text", agent = "小满" },
]
expect = [{ caliber = "own_first_15s", value = 50, num = 1, den = 2 }]
`;
