import { asFailure, failure } from '../../errors.ts';

const refusals: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOEXEC: 'it is no program (a script needs a #! line)',
  EBUSY: 'it is in use',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOTEMPTY: 'it is a directory with something in it',
};

const outages: Record<string, string> = {
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EIO: 'the disk reports an error',
};

/** What the system refuses becomes an error that says so; the rest stays as it is. */
export async function permitted<Result>(action: string, path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const [refusal, outage] = [refusals[code], outages[code]];
    if (refusal !== undefined) throw failure('MACHINE_NOT_PERMITTED', { action, path, reason: refusal }, error);
    if (outage !== undefined) throw failure('MACHINE_WRITE_FAILED', { action, path, reason: outage }, error);
    throw asFailure(error);
  }
}
