import { linesOf, nothingYet, open, sha256 } from './chain.ts';
import { checkpointText, type PublicKey } from './key.ts';
import type { AuditRecord } from './record.ts';

export interface Finding {
  /** File and line, from 1. */
  file: string;
  line: number;
  /** The record that it is about, where one can be told. */
  seq?: number;
  message: string;
}

export interface Verdict {
  /** Nothing was changed, deleted, added or put in another order, up to `signedUntil`. */
  ok: boolean;
  records: number;
  first: number;
  last: number;
  checkpoints: number;
  /** The last record that a checkpoint stands for; what follows is chained, but whoever can write the file can write it anew. */
  signedUntil: number;
  /** Nothing before this record is there: retention removed it, and said so under signature. `at`: when the record was written. */
  retired?: { before: number; at: number };
  /** Half a line at the very end: the operator is writing, or was killed while it did. */
  torn: boolean;
  findings: Finding[];
}

export interface VerifyOptions {
  key: PublicKey;
  /** The number of the first record; default 1. For a log whose first files were moved elsewhere. */
  from?: number;
  /** A record as it was seen before, elsewhere: it has to be there, and the same. */
  expect?: { seq: number; hash: string };
}

const maxFindings = 100;
const maxLine = 1024 * 1024;
/** An operator signs every 1,000 records; this is far more than one batch later. */
const maxUnsigned = 3_000;

interface Rest {
  file: string;
  line: number;
  bytes: number;
  sha256: string;
}

/** Checks a log, file by file, from its beginning. */
export class Verifier {
  readonly #options: VerifyOptions;
  readonly #findings: Finding[] = [];
  readonly #rests: Rest[] = [];
  readonly #explained: { record: AuditRecord; file: string; line: number }[] = [];
  readonly #files = new Set<string>();
  /** What a log that begins later begins with, and the records that tell of files that were removed. */
  #beginning: { record: AuditRecord; file: string; line: number } | undefined;
  readonly #retired: AuditRecord[] = [];
  #before = nothingYet;
  #records = 0;
  #first = 0;
  #checkpoints = 0;
  #signedUntil = 0;
  #expected = false;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  /** In pieces of any size. */
  async file(name: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    this.#files.add(name);
    let rest: Uint8Array = new Uint8Array();
    let line = 1;
    for await (const piece of pieces) {
      const found = linesOf(rest.length === 0 ? piece : Buffer.concat([rest, piece]));
      for (const one of found.lines) this.#line(name, line++, one);
      rest = found.rest;
      if (rest.length > maxLine) return this.#find(name, line, undefined, 'it is too long for a record');
    }
    if (rest.length === 0) return;
    this.#rests.push({ file: name, line, bytes: rest.length, sha256: sha256(rest) });
  }

