import { createHash } from 'node:crypto';
import { asFailure } from '../../errors.ts';
import { type FileChange, mailPatch } from '../../git/patch.ts';
import type { Application } from '../../model/application.ts';
import type { LockedSource } from '../../model/lock.ts';
import { describeResource } from '../../model/resource.ts';
import type { Tree } from '../../sources/tree.ts';
import type { Controller } from '../controller.ts';
import { type Declared, declare } from '../declare.ts';
import { differenceFrom } from '../difference.ts';
import { applicationNamed, declaredAt } from '../requests.ts';
import { contextOf } from '../survey.ts';
import { Draft, readText, type Written } from './draft.ts';
import { type Strategy, strategiesFor } from './strategies.ts';
import { type Chosen, type NotAccepted, type Unit, unitsOf } from './units.ts';

/** The commit that would make Git say what is live. */
export interface Acceptance {
  /** The same for the same change to the same commit. */
  id: string;
  repoURL: string;
  revision: string;
  patch: string;
  subject: string;
  command: string;
  files: { path: string; before: string; after: string }[];
  accepted: { key: string; path: string; file: string; line: number }[];
  notAccepted: NotAccepted[];
}

/** What a commit is made of, besides what is shown of it. */
export interface Draught {
  acceptance: Acceptance;
  source: LockedSource;
  body: string;
  files: FileChange[];
}

interface Trial {
  unit: Unit;
  strategies: Strategy[];
  why: string;
  written?: Written;
}

/** Each round ends one way of at least one thing; nobody has more than these. */
const maxRounds = 8;
const notReached = 'the change in the file does not reach the resource: something else sets this field';

/** Proposes, and changes nothing. What is proposed was rendered, and compared with what is live: it differs no more. */
export async function draw(
  controller: Controller,
  name: string,
  chosen: readonly Chosen[] | undefined,
  by: string,
  signal: AbortSignal,
): Promise<Draught> {
  const application = applicationNamed(controller, name);
  const declared = await declaredAt(controller, application, undefined, signal);
  const { resources } = await differenceFrom(controller, application, declared, signal);
  const { units, notAccepted } = unitsOf(name, resources, declared.desired, chosen);
  const { trials, source, tree } = await trialsOf(controller, application, declared, units, notAccepted, signal);
  const refuse = ({ unit: { key, path }, why }: Trial) => notAccepted.push({ key, path, why });
  let left = trials;
  let draft = new Draft(tree);
  for (let round = 0; left.length > 0; round++) {
    draft = new Draft(tree);
    left = await writeAll(left, draft, refuse);
    const failed = await prove(controller, application, declared, source, draft, left, signal);
    if (failed.length === 0) break;
    for (const { trial, why } of failed) {
      trial.why = why;
      trial.strategies = round < maxRounds ? trial.strategies.slice(1) : [];
    }
  }
  const files = await filesOf(tree, draft, left);
  const about = [...new Set(left.map(({ unit }) => describeResource(unit.id)))];
  const subject = `Accept what is live in ${name}: ${about.length === 1 ? about[0] : `${about.length} resources`}`;
  const body = bodyOf(left);
  const mail = { author: by, at: controller.services.env.clock.now(), subject, body, files };
  const acceptance: Acceptance = {
    id: identityOf(name, source, files),
    repoURL: source.repoURL.replace(/\/\/[^/@]*@/, '//'),
    revision: source.revision,
    patch: files.length === 0 ? '' : mailPatch(mail),
    subject,
    // Git takes the ends of lines in a mail for the mail's.
    command: files.some(({ before }) => before.includes('\r\n')) ? 'git am --keep-cr --3way' : 'git am --3way',
    files: files.map(({ path, before, after = '' }) => ({ path, before, after })),
    accepted: left.flatMap(({ unit: { key, path }, written }) =>
      written === undefined ? [] : { key, path, ...written },
    ),
    notAccepted,
  };
  return { acceptance, source, body, files };
}

