import { textIn } from '../util/search.ts';

/** What a command line asks with that wants to be let in; all of it, or nothing. */
export interface ApproveSearch {
  port?: string;
  challenge?: string;
  state?: string;
}

export function approveSearchOf(search: Record<string, unknown>): ApproveSearch {
  const [port, challenge, state] = [textIn(search.port), textIn(search.challenge), textIn(search.state)];
  return port === undefined || challenge === undefined || state === undefined ? {} : { port, challenge, state };
}

/** The letters that the terminal shows, too: `state` begins with them. */
export function checkWordIn(state: string): string {
  return /^[A-Z]{4}-[A-Z]{4}(?=-)/.exec(state)?.[0] ?? '';
}
