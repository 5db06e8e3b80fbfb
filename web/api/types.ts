import type { z } from 'zod';
import type * as account from '../../src/api/account-schemas.ts';
import type * as drift from '../../src/api/drift-schemas.ts';
import type * as list from '../../src/api/list-schemas.ts';
import type * as login from '../../src/api/login-schemas.ts';
import type * as past from '../../src/api/past-schemas.ts';
import type * as surroundings from '../../src/api/places-schemas.ts';
import type * as planning from '../../src/api/plan-schemas.ts';
import type * as schemas from '../../src/api/schemas.ts';
import type * as setting from '../../src/api/settings-schemas.ts';
import type * as timelines from '../../src/api/timeline-schemas.ts';
import type * as trees from '../../src/api/tree-schemas.ts';

/** What the API takes and answers, by the schemas that the operator checks it with. Types only: none of it is in the bundle. */
export type Problem = schemas.Problem;
export type Environment = z.infer<typeof schemas.environment>;
export type Application = z.infer<typeof schemas.application>;
export type FieldChange = z.infer<typeof schemas.fieldChange>;
export type Author = z.infer<typeof schemas.author>;
export type LogLine = z.infer<typeof schemas.logLine>;

export type Sync = z.infer<typeof schemas.sync>;
export type Plan = z.infer<typeof planning.plan>;
export type Removal = z.infer<typeof planning.removal>;
export type PlanAsked = z.infer<typeof planning.planBody>;
export type Revisions = z.infer<typeof planning.revisions>;
export type Contrast = z.infer<typeof planning.contrast>;

export type List = list.List;
export type ListRow = list.ListRow;
export type ListState = list.ListState;
export type Changes = list.ChangesView;
export type May = list.May;
export type HealthStatus = ListRow['health']['status'];
export type SyncStatus = ListRow['sync']['status'];

export type Tree = z.infer<typeof trees.tree>;
export type TreeNode = Tree['nodes'][number];
export type ResourceAct = TreeNode['acts'][number];
export type ResourceView = z.infer<typeof trees.resourceView>;
export type ResourceEvent = z.infer<typeof trees.resourceEvent>;

export type Drifts = drift.Drifts;
export type DriftRow = drift.DriftRow;
export type Acceptance = z.infer<typeof drift.acceptance>;
export type Proposed = z.infer<typeof drift.proposed>;

export type AuditRecord = z.infer<typeof past.record>;
export type Delivery = z.infer<typeof past.delivery>;
export type Timeline = z.infer<typeof timelines.timeline>;
export type TimelineEntry = Timeline['entries'][number];
export type TimelineKind = TimelineEntry['kind'];
export type ThenAndNow = timelines.ThenAndNow;
export type ThenRow = ThenAndNow['applications'][number];
export type Ran = NonNullable<ThenRow['past']>;
export type Rebuild = z.infer<typeof past.rebuild>;
export type RebuildStep = Rebuild['applications'][number];

export type Project = surroundings.ProjectView;
export type Repository = surroundings.RepositoryView;
export type Target = surroundings.TargetView;
export type Settings = z.infer<typeof setting.settings>;

export type SessionState = login.SessionState;
export type OwnAccount = account.OwnAccount;
export type OwnSession = z.infer<typeof account.sessionView>;
export type CommandLineAnswer = z.infer<typeof account.commandLineAnswer>;
export type Account = login.AccountView;
export type Invitation = z.infer<typeof login.invitation>;
export type Token = schemas.TokenView;
export type NewToken = z.infer<typeof schemas.newToken>;
export type SetupState = z.infer<typeof login.setupState>;
export type LoggedOut = z.infer<typeof login.loggedOut>;
export type PasskeyRequestOptions = z.infer<typeof login.requestOptions>;
export type PasskeyCreationOptions = z.infer<typeof login.creationOptions>;
