interface Forge {
  host: RegExp;
  /** The place of a line in a file at a revision. */
  link: (path: string, revision: string, line: number | undefined) => string;
  /** The page on which a pull request is opened; `into` undefined: into the branch that the forge takes for the main one. */
  propose: (branch: string, into: string | undefined) => string;
}

/** What forges call their pages. */
const forges: Forge[] = [
  {
    host: /^github\./,
    link: (path, revision, line) => `blob/${revision}/${path}${at('#L', line)}`,
    propose: (branch, into) => `compare/${range(into, branch)}?expand=1`,
  },
  {
    host: /^gitlab\./,
    link: (path, revision, line) => `-/blob/${revision}/${path}${at('#L', line)}`,
    propose: (branch, into) =>
      `-/merge_requests/new?${query({ 'merge_request[source_branch]': branch, 'merge_request[target_branch]': into })}`,
  },
  {
    host: /^bitbucket\.org$/,
    link: (path, revision, line) => `src/${revision}/${path}${at('#lines-', line)}`,
    propose: (branch, into) => `pull-requests/new?${query({ source: branch, dest: into })}`,
  },
  {
    host: /^(codeberg\.org|gitea\.|forgejo\.)/,
    link: (path, revision, line) => `src/commit/${revision}/${path}${at('#L', line)}`,
    propose: (branch, into) => `compare/${range(into, branch)}`,
  },
];

/** Where people read a file of a repository; undefined where its address does not tell of what kind the forge is. */
export function forgeLink(repoURL: string, revision: string, path: string, line?: number): string | undefined {
  const found = pagesOf(repoURL);
  const file = path.split('/').map(encodeURIComponent).join('/');
  return found && `${found.pages}/${found.forge.link(file, encodeURIComponent(revision), line)}`;
}

/** Where a pull request of that branch is opened. */
export function proposalLink(repoURL: string, branch: string, into?: string): string | undefined {
  const found = pagesOf(repoURL);
  return found && `${found.pages}/${found.forge.propose(branch, into)}`;
}

function pagesOf(repoURL: string): { forge: Forge; pages: string } | undefined {
  const short = /^(?:[\w.-]+@)?([\w.-]+):(?!\/)([\w./~-]+)$/.exec(repoURL);
  const url = URL.parse(short ? `ssh://${short[1]}/${short[2]}` : repoURL);
  if (url === null || !/^(https?|ssh|git):$/.test(url.protocol)) return undefined;
  const forge = forges.find(({ host }) => host.test(url.hostname));
  const repository = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  if (forge === undefined || repository === '') return undefined;
  // A port of SSH, and who logs in, are none of the browser's business.
  const host = url.protocol === 'ssh:' || url.protocol === 'git:' ? url.hostname : url.host;
  return { forge, pages: `https://${host}${repository}` };
}

/** Names of branches may hold slashes, and keep them. */
function range(into: string | undefined, branch: string): string {
  const named = [into, branch].flatMap(one =>
    one === undefined ? [] : one.split('/').map(encodeURIComponent).join('/'),
  );
  return named.join('...');
}

function query(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return new URLSearchParams(given).toString();
}

function at(mark: string, line: number | undefined): string {
  return line === undefined ? '' : `${mark}${line}`;
}
