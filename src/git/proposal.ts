import { type FileChange, identityOf, oneLine, quoted } from './patch.ts';

/** A commit that somebody is to decide about: its branch, what it is based on, and what it changes. */
export interface Proposal {
  /** Below `proposalPrefix`. */
  branch: string;
  /** Id of the commit that it follows. */
  base: string;
  /** What the base was known by: a branch, most often. */
  from: string;
  author: string;
  /** Milliseconds since 1970. */
  at: number;
  subject: string;
  /** Paragraphs. */
  body: string;
  files: readonly FileChange[];
}

/** Where proposed commits go, and nothing else is ever pushed. Nobody follows such a branch. */
export const proposalPrefix = 'holdfast/accept-';

const committer = 'Holdfast <holdfast@holdfast.invalid>';

/** `holdfast/accept-shop-1f9a2c3d`: the same for the same change to the same commit. */
export function proposalBranch(application: string, id: string): string {
  const name = application.replace(/[^\w-]+/g, '-').slice(0, 80);
  return `${proposalPrefix}${name}-${id.slice(0, 8)}`;
}

/** What makes `git fast-import` write the commit, and say its id. https://git-scm.com/docs/git-fast-import */
export function importText({ base, author, at, subject, body, files }: Proposal): string {
  const { name, address } = identityOf(author);
  const time = `${Math.floor(at / 1_000)} +0000`;
  const changes = files.map(({ path, after, executable = false }) =>
    after === undefined
      ? `D ${quoted(path)}\n`
      : `M ${executable ? '100755' : '100644'} inline ${quoted(path)}\n${data(after)}`,
  );
  return [
    'commit refs/heads/proposal\nmark :1\n',
    `author ${name} <${address}> ${time}\ncommitter ${committer} ${time}\n`,
    data(`${oneLine(subject)}\n\n${body.trim()}\n`),
    `from ${base}\n`,
    ...changes,
    '\nget-mark :1\ndone\n',
  ].join('');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
