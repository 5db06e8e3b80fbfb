import { readdirSync, readFileSync } from 'node:fs';

// What Linux says of processes. Numbers are of whole process trees: what a program starts is part of what it costs.

/** One process that runs now. */
interface ProcessNow {
  pid: number;
  parent: number;
  /** Seconds of processor time, its dead children's included. */
  cpu: number;
}

/** /proc counts processor time in hundredths of a second, whatever the kernel's own clock. */
const ticksPerSecond = 100;

/** The process and all its living descendants, the root first. Empty when it has gone. */
export function processTree(root: number): ProcessNow[] {
  const all = readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? readProcess(Number(name)) : []));
  const tree = all.filter(({ pid }) => pid === root);
  for (const one of tree) tree.push(...all.filter(({ parent }) => parent === one.pid));
  return tree;
}

/**
 * Processor time of the tree since its root began, in seconds. A dead process counts in the parent that waited for it;
 * what an orphan used after its parent died is lost.
 */
export function treeCpu(root: number): number {
  return processTree(root).reduce((sum, { cpu }) => sum + cpu, 0);
}

/** Words of its command line; empty when it has gone. */
export function commandLine(pid: number): string[] {
  return (read(`/proc/${pid}/cmdline`) ?? '').split('\0').slice(0, -1);
}

/** Bytes of one process from /proc: the most that was ever resident. 0 when it has gone. */
export function highWaterMark(pid: number): number {
  return kilobytes(read(`/proc/${pid}/status`), 'VmHWM');
}

/** Bytes of one process from /proc: resident, with pages that it shares counted in proportion. 0 when it has gone. */
export function proportionalBytes(pid: number): number {
  return kilobytes(read(`/proc/${pid}/smaps_rollup`), 'Pss');
}

function kilobytes(text: string | undefined, field: string): number {
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(text ?? '')?.[1] ?? 0) * 1024;
}

function readProcess(pid: number): ProcessNow[] {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return [];
  // The program's name, in brackets, may hold anything; the numbers follow its last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index] ?? 0);
  const ticks = number(11) + number(12) + number(13) + number(14);
  return [{ pid, parent: number(1), cpu: ticks / ticksPerSecond }];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // It ended meanwhile.
  }
}
