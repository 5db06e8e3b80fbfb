import { blobId } from '../sources/object-id.ts';
import { type DiffLine, diffLines } from './line-diff.ts';

/** A file before and after; `after` undefined: it is gone. */
export interface FileChange {
  path: string;
  before: string;
  after: string | undefined;
  executable?: boolean;
}

export interface PatchMail {
  author: string;
  /** Milliseconds since 1970. */
  at: number;
  subject: string;
  /** Paragraphs. */
  body: string;
  files: readonly FileChange[];
}

const context = 3;
const noBlob = '0'.repeat(40);

/** A commit as a mail, as `git am` takes it; `git apply` reads the changes out of it. */
export function mailPatch({ author, at, subject, body, files }: PatchMail): string {
  const { name, address } = identityOf(author);
  const head = [
    'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001',
    `From: "${name}" <${address}>`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `Subject: [PATCH] ${oneLine(subject)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  // A line of three dashes would end the message.
  const message = body.replace(/^(---|diff |Index: )/gm, ' $1');
  return `${head.join('\n')}\n\n${message}\n---\n${files.map(fileDiff).join('')}-- \nHoldfast\n`;
}

/** Name and address, as commits have them. `appdev` has no address that we know of. */
export function identityOf(author: string): { name: string; address: string } {
  const [, name = author, address] = /^(.*?)\s*<([^<>\s]+)>$/.exec(author) ?? [];
  const clean = oneLine(name).replace(/[<>"]/g, '').trim() || 'Holdfast';
  const known = address ?? (/^[^@\s<>]+@[^@\s<>]+$/.test(author) ? author : undefined);
  return { name: clean, address: known ?? `${clean.replace(/[^\w.+-]+/g, '-')}@holdfast.invalid` };
}

export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 500);
}

function fileDiff({ path, before, after, executable = false }: FileChange): string {
  const [old, fresh] = [quoted(`a/${path}`), quoted(`b/${path}`)];
  const mode = executable ? '100755' : '100644';
  const ids = `${blobId(Buffer.from(before))}..${after === undefined ? noBlob : blobId(Buffer.from(after))}`;
  // With them, `git am --3way` finds what the change was made to.
  const index = after === undefined ? [`deleted file mode ${mode}`, `index ${ids}`] : [`index ${ids} ${mode}`];
  const head = [`diff --git ${old} ${fresh}`, ...index];
  if (before === '' && after === undefined) return `${head.join('\n')}\n`;
  const [from, to] = [linesOf(before), linesOf(after ?? '')];
  const hunks = hunksOf(diffLines(from, to));
  return `${[...head, `--- ${old}`, `+++ ${after === undefined ? '/dev/null' : fresh}`, ...hunks].join('\n')}\n`;
}

const noEnd = '\n\\ No newline at end of file';

/** A last line without its end is another line than one with it. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, last + noEnd];
}

function hunksOf(lines: readonly DiffLine[]): string[] {
  const changes = lines.flatMap(({ mark }, i) => (mark === ' ' ? [] : [i]));
  const spans: { from: number; to: number }[] = [];
  for (const i of changes) {
    const last = spans.at(-1);
    if (last !== undefined && i - context <= last.to) last.to = i + context + 1;
    else spans.push({ from: Math.max(0, i - context), to: i + context + 1 });
  }
  let [before, after, done] = [0, 0, 0];
  return spans.flatMap(({ from, to }) => {
    for (; done < from; done++) [before, after] = [before + 1, after + 1];
    const part = lines.slice(from, to);
    const count = (mark: '-' | '+') => part.filter(line => line.mark === ' ' || line.mark === mark).length;
    const [gone, come] = [count('-'), count('+')];
    const place = (start: number, length: number) => `${length === 0 ? start : start + 1},${length}`;
    const head = `@@ -${place(before, gone)} +${place(after, come)} @@`;
    [before, after, done] = [before + gone, after + come, Math.min(to, lines.length)];
    return [head, ...part.map(({ mark, text }) => mark + text)];
  });
}

/** As Git writes names that are more than letters. */
export function quoted(path: string): string {
  if (/^[\w./@%+=:, -]*$/.test(path) && !path.includes('  ')) return path;
  const bytes = [...Buffer.from(path)].map(byte => {
    const character = String.fromCharCode(byte);
    if (character === '"' || character === '\\') return `\\${character}`;
    return byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : character;
  });
  return `"${bytes.join('')}"`;
}
