/** What the editor offers to begin with; the check of the server is what says whether it is right. */
export const TEMPLATE = `[[caliber]]
id = "own_first_15s"
names = { zh = "15 秒首答率", en = "First answer within 15 s" }
source = "店内规定 2026-11"
measure = "within"
unit = "session_first"
threshold = 15
window = [9, 22]
target = { at_least = 95 }
`;
