import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { failure } from '../../errors.ts';
import type { PasskeyRecord } from './records.ts';

/*
 * Passkeys (WebAuthn level 3), without attestation: whoever makes one says for themselves which public key it has. What is checked
 * when one is made and used are the steps of sections 7.1 and 7.2 that are left then.
 */

/** COSE's numbers, in the order of preference, and the keys that they are for. */
const algorithms: Readonly<Record<number, { hash: 'sha256' | null; fits: (key: KeyObject) => boolean }>> = {
  [-7]: { hash: 'sha256', fits: key => key.asymmetricKeyDetails?.namedCurve === 'prime256v1' },
  [-8]: { hash: null, fits: key => key.asymmetricKeyType === 'ed25519' },
  [-257]: {
    hash: 'sha256',
    fits: key => key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048,
  },
};

/** Where the browser is: its keys are for this name only. */
export interface RelyingParty {
  /** `https://holdfast.example` */
  origin: string;
  /** `holdfast.example` */
  id: string;
}

export interface Registration {
  id: string;
  response: {
    clientDataJSON: string;
    authenticatorData: string;
    publicKey: string;
    publicKeyAlgorithm: number;
  };
}

export interface Assertion {
  id: string;
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | null };
}

/** How long somebody may take. */
export const passkeyMs = 5 * 60_000;

export function requestOptionsFor({ id }: RelyingParty, challenge: string) {
  return { challenge, rpId: id, timeout: passkeyMs, userVerification: 'required' as const };
}

export function creationOptionsFor(
  { id }: RelyingParty,
  challenge: string,
  user: { handle: string; name: string; passkeys: readonly PasskeyRecord[] },
) {
  const { handle, name, passkeys } = user;
  return {
    challenge,
    rp: { id, name: 'Holdfast' },
    user: { id: handle, name, displayName: name },
    pubKeyCredParams: Object.keys(algorithms).map(alg => ({ type: 'public-key' as const, alg: Number(alg) })),
    timeout: passkeyMs,
    excludeCredentials: passkeys.map(one => ({ type: 'public-key' as const, id: one.id })),
    authenticatorSelection: {
      residentKey: 'required' as const,
      requireResidentKey: true as const,
      userVerification: 'required' as const,
    },
    attestation: 'none' as const,
  };
}

const clientData = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});

/** The challenge that is answered, not yet checked. Throws LOGIN_PASSKEY_REFUSED. */
export function challengeIn({ response }: Registration | Assertion): string {
  return parseClientData(response.clientDataJSON).challenge;
}

/** A new passkey, of what the browser answered. The challenge is the caller's to check. Throws LOGIN_PASSKEY_REFUSED. */
export function acceptRegistration(
  { id, response }: Registration,
  party: RelyingParty,
  about: { name: string; createdAt: number },
): PasskeyRecord {
  checkClientData(response.clientDataJSON, 'webauthn.create', party);
  const data = checkAuthenticatorData(response.authenticatorData, party);
  const idLength = data.bytes.length >= 55 ? data.bytes.readUInt16BE(53) : 0;
  const made = data.bytes.subarray(55, 55 + idLength).toString('base64url');
  if ((data.flags & 0x40) === 0 || idLength === 0 || made !== id) throw refused('it is another than was made');
  const algorithm = algorithms[response.publicKeyAlgorithm];
  const key = readKey(response.publicKey);
  if (algorithm === undefined || key === undefined || !algorithm.fits(key)) throw refused('its kind is not known here');
  return {
    ...{ id, ...about, publicKey: response.publicKey, algorithm: response.publicKeyAlgorithm },
    count: data.count,
  };
}

/** The passkey as it is after this use. The challenge is the caller's to check. Throws LOGIN_PASSKEY_REFUSED. */
export function acceptAssertion({ response }: Assertion, known: PasskeyRecord, party: RelyingParty): PasskeyRecord {
  checkClientData(response.clientDataJSON, 'webauthn.get', party);
  const { bytes, count } = checkAuthenticatorData(response.authenticatorData, party);
  const clientHash = createHash('sha256').update(Buffer.from(response.clientDataJSON, 'base64url')).digest();
  const key = readKey(known.publicKey);
  const algorithm = algorithms[known.algorithm];
  if (algorithm === undefined || key === undefined) throw refused('its kind is not known here');
  const signature = Buffer.from(response.signature, 'base64url');
  if (!isSignature(algorithm.hash, Buffer.concat([bytes, clientHash]), key, signature))
    throw refused('its signature is not right');
  // Those that do not count stay at zero. One that counts backwards exists twice.
  if ((count !== 0 || known.count !== 0) && count <= known.count) throw refused('it was used elsewhere, by a copy');
  return { ...known, count };
}

function isSignature(hash: string | null, data: Buffer, key: KeyObject, signature: Buffer): boolean {
  try {
    return verify(hash, data, key, signature);
  } catch {
    return false;
  }
}

function readKey(spki: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki, 'base64url'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function parseClientData(text: string): z.infer<typeof clientData> {
  try {
    return clientData.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw refused('what the browser said cannot be read');
  }
}

function checkClientData(text: string, type: string, { origin }: RelyingParty): void {
  const said = parseClientData(text);
  if (said.type !== type) throw refused('it was made for something else');
  if (said.origin !== origin || said.crossOrigin === true) throw refused('it was asked for by another page');
}

/** Present, and known by a gesture or a code: that is the second factor. */
const presentAndVerified = 0x05;

function checkAuthenticatorData(text: string, { id }: RelyingParty): { bytes: Buffer; flags: number; count: number } {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < 37) throw refused('what it said cannot be read');
  if (!bytes.subarray(0, 32).equals(createHash('sha256').update(id).digest())) throw refused('it is for another site');
  const flags = bytes[32] ?? 0;
  if ((flags & presentAndVerified) !== presentAndVerified) throw refused('it did not check who uses it');
  return { bytes, flags, count: bytes.readUInt32BE(33) };
}

function refused(reason: string) {
  return failure('LOGIN_PASSKEY_REFUSED', { reason });
}
