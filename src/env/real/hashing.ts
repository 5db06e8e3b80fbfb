import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Hashing } from '../env.ts';

const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt);

export const realHashing: Hashing = {
  async scrypt(password, salt, { cost, blockSize, parallelization, length }) {
    // Node's own limit is just what N and r need; some more is needed besides.
    const maxmem = 128 * blockSize * (cost + parallelization + 2) + 1024 * 1024;
    return await derive(password, salt, length, { N: cost, r: blockSize, p: parallelization, maxmem });
  },
};
