import type { Ran } from '../access/audit/ran.ts';
import { eachLimited } from '../apply/limit.ts';
import { readEnvironment } from '../dialects/read.ts';
import { asFailure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import type { StepResult } from '../model/status.ts';
import type { Controller } from './controller.ts';
import { differenceFrom } from './difference.ts';
import type { Then } from './past.ts';

/** What bringing back a moment would do to one application. */
export interface RebuildStep {
  application: string;
  project?: string;
  /** `same`: it runs as then. `declare`: it is declared no more; Git has to have it again first. `remove`: it was not there then. */
  do: 'same' | 'change' | 'declare' | 'remove' | 'unknown';
  /** Then, and now. */
  revision: string;
  present: string;
  resources: { key: string; action: StepResult['action'] }[];
  /** Why it is not known, or what is in the way. */
  message: string;
}

export interface Rebuild extends Pick<Then, 'at' | 'environment'> {
  applications: RebuildStep[];
}

const concurrent = 4;

type Declarations = Promise<ReadonlyMap<string, Application>>;

/** A plan for each application, at the revisions of that moment and as it was declared then, against what is live now. */
export async function rebuildAt(
  controller: Controller,
  { at, environment, applications: all }: Then,
  only: string | undefined,
  signal: AbortSignal,
): Promise<Rebuild> {
  const steps: RebuildStep[] = [];
  const declarations = new Map<string, Declarations>();
  const running = all.filter(({ state }) => state === 'running');
  await eachLimited(running, concurrent, async ran => {
    steps.push(await stepOf(controller, ran, declarations, signal));
  });
  const then = new Set(running.map(({ application }) => application));
  for (const { name, project } of controller.catalog.applications.values()) {
    if (then.has(name) || (only !== undefined && name !== only)) continue;
    const resources = (controller.find(name)?.declared?.desired ?? []).map(({ key }) => ({
      key,
      action: 'delete' as const,
    }));
    const present = presentOf(controller, name);
    steps.push({
      application: name,
      project,
      do: 'remove',
      revision: '',
      present,
      resources,
      message: 'it was not there',
    });
  }
  steps.sort((a, b) => (a.application < b.application ? -1 : 1));
  return { at, ...(environment === undefined ? {} : { environment }), applications: steps };
}

async function stepOf(
  controller: Controller,
  ran: Ran,
  declarations: Map<string, Declarations>,
  signal: AbortSignal,
): Promise<RebuildStep> {
  const { application: name, revision, project } = ran;
  const now = controller.catalog.applications.get(name);
  const of = {
    application: name,
    ...(project === undefined ? {} : { project }),
    revision,
    present: presentOf(controller, name),
  };
  try {
    const declared = await declaredThen(controller, ran, declarations, signal);
    if (declared === undefined)
      return { ...of, do: 'unknown', resources: [], message: 'how it was declared is not known' };
    const desired = await controller.declare(declared, { sources: ran.sources }, signal);
    if (now === undefined) {
      const resources = desired.desired.map(({ key }) => ({ key, action: 'create' as const }));
      return { ...of, do: 'declare', resources, message: 'it is not declared any more' };
    }
    const { plan } = await differenceFrom(controller, declared, desired, signal);
    const resources = plan.groups.flatMap(({ steps }) => steps.map(({ key, action }) => ({ key, action })));
    return { ...of, do: resources.length === 0 ? 'same' : 'change', resources, message: plan.guard ?? '' };
  } catch (error) {
    signal.throwIfAborted();
    return { ...of, do: 'unknown', resources: [], message: asFailure(error).message };
  }
}

/** As Git said then; what the target itself declares has no history, and goes as it is now. */
async function declaredThen(
  controller: Controller,
  { application, declaredAt }: Ran,
  known: Map<string, Declarations>,
  signal: AbortSignal,
): Promise<Application | undefined> {
  const now = controller.catalog.applications.get(application);
  if (declaredAt === undefined || now?.origin.kind === 'cluster') return now;
  const reading = known.get(declaredAt) ?? readAt(controller, declaredAt, signal);
  known.set(declaredAt, reading);
  return (await reading).get(application) ?? now;
}

async function readAt({ services }: Controller, commit: string, signal: AbortSignal): Declarations {
  const { repositories, place, target } = services;
  const tree = await repositories.open(place.repoURL).tree(commit, signal);
  const { applications } = await readEnvironment(tree, place.path, { title: place.name, servers: [target.server] });
  return new Map(applications.map(one => [one.name, one]));
}

function presentOf(controller: Controller, name: string): string {
  return controller.find(name)?.status.sync.revision ?? '';
}
