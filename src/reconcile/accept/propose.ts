import { asFailure, failure } from '../../errors.ts';
import { proposalLink } from '../../git/forge-link.ts';
import { proposalBranch } from '../../git/proposal.ts';
import type { Controller } from '../controller.ts';
import { draw } from './accept.ts';
import type { Chosen } from './units.ts';

export interface ProposeRequest {
  /** Default: all that differs. */
  resources?: readonly Chosen[] | undefined;
  /** `id` of the acceptance that was shown: where it would be another one, nothing is pushed (ACCEPTANCE_CHANGED). */
  expect?: string | undefined;
  /** Why, in the words of whoever proposes it. */
  reason?: string | undefined;
  /** Of the commit: a name, with an address where one is known. */
  author: string;
}

/** A branch that says what is live, and waits for somebody to merge it. */
export interface Proposed {
  repoURL: string;
  branch: string;
  commit: string;
  /** The commit that it follows. */
  revision: string;
  subject: string;
  /** Where a pull request is opened; undefined where the address does not tell of what kind the forge is. */
  link?: string;
  /** False: the very same had been proposed before. */
  isNew: boolean;
}

/** Pushes what `accept` shows, as a branch of its own; Git says something else only when somebody merges it. */
export async function propose(
  controller: Controller,
  name: string,
  { resources, expect, reason, author }: ProposeRequest,
  by: string,
  signal: AbortSignal,
): Promise<Proposed> {
  const { acceptance, source, body, files } = await draw(controller, name, resources, author, signal);
  const { id, subject, repoURL, revision, notAccepted } = acceptance;
  if (files.length === 0) throw failure('ACCEPTANCE_EMPTY', { name, reason: notAccepted[0]?.why ?? 'nothing differs' });
  if (expect !== undefined && expect !== id) throw failure('ACCEPTANCE_CHANGED', { name });
  const branch = proposalBranch(name, id);
  const repository = controller.services.repositories.open(source.repoURL);
  const { chronicle } = controller;
  const about = { branch, repository: repoURL, subject };
  const why = reason === undefined || reason.trim() === '' ? {} : { reason };
  if (repository.propose === undefined)
    throw failure('GIT_PUSH_REFUSED', { url: repoURL, branch, reason: 'it is a directory, and no repository' });
  const proposal = {
    ...{ branch, base: revision, from: source.from, author, at: controller.services.env.clock.now(), subject, files },
    body: [...(why.reason === undefined ? [] : [why.reason.trim()]), body].join('\n\n'),
  };
  try {
    const { commit, isNew, into, link } = await repository.propose(proposal, signal);
    if (isNew) {
      const what = `what is live is proposed to Git: ${commit.slice(0, 7)} on ${branch}`;
      const detail = { ...about, ...why, commit };
      controller.tell(name, 'person', what, by, { action: 'drift.proposed', detail });
    }
    const page = proposalLink(repoURL, branch, into) ?? link;
    return { repoURL, branch, commit, revision, subject, isNew, ...(page === undefined ? {} : { link: page }) };
  } catch (error) {
    signal.throwIfAborted();
    const { message } = asFailure(error);
    const detail = { ...about, reason: message };
    chronicle.happened(name, 'what is live could not be proposed to Git', by, {
      ...{ action: 'drift.proposed', result: 'failed', detail },
    });
    throw error;
  }
}
