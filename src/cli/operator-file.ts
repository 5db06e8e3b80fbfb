import { join } from 'node:path';
import { z } from 'zod';
import type { Files } from '../env/env.ts';
import { failure, HoldfastError } from '../errors.ts';

/** Where `holdfast run` leaves its address and token for the other commands. */
export function operatorFile(dataDirectory: string): string {
  return join(dataDirectory, 'operator.json');
}

const schema = z.object({
  url: z.string(),
  token: z.string().min(1),
  pid: z.number(),
  /** PEM: what it shows, where it serves https. */
  certificate: z.exactOptional(z.string()),
});
export type OperatorAddress = z.infer<typeof schema>;

/** Readable by its owner only: the token is all that one needs. */
export async function writeOperatorFile(files: Files, directory: string, address: OperatorAddress): Promise<void> {
  await files.makeDirectory(directory, { mode: 0o700 });
  await files.writeAtomic(operatorFile(directory), `${JSON.stringify(address, undefined, 2)}\n`, { mode: 0o600 });
}

/** Throws CLI_OPERATOR_NOT_FOUND when there is none, or none that makes sense. */
export async function readOperatorFile(files: Files, directory: string): Promise<OperatorAddress> {
  try {
    const bytes = await files.read(operatorFile(directory), 64 * 1024);
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    if (error instanceof HoldfastError && error.code !== 'FILE_NOT_FOUND') throw error;
    throw failure('CLI_OPERATOR_NOT_FOUND', { directory }, error);
  }
}
