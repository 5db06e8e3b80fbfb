import type { Env } from '../env/env.ts';
import { asFailure } from '../errors.ts';

interface Files {
  certFile: string;
  keyFile: string;
}
export interface Certificate {
  /** PEM, both. */
  cert: string;
  key: string;
}

const maxBytes = 1024 * 1024;
/** Certificates are replaced under a running operator. */
const rereadMs = 60_000;

/** Throws FILE_NOT_FOUND. */
export async function readTls(env: Pick<Env, 'files'>, files: Files | undefined): Promise<Certificate | undefined> {
  if (files === undefined) return undefined;
  const read = async (path: string) => Buffer.from(await env.files.read(path, maxBytes)).toString('utf8');
  return { cert: await read(files.certFile), key: await read(files.keyFile) };
}

/** Hands over what the files hold, again and again, until the answer is called. */
export function rereadTls(
  env: Pick<Env, 'files' | 'timers' | 'log'>,
  files: Files | undefined,
  renew: (now: Certificate) => void,
): () => void {
  let stop = () => {};
  const look = async () => {
    try {
      const now = await readTls(env, files);
      if (now !== undefined) renew(now);
    } catch (error) {
      env.log.warn('The certificate cannot be read; the old one is used', { reason: asFailure(error).message });
    }
  };
  const later = () => {
    stop = env.timers.after(rereadMs, () => void look().then(later));
  };
  if (files !== undefined) later();
  return () => stop();
}
