import { textIn } from '../util/search.ts';

export interface LoginSearch {
  /** Where one wanted to go: a page of ours, with its search parameters. */
  return?: string;
  /** Code of why it did not work, from the provider's way back. */
  error?: string;
}

export function loginSearchOf(search: Record<string, unknown>): LoginSearch {
  const back = textIn(search.return);
  const error = textIn(search.error);
  return {
    ...(back === undefined || !isOurs(back) ? {} : { return: back }),
    ...(error === undefined ? {} : { error }),
  };
}

/** A link to our sign-in page must not end on another site: `//evil.example` and `/\evil.example` are its addresses. */
function isOurs(address: string): boolean {
  return /^\/(?![/\\])/.test(address);
}
