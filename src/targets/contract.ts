import { strict as assert } from 'node:assert';
import type { Desired, Live, Rendered } from '../model/resource.ts';
import type { ApplyContext, Permit, Target } from './target.ts';

/**
 * What a target brings to be asked. Each question uses names of its own, so all may share one fixture.
 * Docs: docs/adding-a-target.md.
 */
export interface ContractFixture {
  /** Started. `restart` replaces it. */
  target: Target;
  context(application: string): ApplyContext;
  /** A resource that needs no other, with one of two contents. */
  render(application: string, name: string, content: 'first' | 'second'): Rendered;
  /** Somebody changes what was declared in it, past Holdfast. */
  changeByHand(live: Live): Promise<void>;
  deleteByHand(live: Live): Promise<void>;
  /** Closes the target and starts another on the same place, which remembers nothing. */
  restart(): Promise<void>;
  /** Asks again until it is so; throws at a deadline. */
  waitFor(what: string, ask: () => boolean): Promise<void>;
}

/** For those who ask a target and have no project. */
export const unrestricted: Permit = { refusalOf: () => undefined, account: undefined };

export interface Question {
  question: string;
  ask(fixture: ContractFixture): Promise<void>;
}

const { signal } = new AbortController();

async function identify(fixture: ContractFixture, application: string, name: string, content: 'first' | 'second') {
  const rendered = [fixture.render(application, name, content)];
  const { desired, problems } = await fixture.target.identify(rendered, fixture.context(application), signal);
  assert.deepEqual(problems, []);
  const [only] = desired;
  assert(only !== undefined && desired.length === 1, 'one resource is named as one');
  await fixture.target.cover(application, desired, signal);
  return only;
}

function find({ target }: ContractFixture, application: string, { key }: Pick<Desired, 'key'>): Live | undefined {
  return target.observe(application, [key]).live.get(key);
}

async function apply(fixture: ContractFixture, application: string, desired: Desired) {
  const live = find(fixture, application, desired);
  return await fixture.target.apply(desired, live, fixture.context(application), signal);
}

async function make(fixture: ContractFixture, application: string, name: string) {
  const desired = await identify(fixture, application, name, 'first');
  const applied = await apply(fixture, application, desired);
  const live = find(fixture, application, desired);
  assert(live !== undefined, 'what was applied shows at once');
  return { desired, applied, live };
}

