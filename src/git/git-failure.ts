import { type ErrorCode, failure, type HoldfastError } from '../errors.ts';
import { maskSecrets } from './url.ts';

type Known = Extract<
  ErrorCode,
  'GIT_AUTH_FAILED' | 'GIT_HOST_UNKNOWN' | 'GIT_OBJECT_INVALID' | 'GIT_REPOSITORY_NOT_FOUND' | 'GIT_REVISION_NOT_FOUND'
>;

/** What git and ssh say (in the C locale), and what it means. The first that fits counts. */
const meanings: readonly [RegExp, Known][] = [
  [/Host key verification failed|No .* host key is known/i, 'GIT_HOST_UNKNOWN'],
  [
    /Permission denied|Authentication failed|could not read (Username|Password)|HTTP 40[13]|error: 40[13]/i,
    'GIT_AUTH_FAILED',
  ],
  [/couldn't find remote ref ([^\s]+)/i, 'GIT_REVISION_NOT_FOUND'],
  [
    /not our ref|Not a valid (commit|object) name|Server does not allow request for unadvertised/i,
    'GIT_REVISION_NOT_FOUND',
  ],
  [
    /repository .*not found|does not appear to be a git repository|Repository not found|does not exist|error: 404/i,
    'GIT_REPOSITORY_NOT_FOUND',
  ],
  [
    /bad object|object file .* is empty|loose object .* is corrupt|unable to read (tree|sha1|object)|missing (blob|tree|commit|object)|bad tree object|not a git repository|invalid gitfile format|(packfile|index) .*(corrupt|mismatch|too small|unsupported|cannot be)|inflate: data stream error|did not send all necessary objects/i,
    'GIT_OBJECT_INVALID',
  ],
];

const maxRead = 16 * 1024;
const maxLine = 1000;

export interface FailedRun {
  command: string;
  url: string;
  code: number;
  signal: string | undefined;
  stderr: string;
}

/** What a failed git said, as an error of the catalogue: short, one line, no secrets. */
export function gitFailure(run: FailedRun, secrets: readonly string[]): HoldfastError {
  const { url, command } = run;
  const said = readable(run.stderr);
  const reason = reasonOf(run, said, secrets);
  const code = meanings.find(([pattern]) => said.some(line => pattern.test(line)))?.[1];
  if (code === undefined) return failure('GIT_FAILED', { command, url, reason });
  if (code === 'GIT_OBJECT_INVALID') return failure(code, { url, id: `for git ${command}`, reason });
  if (code === 'GIT_AUTH_FAILED') return failure(code, { url, reason });
  if (code === 'GIT_REVISION_NOT_FOUND') return failure(code, { url, revision: revisionIn(said.join('\n')) });
  return failure(code, { url });
}

/** The last lines that are not too long: a server may send whatever it likes, and a line that is cut could show half a secret. */
function readable(stderr: string): string[] {
  return (
    stderr
      .slice(-maxRead)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a server may send terminal codes
      .replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, ' ')
      .split('\n')
      .slice(stderr.length > maxRead ? 1 : 0)
      .map(line => (line.length > maxLine ? '(a very long line)' : line.trim()))
      .filter(line => line !== '' && !/^(hint|warning):/.test(line))
  );
}

function reasonOf(run: FailedRun, said: readonly string[], secrets: readonly string[]): string {
  const text = maskSecrets(said.slice(-3).join('; '), secrets).slice(0, 300);
  return text === '' ? `it ended with ${run.signal ?? run.code}` : text;
}

function revisionIn(stderr: string): string {
  return (
    /remote ref ([^\s]{1,200})|not our ref ([0-9a-f]{40})/
      .exec(stderr)
      ?.slice(1)
      .find(part => part !== undefined) ?? 'of that name'
  );
}
