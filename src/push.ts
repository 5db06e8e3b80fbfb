import { basename } from 'node:path';
import { stringify } from 'yaml';
import { waitUntil } from './apply/wait.ts';
import type { ApplyRequest, PathRequest, RenderRequest } from './cli/local.ts';
import { holdDirectory } from './config/hold.ts';
import { readConfig } from './config/read.ts';
import type { OperatorConfig } from './config/schema.ts';
import { readEnvironment } from './dialects/read.ts';
import type { Env } from './env/env.ts';
import { failure } from './errors.ts';
import { assemble, type Closing, closeAll, jqPathsOf, type Parts, settingsOf } from './main.ts';
import type { Application, Project } from './model/application.ts';
import type { Sync } from './model/status.ts';
import { Controller } from './reconcile/controller.ts';
import { renderSources } from './reconcile/declare.ts';
import { gateMs } from './reconcile/gate.ts';
import { Locks } from './reconcile/locks.ts';
import { requestSync } from './reconcile/requests.ts';
import type { Services } from './reconcile/services.ts';
import { isSeenSinceSync } from './reconcile/state.ts';
import { directoryRepositories } from './sources/directory-repository.ts';
import { createTarget, maskedManifest } from './targets/create.ts';
import type { Capabilities } from './targets/target.ts';
import { version } from './version.ts';

/** A directory on this disk in the place of a repository, and the one application that is meant. */
interface Local {
  config: OperatorConfig;
  parts: Parts;
  place: Services['place'];
  application: Application;
  projects: Map<string, Project>;
  settings: ReturnType<typeof settingsOf>;
}

async function open(env: Env, request: PathRequest, closing: Closing, signal: AbortSignal): Promise<Local> {
  const repo = `file://${request.path}`;
  const config = await readConfig(env, { ...request.flags, repo }, request.place);
  const parts = await assemble(env, config, closing, {
    wrap: others => directoryRepositories(env, request.path, repo, others),
  });
  const repository = parts.repositories.open(repo);
  const tree = await repository.tree(await repository.resolve('HEAD', {}, signal), signal);
  const title = request.name ?? basename(request.path);
  const read = await readEnvironment(tree, '.', { title });
  const application = choose(read.applications, request, read.problems[0]?.message);
  const settings = settingsOf(config, read.environment?.target);
  const place = { name: read.environment?.name ?? title, repoURL: repo, path: '.', revision: 'HEAD' };
  return {
    config,
    parts,
    place,
    application,
    settings,
    projects: new Map(read.projects.map(project => [project.name, project])),
  };
}

/** The only one there is, or the one of that name. A person is there and waits: nothing is left to automation, and nothing gives way. */
function choose(
  applications: readonly Application[],
  { path, name, namespace }: PathRequest,
  problem: string | undefined,
): Application {
  const [first, ...others] = applications;
  const named = applications.find(application => application.name === name);
  const chosen = named ?? (others.length === 0 ? first : undefined);
  if (chosen === undefined) {
    const reason =
      first === undefined
        ? (problem ?? 'there is nothing to deliver')
        : `there are several; say which by --name: ${applications
            .map(one => one.name)
            .slice(0, 10)
            .join(', ')}`;
    throw failure('PATH_UNCLEAR', { path, reason });
  }
  const { automated: _, ...policy } = chosen.policy;
  const destination = namespace === undefined ? chosen.destination : { ...chosen.destination, namespace };
  return {
    ...chosen,
    name: name ?? chosen.name,
    destination,
    policy: { ...policy, rollbackOnFailure: false },
    dependsOn: [],
  };
}

