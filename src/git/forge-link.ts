/** How forges call the place of a line in a file at a revision. */
const forges: { host: RegExp; link: (path: string, revision: string, line: number | undefined) => string }[] = [
  { host: /^github\./, link: (path, revision, line) => `blob/${revision}/${path}${at('#L', line)}` },
  { host: /^gitlab\./, link: (path, revision, line) => `-/blob/${revision}/${path}${at('#L', line)}` },
  { host: /^bitbucket\.org$/, link: (path, revision, line) => `src/${revision}/${path}${at('#lines-', line)}` },
  {
    host: /^(codeberg\.org|gitea\.|forgejo\.)/,
    link: (path, revision, line) => `src/commit/${revision}/${path}${at('#L', line)}`,
  },
];

/** Where people read a file of a repository; undefined where its address does not tell of what kind the forge is. */
export function forgeLink(repoURL: string, revision: string, path: string, line?: number): string | undefined {
  const short = /^(?:[\w.-]+@)?([\w.-]+):(?!\/)([\w./~-]+)$/.exec(repoURL);
  const url = URL.parse(short ? `ssh://${short[1]}/${short[2]}` : repoURL);
  if (url === null || !/^(https?|ssh|git):$/.test(url.protocol)) return undefined;
  const forge = forges.find(({ host }) => host.test(url.hostname));
  const repository = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  if (forge === undefined || repository === '') return undefined;
  // A port of SSH, and who logs in, are none of the browser's business.
  const host = url.protocol === 'ssh:' || url.protocol === 'git:' ? url.hostname : url.host;
  const file = path.split('/').map(encodeURIComponent).join('/');
  return `https://${host}${repository}/${forge.link(file, encodeURIComponent(revision), line)}`;
}

function at(mark: string, line: number | undefined): string {
  return line === undefined ? '' : `${mark}${line}`;
}
