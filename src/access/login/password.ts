import type { Env, ScryptOptions } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import { sameHash } from '../accounts.ts';

type PasswordEnv = Pick<Env, 'random' | 'hashing'>;

/** 32 MiB and about a third of a second of one core: OWASP's proposal with the least memory that is not much worse. */
const usual: ScryptOptions = { cost: 2 ** 15, blockSize: 8, parallelization: 3, length: 32 };
/** What another version may have written; more would be an attack on the operator by its own store. */
const mostWork = 2 ** 22;

export const minPassword = 12;
/** At the same time, of 32 MiB each; Node's pool has four threads, and files need some. */
const parallel = 2;
const maxWaiting = 24;

/** Why this cannot be a password; undefined when it can. */
export function passwordProblem(password: string, name: string): string | undefined {
  const length = [...password].length;
  if (length < minPassword) return `must have ${minPassword} characters or more`;
  if (new Set(password).size < 5) return 'must have more than a few different characters';
  if (name.length > 3 && password.toLowerCase().includes(name.toLowerCase()) && length < name.length + minPassword)
    return 'must be more than the name';
  return undefined;
}

/** Makes and compares hashes of passwords, a few at a time: whoever floods it gets LOGIN_BUSY, and nothing else slows down. */
export class Passwords {
  readonly #env: PasswordEnv;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** Of no password: compared with where there is no account, so that it takes the same time. */
  readonly #nobodys: string;

  constructor(env: PasswordEnv) {
    this.#env = env;
    this.#nobodys = format(usual, env.random.bytes(16), env.random.bytes(usual.length));
  }

  /** A PHC string: it says by itself how it was made. */
  async hash(password: string): Promise<string> {
    const salt = this.#env.random.bytes(16);
    return format(usual, salt, await this.#derive(password, salt, usual));
  }

  /** `hash` undefined (nobody, or nobody with a password) takes as long as a wrong one. Throws LOGIN_BUSY. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const known = parse(hash ?? '');
    const { options, salt, expected } = known ?? (parse(this.#nobodys) as Parsed);
    const derived = await this.#derive(password, salt, options);
    return sameHash(Buffer.from(derived).toString('hex'), expected) && known !== undefined;
  }

  async #derive(password: string, salt: Uint8Array, options: ScryptOptions): Promise<Uint8Array> {
    if (this.#running >= parallel) {
      if (this.#waiting.length >= maxWaiting) throw failure('LOGIN_BUSY', {});
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    } else this.#running += 1;
    try {
      // The same letters typed on another system are the same password.
      return await this.#env.hashing.scrypt(password.normalize('NFKC'), salt, options);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

interface Parsed {
  options: ScryptOptions;
  salt: Uint8Array;
  /** Hexadecimal. */
  expected: string;
}

function format({ cost, blockSize, parallelization }: ScryptOptions, salt: Uint8Array, hash: Uint8Array): string {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');
  return `$scrypt$ln=${Math.log2(cost)},r=${blockSize},p=${parallelization}$${base64(salt)}$${base64(hash)}`;
}

function parse(text: string): Parsed | undefined {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]{8,64})\$([\w+/]{20,86})$/.exec(text);
  if (match === null) return undefined;
  const [, ln = '', r = '', p = '', salt = '', hash = ''] = match;
  const expected = Buffer.from(hash, 'base64');
  const options = { cost: 2 ** Number(ln), blockSize: Number(r), parallelization: Number(p), length: expected.length };
  if (options.cost * options.blockSize * options.parallelization > mostWork) return undefined;
  return { options, salt: Buffer.from(salt, 'base64'), expected: expected.toString('hex') };
}
