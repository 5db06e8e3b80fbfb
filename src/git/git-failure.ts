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
  [/not our ref|upload-pack: not our ref|Server does not allow request for unadvertised/i, 'GIT_REVISION_NOT_FOUND'],
  [
    /repository .*not found|does not appear to be a git repository|Repository not found|does not exist|error: 404/i,
    'GIT_REPOSITORY_NOT_FOUND',
  ],
  [
    /bad object|object file .* is empty|loose object .* is corrupt|unable to read (tree|sha1|object)|missing (blob|tree|commit|object)|bad tree object|not a git repository|(packfile|index) .*(corrupt|mismatch|too small|unsupported|cannot be)|inflate: data stream error|did not send all necessary objects/i,
    'GIT_OBJECT_INVALID',
  ],
];

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
  const reason = reasonOf(run, secrets);
  const code = meanings.find(([pattern]) => pattern.test(run.stderr))?.[1];
  if (code === undefined) return failure('GIT_FAILED', { command, url, reason });
  if (code === 'GIT_OBJECT_INVALID') return failure(code, { url, id: `for git ${command}`, reason });
  if (code === 'GIT_AUTH_FAILED') return failure(code, { url, reason });
  if (code === 'GIT_REVISION_NOT_FOUND') return failure(code, { url, revision: revisionIn(run.stderr) });
  return failure(code, { url });
}

function reasonOf(run: FailedRun, secrets: readonly string[]): string {
  const lines = maskSecrets(run.stderr, secrets)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a server may send terminal codes
    .replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, ' ')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('hint:') && !line.startsWith('warning:'));
  const text = lines.slice(-3).join('; ').slice(0, 300);
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
