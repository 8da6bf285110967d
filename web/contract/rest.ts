/** Short names for what the REST doors take and give. */
import type { components } from "./types";

type Schemas = components["schemas"];

export type Me = Schemas["LoggedInAs"];
export type Permission = Schemas["Permission"];
export type PageName = Schemas["Page"];
export type Role = Schemas["Role"];
export type LoginSession = Schemas["LoginSession"];
export type DemoLogin = Schemas["DemoLogin"];
export type Account = Schemas["Account"];
export type Assignment = Schemas["Assignment"];
export type GroupSettings = Schemas["GroupSettingsAnswer"];
export type Coverage = Schemas["CoverageAnswer"];
export type Cover = Schemas["CoverAnswer"];
export type Hole = Schemas["HoleAnswer"];
export type HoursOfAll = Schemas["HoursAnswer"];
export type Hours = Schemas["HoursShown"];
export type Spans = Schemas["SpecialDayBody"]["spans"];
export type ShiftsOfWeek = Schemas["RosterAnswer"];
export type Shift = Schemas["ShiftAnswer"];
export type Worker = Schemas["Worker"];
export type ConsultRule = Schemas["RuleBody"];
export type Ladder = Schemas["LadderAnswer"];
export type Sender = Schemas["SenderAnswer"];
export type Notices = Schemas["NoticesAnswer"];
export type Device = Schemas["DeviceAnswer"];
export type KeptReply = Schemas["KeptReply"];
export type ReplyText = Schemas["ReplyText"];
export type RepliesLook = Schemas["RepliesLook"];
export type BankQuestion = Schemas["BankQuestion"];
export type BankPage = Schemas["QuestionsAnswer"];
export type BankState = keyof BankPage["states"];
export type BankChoices = Schemas["BankChoices"];
export type QuestionVersion = Schemas["QuestionVersion"];
export type QuestionText = Schemas["QuestionText"];
export type QuestionShown = Schemas["QuestionShown"];
export type AnswerShown = Schemas["AnswerShown"];
export type OutsideRobot = Schemas["OutsideRobotShown"];
export type OutsideKeys = Schemas["OutsideKeys"];
export type SortedGroups = Schemas["GroupsAnswer"];
export type ConsultRow = Schemas["ConsultRow"];
export type RobotLesson = Schemas["LessonAnswer"];
export type RobotWork = Schemas["RobotWork"];
export type RobotMode = RobotWork["mode"];
export type KeywordRule = Schemas["KeywordRuleShown"];
export type BankImported = Schemas["BankImported"];
export type Alike = Schemas["AlikeShown"];
export type Lesson = Schemas["LessonAnswer"];
export type LessonName = Schemas["LessonAsk"]["what"];
export type Proposals = Schemas["ProposalsAnswer"];
export type Proposal = Schemas["ProposalShown"];
export type Trial = Schemas["TrialAnswer"];
export type TrialSample = Schemas["SampleShown"];
export type FittedModel = Schemas["ModelAnswer"];
export type Campaign = Schemas["CampaignAnswer"];
export type BlockMade = Schemas["BlockMade"];
export type BlockShown = Schemas["BlockShown"];
export type AuditRow = Schemas["AuditRow"];
export type Retention = Schemas["RetentionAnswer"];
export type Start = Schemas["StartAnswer"];
export type Imports = Schemas["ImportsAnswer"];
export type Imported = Schemas["Imported"];
export type Upload = Schemas["UploadAnswer"];
export type FileLook = Schemas["FileLook"];
export type ReadingAsked = Schemas["ReadingModel"];
export type ImportRole = Schemas["LookAnswer"]["roles"][number];
export type ImportBy = NonNullable<ReadingAsked["sides"]>[string];
export type ImportState = Schemas["ImportProgress"];
export type ImportResult = Schemas["ImportResult"];
export type Rehearsal = Schemas["RehearsalAnswer"];

/** Every refusal, whatever the door. */
export interface ErrorReply {
  code: string;
  message: string;
}
