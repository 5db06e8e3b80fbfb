import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Env } from '../../env/env.ts';
import { failure, HoldfastError } from '../../errors.ts';
import type { Link } from './chain.ts';

/** Signs checkpoints. Ed25519: the same text gives the same signature. */
export interface SigningKey {
  /** `SHA256:…` of the public key. */
  fingerprint: string;
  sign(text: string): string;
  publicPem: string;
}

export interface PublicKey {
  fingerprint: string;
  verifies(text: string, signature: string): boolean;
}

/** PKCS #8 of an Ed25519 key is this and its 32 secret bytes (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const maxPem = 16 * 1024;

/** The key of the data directory; made when there is none. Throws AUDIT_KEY_UNUSABLE when there is something else. */
export async function openKey(env: Pick<Env, 'files' | 'random'>, path: string): Promise<SigningKey> {
  let pem: string;
  try {
    pem = Buffer.from(await env.files.read(path, maxPem, { noFollow: true })).toString('utf8');
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'FILE_NOT_FOUND') throw error;
    pem = pemOf('PRIVATE KEY', Buffer.concat([pkcs8, env.random.bytes(32)]));
    await env.files.writeAtomic(path, pem, { mode: 0o600 });
  }
  return signingKey(pem, path);
}

function signingKey(pem: string, path: string): SigningKey {
  const secret = parsed(path, () => createPrivateKey(pem));
  const shown = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  return {
    fingerprint: fingerprintOf(shown),
    publicPem: pemOf('PUBLIC KEY', shown),
    sign: text => sign(null, Buffer.from(text), secret).toString('base64'),
  };
}

/** Throws AUDIT_KEY_UNUSABLE. */
export function publicKey(pem: string, path: string): PublicKey {
  const key = parsed(path, () => createPublicKey(pem));
  return {
    fingerprint: fingerprintOf(key.export({ format: 'der', type: 'spki' })),
    verifies: (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64')),
  };
}

/** What the signature of a checkpoint is about. */
export function checkpointText({ seq, hash }: Link): string {
  return `holdfast audit checkpoint\n${seq}\n${hash}\n`;
}

function parsed(path: string, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    // What the library says may quote the file.
    throw failure('AUDIT_KEY_UNUSABLE', { path });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw failure('AUDIT_KEY_UNUSABLE', { path });
  return key;
}

/** An Ed25519 key fits on one line. */
function pemOf(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
}

function fingerprintOf(der: Buffer): string {
  const digest = createHash('sha256').update(der).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}