/** `holdfast render PATH`: what would be applied, as YAML documents. Without a target, nothing is assumed of one. */
export async function renderPath(env: Env, request: RenderRequest, signal: AbortSignal): Promise<string> {
  const closing: Closing = [];
  try {
    const { config, parts, place, application, projects } = await open(env, request, closing, signal);
    const capabilities = await capabilitiesOf(env, config, parts, place.name, signal);
    const locks = new Locks({ env, place, ...parts });
    const lock = await locks.resolve(application, undefined, signal);
    const project = projects.get(application.project);
    const { rendered } = await renderSources(
      application,
      lock,
      project,
      { place, ...parts },
      locks,
      capabilities,
      signal,
    );
    const texts = rendered.map(async ({ id, body }) => {
      const manifest = JSON.parse(await body.reveal()) as Record<string, unknown>;
      return stringify(request.reveal ? manifest : maskedManifest(manifest, id));
    });
    return (await Promise.all(texts)).join('---\n');
  } finally {
    await closeAll(closing);
  }
}

const nothingAssumed: Capabilities = { kubeVersion: '', apiVersions: [], hash: '' };

/** Of the target that the flags name; nothing is assumed where they name none. */
async function capabilitiesOf(
  env: Env,
  config: OperatorConfig,
  parts: Parts,
  name: string,
  signal: AbortSignal,
): Promise<Capabilities> {
  const settings = settingsOf(config, undefined);
  if (settings === undefined) return nothingAssumed;
  const { dataDirectory } = config;
  const target = await createTarget({ env, dataDirectory, name, version, jqPaths: jqPathsOf(parts.queries) }, settings);
  try {
    await target.start(signal);
    return await target.capabilities(signal);
  } finally {
    await target.close();
  }
}

/** `holdfast apply PATH`: one sync from a pipeline. Answers its record when it has ended and, if it went well, all is healthy. */
export async function applyPath(
  env: Env,
  request: ApplyRequest,
  progress: (sync: Sync) => void,
  signal: AbortSignal,
): Promise<Sync> {
  const closing: Closing = [];
  try {
    const { config, parts, place, application, projects, settings } = await open(env, request, closing, signal);
    if (settings === undefined) throw failure('TARGET_UNKNOWN', { path: request.path });
    const { dataDirectory } = config;
    closing.push(await holdDirectory(env, dataDirectory));
    // Before the directory is let go of: one writer at a time.
    closing.push(() => parts.audit.close());
    const target = await createTarget(
      { env, dataDirectory, name: place.name, version, jqPaths: jqPathsOf(parts.queries) },
      settings,
    );
    closing.push(() => target.close());
    await target.start(signal);
    const controller = new Controller(
      { env, target, place, ...parts },
      { applications: new Map([[application.name, application]]), projects, problems: [] },
    );
    closing.push(() => controller.close());
    controller.listen();
    target.watchProbes(application.name, application.probes);
    const { prune, dryRun, confirm } = request;
    const sync = await requestSync(controller, application.name, { prune, dryRun, confirm }, 'pipeline', signal);
    const stop = controller.onChange(() => progress(sync));
    await controller.find(application.name)?.operation?.ended;
    stop();
    if (sync.result !== 'succeeded' || dryRun) return sync;
    return await untilHealthy(env, controller, application, sync, progress, signal);
  } finally {
    await closeAll(closing);
  }
}

async function untilHealthy(
  env: Env,
  controller: Controller,
  application: Application,
  sync: Sync,
  progress: (sync: Sync) => void,
  signal: AbortSignal,
): Promise<Sync> {
  const { name } = application;
  let said = '';
  const healthy = await waitUntil(
    () => {
      const state = controller.find(name);
      const isSeen = state !== undefined && isSeenSinceSync(state);
      const health = isSeen ? state.status.health : { status: 'Unknown', message: 'not looked at yet' };
      if (health.status === 'Healthy' || health.status === 'Suspended') return true;
      if (health.message !== said) progress({ ...sync, message: `waits: ${health.message}` });
      said = health.message;
      return undefined;
    },
    // What is asked for is known to the controller, a little after the target told of a change.
    { env, target: controller, application: name, signal, deadline: env.clock.monotonic() + gateMs(application) },
  );
  return healthy ? sync : { ...sync, result: 'failed', message: `applied, but not healthy in time: ${said}` };
}
