/** Short names for what the report doors give. */
import type { components } from "@/contract/types";

type Schemas = components["schemas"];

export type Sources = Schemas["SourcesAnswer"];
export type ShopSource = Schemas["ReportShop"];
export type Named = Schemas["Named"];
export type Caliber = Schemas["CaliberAnswer"];
export type Sense = NonNullable<Caliber["target"]>["sense"];
export type Figures = Schemas["FiguresAnswer"];
export type FigureRow = Schemas["ReportRow"];
export type Compared = Schemas["Compared"];
export type Explanation = Schemas["ExplainAnswer"];
export type Case = Schemas["ExplainedRow"];
export type Told = Schemas["ReportConversation"];
export type Line = Schemas["ConversationLine"];
export type Clock = Told["clocks"][number];
export type Curves = Schemas["DistributionAnswer"];
export type Pace = Schemas["PaceAnswer"];
export type Benchmark = Schemas["BenchmarkAnswer"];
export type OwnCalibers = Schemas["OwnCalibers"];
export type Checked = Schemas["OwnChecked"];
