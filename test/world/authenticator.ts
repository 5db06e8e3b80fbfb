import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What differs from a good authenticator and browser. */
export interface Quirks {
  origin?: string;
  rpId?: string;
  type?: string;
  flags?: number;
  challenge?: string;
  crossOrigin?: boolean;
  id?: string;
}

interface CreationOptions {
  challenge: string;
  rp: { id: string };
  user: { id: string };
}
interface RequestOptions {
  challenge: string;
  rpId: string;
}

const kinds = {
  [-7]: () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  [-8]: () => generateKeyPairSync('ed25519'),
  [-257]: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest();

/** A passkey in software, and the browser before it: what `credential.toJSON()` gives. */
export class Authenticator {
  readonly #origin: string;
  readonly #algorithm: keyof typeof kinds;
  readonly id = randomBytes(16).toString('base64url');
  count = 0;
  #secret: KeyObject | undefined;
  #handle = '';

  constructor(origin: string, algorithm: keyof typeof kinds = -7) {
    this.#origin = origin;
    this.#algorithm = algorithm;
  }

  create({ challenge, rp, user }: CreationOptions, quirks: Quirks = {}) {
    const { privateKey, publicKey } = kinds[this.#algorithm]();
    this.#secret = privateKey;
    this.#handle = user.id;
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, id]);
    const data = Buffer.concat([this.#data(quirks.rpId ?? rp.id, quirks.flags ?? 0x45), attested]);
    return {
      id: quirks.id ?? this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#client('webauthn.create', challenge, quirks),
        authenticatorData: data.toString('base64url'),
        publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
        publicKeyAlgorithm: this.#algorithm as number,
        transports: ['internal'],
      },
    };
  }

  get({ challenge, rpId }: RequestOptions, quirks: Quirks = {}) {
    const data = this.#data(quirks.rpId ?? rpId, quirks.flags ?? 0x05);
    const clientDataJSON = this.#client('webauthn.get', challenge, quirks);
    const signed = Buffer.concat([data, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    if (this.#secret === undefined) throw new Error('there is no passkey yet');
    const signature = sign(this.#algorithm === -8 ? null : 'sha256', signed, this.#secret);
    return {
      id: quirks.id ?? this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON,
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: this.#handle,
      },
    };
  }

  #data(rpId: string, flags: number): Buffer {
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags);
    rest.writeUInt32BE(this.count, 1);
    return Buffer.concat([sha256(rpId), rest]);
  }

  #client(type: string, challenge: string, { origin, crossOrigin, ...quirks }: Quirks): string {
    const said = {
      type: quirks.type ?? type,
      challenge: quirks.challenge ?? challenge,
      origin: origin ?? this.#origin,
    };
    return Buffer.from(JSON.stringify({ ...said, crossOrigin: crossOrigin ?? false })).toString('base64url');
  }
}
