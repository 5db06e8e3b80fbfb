import type { Access } from '../access/access.ts';
import { startApi } from '../api/listen.ts';
import { homeOf } from '../api/place.ts';
import { startWaiting } from '../api/waiting.ts';
import { readConfig } from '../config/read.ts';
import { readTls, rereadTls } from '../config/tls.ts';
import { readWritten } from '../config/written.ts';
import type { Env } from '../env/env.ts';
import { startHoldfast } from '../main.ts';
import type { RunRequest } from './local.ts';
import { type OperatorAddress, readOperatorFile, writeOperatorFile } from './operator-file.ts';
import { openWeb } from './web.ts';

/** Runs an operator with its API until the signal, and leaves its address and token in the data directory. */
export async function runOperator(quiet: Env, request: RunRequest, signal: AbortSignal): Promise<void> {
  const config = await readConfig(quiet, request.flags, request.place);
  const { dataDirectory, listen, log } = config;
  const env = request.logging(log.level, log.format);
  const written = await readWritten(quiet, request.flags, request.place, config);
  const earlier = await readOperatorFile(env.files, dataDirectory).catch(() => undefined);

  const tls = await readTls(env, listen.tls);
  // Before the target answers: what watches over the process is not to take waiting for hanging. Where it cannot listen is said below.
  const { host, port, trustedProxies = [] } = listen;
  const waiting = port === 0 ? undefined : await startWaiting({ host, port, tls }).catch(() => undefined);
  const holdfast = await startHoldfast(env, config, signal).finally(() => waiting?.close());
  const { operator, access, services } = holdfast;
  try {
    // The same token and, if it is free, the same port as before: who was connected finds it again after a restart.
    const token = earlier?.token ?? Buffer.from(env.random.bytes(32)).toString('base64url');
    const { publicURL } = config;
    const { metrics, tracer } = services;
    const parts = { env, operator, access, config: written, metrics, tracer, web: await openWeb(env) };
    const options = { ...parts, host, publicURL, trustedProxies, tls, token };
    const serve = (one: number) => startApi({ ...options, port: one });
    const usual = port === 0 ? portOf(earlier) : 0;
    const api = usual === 0 ? await serve(port) : await serve(usual).catch(() => serve(0));
    try {
      const { pid } = await env.processes.self();
      const trusted = tls === undefined ? {} : { certificate: tls.cert };
      await writeOperatorFile(env.files, dataDirectory, { url: api.url, token, pid, ...trusted });
      request.started(api.url, setupLink(access, publicURL, api.url), log.format === 'json' ? env.log : undefined);
      const stopReading = rereadTls(env, listen.tls, api.renew);
      await aborted(signal).finally(stopReading);
    } finally {
      await api.close();
    }
  } finally {
    await holdfast.close({ stopProcesses: request.stopProcesses });
  }
}

/** A new one at every start, as long as there is nobody: whoever sees the operator's output is its first admin. */
function setupLink({ signIn }: Access, publicURL: string | undefined, url: string): string | undefined {
  if (!signIn.needsSetup()) return undefined;
  const { token } = signIn.people.invite(undefined, true, 'operator');
  return `${homeOf(publicURL, url)}/setup#${token}`;
}

function portOf(address: OperatorAddress | undefined): number {
  return Number(URL.parse(address?.url ?? '')?.port ?? 0);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