/** The same questions for every target. */
export const contract: readonly Question[] = [
  {
    question: 'what the project forbids is neither made, nor changed, nor deleted, and said with its reason',
    async ask(fixture) {
      const application = 'border';
      const permit: Permit = { refusalOf: act => `this ${act} is not allowed`, account: undefined };
      const context = { ...fixture.context(application), permit };
      const refused = (act: string) => ({ code: 'PROJECT_FORBIDS', message: `this ${act} is not allowed` });
      const never = await identify(fixture, application, 'never', 'first');
      await assert.rejects(fixture.target.apply(never, undefined, context, signal), refused('write'));
      assert.equal(find(fixture, application, never), undefined);
      const { desired, live } = await make(fixture, application, 'border');
      const second = await identify(fixture, application, 'border', 'second');
      await assert.rejects(fixture.target.apply(second, live, context, signal), refused('write'));
      await assert.rejects(
        fixture.target.remove(live, { propagation: 'background', permit }, signal),
        refused('delete'),
      );
      const restarted = fixture.target.restart?.(application, live, { permit }, signal);
      if (restarted !== undefined) await assert.rejects(restarted, refused('write'));
      const made = { ...live, parents: [] };
      const gone = fixture.target.removeOwned?.(application, made, { permit }, signal);
      if (gone !== undefined) await assert.rejects(gone, refused('delete'));
      assert.equal(find(fixture, application, desired)?.uid, live.uid);
      assert.equal(find(fixture, application, desired)?.fingerprint, live.fingerprint);
    },
  },
  {
    question: 'what was never applied is not there, and known not to be',
    async ask(fixture) {
      const desired = await identify(fixture, 'absent', 'absent', 'first');
      const { complete, live } = fixture.target.observe('absent', [desired.key]);
      assert.equal(complete, true);
      assert.equal(live.size, 0);
      assert(!fixture.target.owners().includes('absent'));
    },
  },
  {
    question: 'what was applied shows at once, as its application’s, as it was answered',
    async ask(fixture) {
      const { desired, applied, live } = await make(fixture, 'shows', 'shows');
      assert.equal(applied.hash, desired.body.hash);
      assert.equal(live.uid, applied.uid);
      assert.equal(live.fingerprint, applied.fingerprint);
      assert.equal(live.owner, 'shows');
      assert.equal(live.deleting, false);
      assert(fixture.target.owners().includes('shows'));
    },
  },
  {
    question: 'applying the same again changes nothing',
    async ask(fixture) {
      const { desired, applied } = await make(fixture, 'again', 'again');
      assert.deepEqual(await apply(fixture, 'again', desired), applied);
    },
  },
  {
    question: 'another content changes the same thing',
    async ask(fixture) {
      const { applied } = await make(fixture, 'content', 'content');
      const second = await identify(fixture, 'content', 'content', 'second');
      const preview = await fixture.target.preview(second, undefined, fixture.context('content'), signal);
      assert.notDeepEqual(preview.changes, []);
      const changed = await apply(fixture, 'content', second);
      assert.equal(changed.key, applied.key);
      assert.notEqual(changed.hash, applied.hash);
    },
  },
  {
    question: 'a change by hand shows as another fingerprint, is explained, and healed',
    async ask(fixture) {
      const { desired, applied, live } = await make(fixture, 'drift', 'drift');
      const told: string[] = [];
      const stop = fixture.target.onChange(application => told.push(application));
      await fixture.changeByHand(live);
      await fixture.waitFor('the change', () => find(fixture, 'drift', desired)?.fingerprint !== applied.fingerprint);
      await fixture.waitFor('the hint', () => told.includes('drift'));
      stop();
      const drifted = find(fixture, 'drift', desired);
      const preview = await fixture.target.preview(desired, drifted, fixture.context('drift'), signal);
      assert.notDeepEqual(preview.changes, []);
      const healed = await apply(fixture, 'drift', desired);
      assert.equal(find(fixture, 'drift', desired)?.fingerprint, healed.fingerprint);
    },
  },
  {
    question: 'a preview of what is as declared is empty, and remembers how that looks',
    async ask(fixture) {
      const { desired, applied, live } = await make(fixture, 'preview', 'preview');
      const preview = await fixture.target.preview(desired, live, fixture.context('preview'), signal);
      assert.deepEqual(preview.changes, []);
      assert.equal(preview.fingerprint, applied.fingerprint);
      assert.equal(preview.uid, applied.uid);
    },
  },
  {
    question: 'a preview of what is not there tells of its making, and makes nothing',
    async ask(fixture) {
      const desired = await identify(fixture, 'unmade', 'unmade', 'first');
      const preview = await fixture.target.preview(desired, undefined, fixture.context('unmade'), signal);
      assert.notDeepEqual(preview.changes, []);
      assert.equal(await fixture.target.read(desired.id, signal), undefined);
    },
  },
  {
    question: 'what is deleted by hand is missing, and can be made again',
    async ask(fixture) {
      const { desired, live } = await make(fixture, 'missing', 'missing');
      await fixture.deleteByHand(live);
      await fixture.waitFor('its absence', () => find(fixture, 'missing', desired) === undefined);
      assert.equal(fixture.target.observe('missing', [desired.key]).complete, true);
      await apply(fixture, 'missing', desired);
      assert(find(fixture, 'missing', desired) !== undefined);
    },
  },
  {
    question: 'what is removed goes; removing it twice does nothing',
    async ask(fixture) {
      const { desired, live } = await make(fixture, 'removed', 'removed');
      await fixture.target.remove(live, { propagation: 'background', permit: unrestricted }, signal);
      await fixture.waitFor('its absence', () => find(fixture, 'removed', desired) === undefined);
      await fixture.target.remove(live, { propagation: 'background', permit: unrestricted }, signal);
      assert.equal(await fixture.target.read(desired.id, signal), undefined);
    },
  },
  {
    question: 'applications do not see each other’s resources',
    async ask(fixture) {
      const { desired } = await make(fixture, 'one', 'mine');
      const other = await make(fixture, 'two', 'yours');
      const keys = [...fixture.target.observe('one', []).live.keys()];
      assert(keys.includes(desired.key));
      assert(!keys.includes(other.desired.key));
    },
  },
  {
    question: 'a new start sees what runs exactly as the former left it',
    async ask(fixture) {
      const { desired, applied } = await make(fixture, 'restart', 'restart');
      await fixture.restart();
      const { complete, live } = fixture.target.observe('restart', []);
      assert.equal(complete, true);
      const found = live.get(desired.key);
      assert.equal(found?.uid, applied.uid);
      assert.equal(found?.fingerprint, applied.fingerprint);
      assert.equal(found?.owner, 'restart');
    },
  },
  {
    question: 'what is read and shown is JSON',
    async ask(fixture) {
      const { desired } = await make(fixture, 'text', 'text');
      const texts = [await fixture.target.read(desired.id, signal), await fixture.target.show(desired)];
      for (const text of texts) assert.doesNotThrow(() => JSON.parse(text ?? ''));
    },
  },
  {
    question: 'two declarations of one resource differ where they differ',
    async ask(fixture) {
      const first = await identify(fixture, 'contrast', 'contrast', 'first');
      const second = await identify(fixture, 'contrast', 'contrast', 'second');
      assert.deepEqual(await fixture.target.contrast(first, first), []);
      assert((await fixture.target.contrast(first, second)).length > 0);
    },
  },
  {
    question: 'what nobody made is owned by nobody, and nothing is told of it',
    async ask(fixture) {
      const { desired } = await make(fixture, 'childless', 'childless');
      const { resources, complete } = await fixture.target.owned('childless', signal);
      assert.deepEqual([resources, complete], [[], true]);
      assert.deepEqual(await fixture.target.events('childless', desired.id, signal), []);
    },
  },
  {
    question: 'an application without probes is healthy beyond its resources',
    async ask(fixture) {
      fixture.target.watchProbes('unprobed', []);
      assert.equal(fixture.target.probe('unprobed').status, 'Healthy');
    },
  },
  {
    question: 'capabilities are the same as long as nothing changes',
    async ask(fixture) {
      assert.deepEqual(await fixture.target.capabilities(signal), await fixture.target.capabilities(signal));
    },
  },
  {
    question: 'access is checked, with something to say for each check',
    async ask(fixture) {
      const results = await fixture.target.check(signal);
      assert(results.length > 0);
      for (const { ok, message, advice } of results) assert(message !== '' && (ok || advice !== ''));
    },
  },
];
