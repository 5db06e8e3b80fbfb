import type { Link } from './chain.ts';
import { checkpointText, type SigningKey } from './key.ts';
import type { AuditEntry } from './record.ts';
import type { Retired } from './retention.ts';

/** What the log says about itself. */

export function begun(key: SigningKey | undefined): AuditEntry {
  return byUs('audit.begun', 'the log begins', key === undefined ? {} : { key: key.fingerprint });
}

export function checkpoint(key: SigningKey, link: Link): AuditEntry {
  const detail = { key: key.fingerprint, signature: key.sign(checkpointText(link)) };
  return byUs('audit.checkpoint', `records up to ${link.seq} are signed`, detail);
}

export function gap(since: number, lost: number): AuditEntry {
  const what = lost === 0 ? 'nothing could be written for a while; nothing is lost' : `${lost} records are lost`;
  return byUs('audit.gap', what, { since, lost });
}

export function retired({ file, bytes, last, at }: Retired): AuditEntry {
  const what = `records up to ${last.seq} are removed: they are older than what is to be kept`;
  return byUs('audit.retired', what, { file, bytes, record: last.seq, hash: last.hash, since: at });
}

function byUs(action: AuditEntry['action'], what: string, detail: NonNullable<AuditEntry['detail']>): AuditEntry {
  return { who: 'holdfast', via: 'automation', action, what, result: 'done', detail };
}
