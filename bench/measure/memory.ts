import { highWaterMark, processTree, proportionalBytes } from './processes.ts';

const everyMs = 250;

export interface MemoryWatch {
  /**
   * Upper bound of the most that all processes had at one time: of those alive together, the sum of what each had at
   * its own highest (VmHWM). Pages that two of them share count twice.
   */
  peakBytes(): number;
  stop(): void;
}

/** Looks at the tree now and then: a peak of a process that lives on is never missed, for the kernel keeps it. */
export function watchMemory(root: number): MemoryWatch {
  let peak = 0;
  const look = () => {
    const sum = processTree(root).reduce((bytes, { pid }) => bytes + highWaterMark(pid), 0);
    peak = Math.max(peak, sum);
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  look();
  return {
    peakBytes() {
      look();
      return peak;
    },
    stop: () => clearInterval(timer),
  };
}

/** What the tree has now, shared pages counted once. */
export function memoryNow(root: number): number {
  return processTree(root).reduce((bytes, { pid }) => bytes + proportionalBytes(pid), 0);
}
