/** Text of a git configuration file: keys like `http.sslVerify`. Throws when a value could break out of its line. */
export function gitConfigText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => {
      const dot = key.lastIndexOf('.');
      if (/[\0\r\n]/.test(value)) throw new Error(`the value of ${key} has more than one line`);
      const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
      return `[${section(key.slice(0, dot))}]\n\t${key.slice(dot + 1)} = "${quoted}"\n`;
    })
    .join('');
}

/** `protocol.https` is section `protocol`, subsection `https`. */
function section(name: string): string {
  const [first = '', ...rest] = name.split('.');
  return rest.length === 0 ? first : `${first} "${rest.join('.')}"`;
}

/** What git is told wherever it runs: it asks nobody, runs nothing of a repository's, and does no chores unasked. */
export const baseSettings = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.askPass': '',
  'core.logAllRefUpdates': 'false',
  // Larger ones are streamed by git instead of held, whatever a server sends.
  'core.bigFileThreshold': '16m',
  'credential.helper': '',
  'fetch.recurseSubmodules': 'false',
  'submodule.recurse': 'false',
  // One pack a fetch, and no loose objects by the thousand.
  'fetch.unpackLimit': '1',
  'gc.autoDetach': 'false',
  'gc.autoPackLimit': '50',
  'gc.pruneExpire': '1.day.ago',
  'http.followRedirects': 'false',
  'http.lowSpeedLimit': '100',
  'http.lowSpeedTime': '60',
  'maintenance.auto': 'false',
  'pack.threads': '2',
  'protocol.version': '2',
  'transfer.bundleURI': 'false',
  // Containers run as users that do not own their volumes.
  'safe.directory': '*',
} as const;
