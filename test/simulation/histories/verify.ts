import { logFiles } from '../../../src/access/audit/chain.ts';
import { publicKey } from '../../../src/access/audit/key.ts';
import { auditDirectory, publicKeyName } from '../../../src/access/audit/log.ts';
import { type Verdict, Verifier } from '../../../src/access/audit/verify.ts';
import type { ModelDisk } from '../env/disk.ts';
import { dataDirectory } from '../world.ts';

/** What `holdfast audit verify` would say of the log on this disk; undefined where there is none. */
export async function verifyAudit(disk: ModelDisk): Promise<Verdict | undefined> {
  const directory = auditDirectory(dataDirectory);
  const pem = disk.find(`${directory}/${publicKeyName}`, false)?.content;
  const found = logFiles([...(disk.find(directory, false)?.entries.keys() ?? [])]);
  if (pem === undefined || found.length === 0) return undefined;
  const verifier = new Verifier({ key: publicKey(Buffer.from(pem).toString('utf8'), publicKeyName) });
  for (const { name } of found) await verifier.file(name, [disk.need(`${directory}/${name}`).content]);
  return verifier.end();
}
