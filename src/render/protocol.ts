// The protocol between Holdfast (TypeScript, src/render/protocol.ts) and its renderer (Go, renderer/protocol.go), over stdin and stdout.
// A frame is: length of the rest (u32 LE), request id (u32 LE), length of the head (u32 LE), head (JSON), tail (bytes).
// The first frame each way is `hello` with id 0 and the version; other versions do not go on. Ids are chosen by Holdfast.
// Holdfast sends `render`, `jq`, `cancel`, `answer`; the renderer sends `question` (about files), then one `result` or `error`.
// A tail holds what would be dear as JSON: file contents in an answer, canonical JSON of resources in a result, one after another.

import { z } from 'zod';

export const protocolVersion = '1';

/** Bounds one frame, as in the renderer. */
const maxFrame = 512 * 1024 * 1024;
const prefix = 12;

export interface Frame {
  id: number;
  head: unknown;
  tail: Uint8Array;
}

export function encodeFrame(id: number, head: unknown, tails: readonly Uint8Array[] = []): Uint8Array {
  const encoded = Buffer.from(JSON.stringify(head));
  const length = tails.reduce((sum, tail) => sum + tail.length, 8 + encoded.length);
  if (length > maxFrame) throw new RangeError(`a frame of ${length} bytes is too large`);
  const start = Buffer.alloc(prefix);
  start.writeUInt32LE(length, 0);
  start.writeUInt32LE(id, 4);
  start.writeUInt32LE(encoded.length, 8);
  return Buffer.concat([start, encoded, ...tails]);
}

/** The frames in a stream of bytes. Throws on what is no frame; a stream may end between frames only. */
export async function* decodeFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let pieces: Buffer[] = [];
  let have = 0;
  let need = prefix;
  for await (const piece of stream) {
    pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
    have += piece.length;
    if (have < need) continue;
    const whole = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    let at = 0;
    for (need = prefix; have - at >= need; need = prefix) {
      need = frameLength(whole, at);
      if (have - at < need) break;
      yield frameAt(whole, at, need);
      at += need;
    }
    pieces = [whole.subarray(at)];
    have -= at;
  }
  if (have > 0) throw new RangeError('the stream ended within a frame');
}

function frameLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32LE(at) + 4;
  if (length > maxFrame || length < prefix || bytes.readUInt32LE(at + 8) > length - prefix)
    throw new RangeError('a malformed frame');
  return length;
}

function frameAt(bytes: Buffer, at: number, length: number): Frame {
  const headEnd = at + prefix + bytes.readUInt32LE(at + 8);
  return {
    id: bytes.readUInt32LE(at + 4),
    head: JSON.parse(bytes.toString('utf8', at + prefix, headEnd)),
    tail: bytes.subarray(headEnd, at + length),
  };
}

const missing = z.object({
  kind: z.enum(['chart', 'repository', 'file']),
  url: z.string(),
  name: z.string().default(''),
  version: z.string().default(''),
  revision: z.string().default(''),
});
/** Something that a render needs from elsewhere. */
export type Missing = z.infer<typeof missing>;

const read = z.object({ root: z.string(), path: z.string(), state: z.string() });
/** One thing that a render depends on: see reads.ts. */
export type Read = z.infer<typeof read>;

const resource = z.object({
  group: z.string(),
  version: z.string(),
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  annotations: z.record(z.string(), z.string()).default({}),
  generateName: z.boolean().default(false),
  defines: z.object({ group: z.string(), kind: z.string(), scope: z.enum(['Namespaced', 'Cluster']) }).optional(),
  hash: z.string(),
  length: z.number().int().nonnegative(),
});
/** All of a resource but its body. */
export type ResourceHead = z.infer<typeof resource>;
export const resourceHead = resource;
export const readSchema = read;

const question = z.object({
  type: z.literal('question'),
  number: z.number().int(),
  ask: z.enum(['look', 'read']),
  root: z.string(),
  paths: z.array(z.string()),
  max: z.number().int().default(0),
});
export type Question = z.infer<typeof question>;

const result = z.object({
  type: z.literal('result'),
  resources: z.array(resource).nullish(),
  warnings: z.array(z.string()).nullish(),
  reads: z.array(read).nullish(),
  missing: z.array(missing).nullish(),
  random: z.boolean().default(false),
  paths: z.array(z.array(z.union([z.string(), z.number(), z.unknown()]))).nullish(),
});
export type Result = z.infer<typeof result>;

const error = z.object({
  type: z.literal('error'),
  code: z.string(),
  details: z.record(z.string(), z.string()).nullish(),
  stuck: z.boolean().default(false),
});
export type ErrorReply = z.infer<typeof error>;

export const reply = z.discriminatedUnion('type', [question, result, error]);
export const hello = z.object({ type: z.literal('hello'), version: z.string(), sealed: z.boolean() });

export interface RenderMessage {
  type: 'render';
  sourceType: string;
  path: string;
  application: string;
  label: string;
  mark: string;
  namespace: string;
  kubeVersion: string;
  apiVersions: readonly string[];
  refs: readonly string[];
  mounts: (Missing & { root: string })[];
  helm: object;
  kustomize: object;
  directory: object;
  budgets: object;
}

export interface QueryMessage {
  type: 'jq';
  mode: 'paths' | 'delete';
  expressions: readonly string[];
  milliseconds: number;
}
