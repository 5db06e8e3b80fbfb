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

/**
 * Processor time of children of this process that ended and were waited for, in seconds: what is added while one program runs
 * is exactly what it and all that it started used. Nothing else of ours may end meanwhile.
 */
export function endedChildrenCpu(): number {
  const fields = statFields(process.pid) ?? [];
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / ticksPerSecond;
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
  const fields = statFields(pid);
  if (fields === undefined) return [];
  const number = (index: number) => Number(fields[index] ?? 0);
  const ticks = number(11) + number(12) + number(13) + number(14);
  return [{ pid, parent: number(1), cpu: ticks / ticksPerSecond }];
}

/** From the process's state on: see proc_pid_stat(5), whose third field is our first. */
function statFields(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The program's name, in brackets, may hold anything; the numbers follow its last bracket.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // It ended meanwhile.
  }
}
