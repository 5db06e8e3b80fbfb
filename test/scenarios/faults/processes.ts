import { readdir, readFile } from 'node:fs/promises';

/** Processes that are alive and were started by this one, or by those it started, with these words in their command line. */
export async function childrenOf(parent: number, words: string): Promise<number[]> {
  const rows: { pid: number; ppid: number; command: string }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [stat, command] = await Promise.all([
      readFile(`/proc/${name}/stat`, 'utf8').catch(() => ''),
      readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
    ]);
    const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (stat === '' || state === 'Z') continue;
    rows.push({ pid: Number(name), ppid: Number(ppid), command: command.replaceAll('\0', ' ') });
  }
  const ours = new Set([parent]);
  // Children come after their parents, but for ids that were used anew.
  for (let size = 0; size !== ours.size; ) {
    size = ours.size;
    for (const { pid, ppid } of rows) if (ours.has(ppid)) ours.add(pid);
  }
  ours.delete(parent);
  return rows.filter(({ pid, command }) => ours.has(pid) && command.includes(words)).map(({ pid }) => pid);
}
