import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { treeCpu } from './processes.ts';

/** The machine in a line, for the report: numbers mean nothing without it. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const kernel = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
  return `${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${kernel}, Node ${process.versions.node}`;
}

/**
 * The share of the machine's processor time that went to others than this benchmark and what it started: other work on the
 * machine, and time that a hypervisor took. A measurement with much of it is of little worth.
 */
export function watchOthers(): () => number {
  const before = { machine: machineTime(), ours: treeCpu(process.pid) };
  return () => {
    const now = machineTime();
    const total = now.total - before.machine.total;
    const busy = now.busy - before.machine.busy - (treeCpu(process.pid) - before.ours);
    return total === 0 ? 0 : Math.max(0, busy / total);
  };
}

/** Seconds since the machine started, over all processors. */
function machineTime(): { busy: number; total: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  // user nice system idle iowait irq softirq steal; what guests use is in user already.
  const fields = line.split(/\s+/).slice(1, 9).map(Number);
  const total = fields.reduce((sum, ticks) => sum + ticks, 0) / 100;
  const idle = ((fields[3] ?? 0) + (fields[4] ?? 0)) / 100;
  return { busy: total - idle, total };
}