function identityOf(name: string, { repoURL, revision }: LockedSource, files: readonly FileChange[]): string {
  const text = JSON.stringify([name, repoURL, revision, ...files.map(({ path, after }) => [path, after ?? null])]);
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

/** The ways there are for each, in the first source that has any. A patch is for one repository. */
async function trialsOf(
  { locks, services }: Controller,
  { sources }: Application,
  { lock }: Declared,
  units: readonly Unit[],
  notAccepted: NotAccepted[],
  signal: AbortSignal,
) {
  const nowhere: LockedSource = { repoURL: '', revision: '', from: '' };
  let chosen: LockedSource | undefined;
  const trials: Trial[] = [];
  for (const unit of units) {
    let why = 'no source in Git declares it';
    for (const [i, source] of sources.entries()) {
      const locked = lock.sources[i];
      if (locked === undefined || (source.path === '' && source.chart === undefined)) continue;
      const tree = await locks.tree(source, locked, signal);
      const found = await strategiesFor(unit, source, tree, services.target, signal);
      if ('why' in found) why = found.why;
      else if (chosen !== undefined && (chosen.repoURL !== locked.repoURL || chosen.revision !== locked.revision))
        why = `it comes from another repository: ${locked.repoURL.replace(/\/\/[^/@]*@/, '//')}`;
      else {
        chosen = locked;
        trials.push({ unit, strategies: found, why });
        why = '';
        break;
      }
    }
    if (why !== '') notAccepted.push({ key: unit.key, path: unit.path, why });
  }
  const source = chosen ?? lock.sources[0] ?? nowhere;
  const at = lock.sources.indexOf(source);
  const declaredSource = sources[at];
  const tree = declaredSource === undefined ? emptyTree : await locks.tree(declaredSource, source, signal);
  return { trials, source, tree };
}

const emptyTree: Tree = {
  ...{ id: '', entry: async () => undefined, list: async () => undefined },
  ...{ read: async () => new Uint8Array(), reference: async () => '' },
};

/** Writes each in the first of its ways that can be written at all. */
async function writeAll(trials: readonly Trial[], draft: Draft, refuse: (trial: Trial) => void): Promise<Trial[]> {
  const written: Trial[] = [];
  for (const trial of trials) {
    delete trial.written;
    for (const [i, strategy] of trial.strategies.entries()) {
      const attempt = await strategy(draft);
      if ('why' in attempt) {
        trial.why = attempt.why;
        continue;
      }
      trial.strategies = trial.strategies.slice(i);
      trial.written = attempt;
      written.push(trial);
      break;
    }
    if (trial.written === undefined) refuse(trial);
  }
  return written;
}

/** Renders what would be in Git, and says what of it would still differ. */
async function prove(
  controller: Controller,
  application: Application,
  declared: Declared,
  source: LockedSource,
  draft: Draft,
  trials: readonly Trial[],
  signal: AbortSignal,
): Promise<{ trial: Trial; why: string }[]> {
  const { services, locks } = controller;
  const all = (why: string) => trials.map(trial => ({ trial, why }));
  const isEdited = (locked: LockedSource) => locked.repoURL === source.repoURL && locked.revision === source.revision;
  const edited: Pick<typeof locks, 'tree'> = {
    tree: async (one, locked, asked) => (isEdited(locked) ? draft.tree : await locks.tree(one, locked, asked)),
  };
  let desired: Map<string, Declared['desired'][number]>;
  try {
    const project = controller.project(application);
    const now = await declare(application, declared.lock, project, services, edited, signal);
    desired = new Map(now.desired.map(one => [one.key, one]));
  } catch (error) {
    signal.throwIfAborted();
    return all(asFailure(error).message);
  }
  const keys = new Set(trials.map(({ unit }) => unit.key));
  // What runs is made of files: another file is another release.
  const areManifests = services.target.contentOf === undefined;
  const other = declared.desired.find(
    ({ key, body }) => areManifests && !keys.has(key) && desired.get(key)?.body.hash !== body.hash,
  );
  if (other !== undefined) return all(`it would also change ${describeResource(other.id)}`);
  const { live } = services.target.observe(application.name, [...keys]);
  const failed: { trial: Trial; why: string }[] = [];
  for (const key of keys) {
    const own = trials.filter(({ unit }) => unit.key === key);
    const now = desired.get(key);
    const isGone = own.some(({ unit }) => unit.path === '');
    if (now === undefined || isGone) {
      if (isGone !== (now === undefined)) failed.push(...own.map(trial => ({ trial, why: notReached })));
      continue;
    }
    const { changes } = await services.target.preview(now, live.get(key), contextOf(application, services), signal);
    const differs = (path: string) => changes.some(change => overlaps(change.path, path));
    failed.push(...own.filter(({ unit }) => differs(unit.path)).map(trial => ({ trial, why: notReached })));
  }
  return failed;
}

function overlaps(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

async function filesOf(tree: Tree, draft: Draft, left: readonly Trial[]): Promise<FileChange[]> {
  if (left.length === 0) return [];
  const files = [...draft.edits].map(async ([path, after]): Promise<FileChange> => {
    const executable = (await tree.entry(path))?.executable ?? false;
    return { path, before: (await readText(tree, path)) ?? '', after, executable };
  });
  return (await Promise.all(files)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

const maxBodyLines = 50;

function bodyOf(trials: readonly Trial[]): string {
  const lines = trials.map(({ unit: { id, path, change } }) => {
    const what = describeResource(id);
    if (change === undefined) return `- ${what}: is not there any more`;
    const shown = (value: string | undefined) => (value === undefined ? 'nothing' : value.slice(0, 120));
    return `- ${what} ${path}: ${shown(change.declared)} -> ${shown(change.live)}`;
  });
  const more = lines.length > maxBodyLines ? [`- and ${lines.length - maxBodyLines} more`] : [];
  return ['Made by hand where it runs, and kept:', '', ...lines.slice(0, maxBodyLines), ...more].join('\n');
}
