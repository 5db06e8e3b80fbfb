import { createHash } from 'node:crypto';
import type { Env } from '../env/env.ts';
import { asFailure } from '../errors.ts';
import { maxChartBytes } from './chart-source.ts';

const maxArchives = 500;

/** Archives on disk, by digest. Each is checked when it is read: what was damaged or tampered with is not there. */
export interface ChartCache {
  read(digest: string): Promise<Uint8Array | undefined>;
  write(digest: string, bytes: Uint8Array): Promise<void>;
}

export function createChartCache(env: Env, directory: string): ChartCache {
  const { files } = env;

  function pathOf(digest: string): string | undefined {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    return hex === undefined ? undefined : `${directory}/${hex}.tgz`;
  }

  /** The oldest go. */
  async function trim(): Promise<void> {
    const names = (await files.list(directory)).filter(name => name.endsWith('.tgz'));
    if (names.length <= maxArchives) return;
    const stats = await Promise.all(
      names.map(async name => ({ name, at: (await files.stat(`${directory}/${name}`))?.modifiedAt ?? 0 })),
    );
    stats.sort((a, b) => a.at - b.at);
    for (const { name } of stats.slice(0, names.length - maxArchives)) await files.remove(`${directory}/${name}`);
  }

  return {
    async read(digest) {
      const path = pathOf(digest);
      if (path === undefined) return undefined;
      const bytes = await files.read(path, maxChartBytes, { noFollow: true }).catch(() => undefined);
      if (bytes === undefined) return undefined;
      return `sha256:${createHash('sha256').update(bytes).digest('hex')}` === digest ? bytes : undefined;
    },
    async write(digest, bytes) {
      const path = pathOf(digest);
      if (path === undefined) return;
      try {
        await files.makeDirectory(directory);
        await files.writeAtomic(path, bytes, { durable: false });
        await trim();
      } catch (error) {
        // A full disk costs the cache, not the delivery.
        env.log.warn('a chart could not be kept', { digest, reason: asFailure(error).message });
      }
    },
  };
}
