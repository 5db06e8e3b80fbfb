import type { Env } from '../../env/env.ts';
import type { LogLine, LogOptions } from '../target.ts';
import { segment } from './names.ts';

const defaultTail = 200;
/** Further back than this a tail does not look. */
const maxTailBytes = 4 * 1024 * 1024;
const maxLineLength = 16 * 1024;
const followMs = 200;

export function logDirectory(root: string, application: string): string {
  return `${root}/logs/${segment(application)}`;
}

export function logPath(root: string, application: string, name: string): string {
  return `${logDirectory(root, application)}/${segment(name)}.log`;
}

/** The end of a log, as whole lines, and how far it was read. */
async function readTail(env: Env, path: string, lines: number): Promise<{ lines: string[]; end: number }> {
  const size = (await env.files.stat(path))?.size ?? 0;
  const from = Math.max(0, size - maxTailBytes);
  const text = await readRange(env, path, from, size);
  const all = text.split('\n');
  if (from > 0) all.shift();
  // What stands after the last newline is a line that is still being written: it comes with the rest of it.
  const rest = all.pop() ?? '';
  return { lines: lines === 0 ? [] : all.slice(-lines), end: size - Buffer.byteLength(rest) };
}

async function readRange(env: Env, path: string, from: number, to: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of env.files.stream(path, { from, to })) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** The newest line of a log, short and fit to be shown in one line. */
export async function lastLine(env: Env, path: string): Promise<string> {
  const size = (await env.files.stat(path))?.size ?? 0;
  const text = await readRange(env, path, Math.max(0, size - 4_096), size).catch(() => '');
  const line = text.trimEnd().split('\n').pop() ?? '';
  return line
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 200);
}

/** Lines of several logs: first the end of each, then (`follow`) what is appended, until the signal. */
export async function* readLogs(
  env: Env,
  logs: readonly { source: string; path: string }[],
  options: LogOptions,
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  const offsets = new Map<string, number>();
  for (const { source, path } of logs) {
    const tail = await readTail(env, path, options.tail ?? defaultTail);
    offsets.set(path, tail.end);
    for (const text of tail.lines) yield { source, text: text.slice(0, maxLineLength) };
  }
  while (options.follow && !signal.aborted) {
    for (const { source, path } of logs) {
      const size = (await env.files.stat(path))?.size ?? 0;
      let from = offsets.get(path) ?? 0;
      // It was rotated: begin again.
      if (size < from) from = 0;
      const to = Math.min(size, from + maxTailBytes);
      const lines = (await readRange(env, path, from, to)).split('\n');
      const rest = lines.pop() ?? '';
      const endless = rest.length > maxLineLength;
      if (endless) lines.push(rest);
      offsets.set(path, endless ? to : to - Buffer.byteLength(rest));
      for (const text of lines) yield { source, text: text.slice(0, maxLineLength) };
    }
    await env.timers.sleep(followMs, signal).catch(() => {});
  }
}

/** Copy, then cut: the process holds the log open and goes on appending. Lines written in between are lost; that is the price of not owning its output. */
export async function rotate(env: Env, path: string, maxBytes: number, keep: number): Promise<boolean> {
  const size = (await env.files.stat(path))?.size ?? 0;
  if (size <= maxBytes) return false;
  await env.files.remove(`${path}.${keep}`);
  for (let n = keep - 1; n >= 1; n--) {
    if ((await env.files.stat(`${path}.${n}`)) !== undefined)
      await env.files.rename(`${path}.${n}`, `${path}.${n + 1}`);
  }
  await env.files.writeAtomic(`${path}.1`, env.files.stream(path, { to: size }), { mode: 0o640, durable: false });
  await env.files.truncate(path);
  return true;
}