  end(): Verdict {
    const { expect } = this.#options;
    const last = [...this.#files].at(-1);
    const torn = this.#rests.find(rest => rest.file === last && !this.#isExplained(rest));
    for (const rest of this.#rests) {
      if (rest !== torn && !this.#isExplained(rest))
        this.#find(rest.file, rest.line, undefined, 'half a line, which no record tells of');
    }
    for (const { record, file, line } of this.#explained) {
      const about = record.detail?.file ?? '';
      const there = this.#rests.some(rest => rest.file === about && matches(record, rest));
      if (this.#files.has(about) && !there) {
        this.#find(file, line, record.seq, `the half line at the end of ${about}, of which it tells, is not as it was`);
      }
    }
    const retired = this.#judgeBeginning();
    if (this.#records === 0) this.#find(last ?? '', 1, undefined, 'there are no records');
    else if (this.#checkpoints === 0) this.#find(last ?? '', 1, undefined, 'nothing is signed: there is no checkpoint');
    if (expect !== undefined && !this.#expected) {
      this.#find(last ?? '', 1, expect.seq, `record ${expect.seq} is missing: the end was cut off`);
    }
    return {
      ok: this.#findings.length === 0,
      records: this.#records,
      first: this.#first,
      last: this.#before.seq,
      checkpoints: this.#checkpoints,
      signedUntil: this.#signedUntil,
      ...(retired === undefined ? {} : { retired }),
      torn: torn !== undefined,
      findings: this.#findings,
    };
  }

  #line(file: string, line: number, bytes: Uint8Array): void {
    const record = open(bytes);
    if (record === undefined) {
      const seq = /^\{"seq":(\d{1,15}),/.exec(Buffer.from(bytes.subarray(0, 40)).toString('latin1'))?.[1];
      const about = seq === undefined ? undefined : Number(seq);
      this.#find(file, line, about, 'it is not as it was written: its content does not have its hash');
      return;
    }
    this.#chain(file, line, record);
    this.#records += 1;
    if (this.#first === 0) this.#first = record.seq;
    if (record.action === 'audit.checkpoint') this.#checkpoint(file, line, record);
    if (record.action === 'audit.retired') this.#retired.push(record);
    if (record.action === 'audit.recovered') this.#explained.push({ record, file, line });
    if (record.action === 'audit.damaged')
      this.#find(file, line, record.seq, `the log tells of damage: ${record.what}`);
    const { expect } = this.#options;
    if (expect?.seq === record.seq) {
      this.#expected = true;
      if (expect.hash !== record.hash) this.#find(file, line, record.seq, 'it is not the record that was seen before');
    }
    this.#before = { seq: record.seq, hash: record.hash };
    if (record.seq - this.#signedUntil === maxUnsigned && this.#checkpoints > 0) {
      this.#find(file, line, record.seq, `no checkpoint for ${maxUnsigned} records: they were taken out`);
    }
  }

  #chain(file: string, line: number, record: AuditRecord): void {
    const { seq, previous } = record;
    const { from = 1 } = this.#options;
    const isFirst = this.#records === 0 && this.#findings.length === 0;
    const expected = isFirst ? from : this.#before.seq + 1;
    if (isFirst && seq > expected) this.#beginning = { record, file, line };
    else if (seq > expected) this.#find(file, line, expected, `records ${expected} to ${seq - 1} are missing`);
    else if (seq < expected) this.#find(file, line, seq, 'it is out of its order, or here a second time');
    else if (previous !== this.#before.hash && !(isFirst && from > 1))
      this.#find(file, line, seq, 'it does not follow the record before it: one of the two was replaced');
  }

  #checkpoint(file: string, line: number, { seq, previous, detail }: AuditRecord): void {
    const { key } = this.#options;
    this.#checkpoints += 1;
    const text = checkpointText({ seq: seq - 1, hash: previous });
    if (detail?.key !== key.fingerprint) {
      this.#find(file, line, seq, `this checkpoint is signed by another key: ${detail?.key ?? 'none'}`);
    } else if (!key.verifies(text, detail.signature ?? '')) {
      this.#find(file, line, seq, 'the signature of this checkpoint is wrong: records before it were written anew');
    } else this.#signedUntil = seq;
  }

  /** Only what a signed record says that retention removed may be missing, and only with the signature of all of it in its place. */
  #judgeBeginning(): Verdict['retired'] {
    if (this.#beginning === undefined) return undefined;
    const { record, file, line } = this.#beginning;
    const { seq, previous, action, at } = record;
    const told = this.#retired.some(
      one => one.detail?.record === seq - 1 && one.detail.hash === previous && one.seq <= this.#signedUntil,
    );
    if (told && action === 'audit.checkpoint') return { before: seq, at };
    this.#find(file, line, this.#options.from ?? 1, `records ${this.#options.from ?? 1} to ${seq - 1} are missing`);
    return undefined;
  }

  #isExplained(rest: Rest): boolean {
    return this.#explained.some(({ record }) => record.detail?.file === rest.file && matches(record, rest));
  }

  #find(file: string, line: number, seq: number | undefined, message: string): void {
    if (this.#findings.length >= maxFindings) return;
    this.#findings.push({ file, line, ...(seq === undefined ? {} : { seq }), message });
  }
}

function matches({ detail }: AuditRecord, rest: Rest): boolean {
  return detail?.bytes === rest.bytes && detail.sha256 === rest.sha256;
}
