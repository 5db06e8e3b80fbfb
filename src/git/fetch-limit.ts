import type { Env } from '../env/env.ts';

const lookEveryMs = 500;

/** Aborts work with `excess()` when git has written more than `maxBytes` of a pack that it receives: git itself has no limit for that. */
export async function withFetchLimit<Result>(
  env: Env,
  packDirectory: string,
  maxBytes: number,
  signal: AbortSignal,
  excess: () => Error,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  let cancel = () => {};

  async function look(): Promise<void> {
    let size = 0;
    for (const name of await env.files.list(packDirectory)) {
      if (name.startsWith('tmp_')) size += (await env.files.stat(`${packDirectory}/${name}`))?.size ?? 0;
    }
    if (size > maxBytes) limit.abort(excess());
  }

  function later(): void {
    cancel = env.timers.after(lookEveryMs, () => {
      later();
      look().catch(() => {}); // The next look is a new one.
    });
  }

  later();
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    cancel();
  }
}
