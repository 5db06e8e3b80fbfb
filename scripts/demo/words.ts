import type { ApplicationRow } from '../../src/api/schemas.ts';
import { healthWord, shortRevision, syncWord } from '../../src/cli/format.ts';
import { printable, type Style } from '../../src/cli/style.ts';
import type { Event } from '../../src/model/status.ts';
import { type DemoPlace, root, typed } from './place.ts';

export interface DemoState {
  place: DemoPlace;
  port: number | undefined;
  /** Where a browser goes: the web UI, or the link that makes its first account. */
  open: string;
  /** Whether the user's git knows who commits. */
  hasIdentity: boolean;
  /** Whether the deployment repository was cloned already. */
  isCloned: boolean;
}

/** What runs where, and what to try, in ten lines: commands to be copied as they are. */
export function introduction(rows: readonly ApplicationRow[], state: DemoState, style: Style): string {
  const { place, port } = state;
  const shows: Record<string, string> = {
    settings: `files in ${typed(place.settings)}`,
    web: port === undefined ? '' : `http://127.0.0.1:${port}`,
    worker: `counts in ${typed(place.state)}/worker.txt`,
  };
  const lines = [
    '',
    `${style.strong('Running')} what Git says, ${typed(place.repository)}. Ctrl-C stops everything.`,
    ...rows.map(row => `${statusLine(row, style)}  ${shows[row.name] ?? ''}`),
    `${style.strong('To look at')} in a browser: ${state.open}`,
    `${style.strong('To try')} in another terminal, in ${root} (this one tells what happens):`,
    `  commit and push  ${commitCommand(state)}`,
    `  kill a process   kill -9 $(cat ${typed(place.state)}/worker.pid)`,
    `  edit by hand     echo 'by hand' > ${typed(place.settings)}/message.txt`,
    `  look around      bin/holdfast apps | app web | logs worker | events`,
    '',
  ];
  return lines.join('\n');
}

export function statusLine({ name, sync, health }: ApplicationRow, style: Style): string {
  const why = [sync.message, health.message].filter(text => text !== '').join('; ');
  const status = `${syncWord(sync.status, style)}  ${healthWord(health.status, style)}`;
  return `  ${printable(name).padEnd(10)}${shortRevision(sync.revision)}  ${status}  ${style.faint(printable(why))}`.trimEnd();
}

/** When, which application, what, and by whom. */
export function eventLine({ at, application, message, by }: Event, style: Style): string {
  const who = by === '' || by === 'holdfast' ? '' : style.faint(` (${printable(by)})`);
  const when = style.faint(new Date(at).toTimeString().slice(0, 8));
  return `${when}  ${style.strong(printable(application).padEnd(10))}${printable(message)}${who}`;
}

function commitCommand({ place, port, hasIdentity, isCloned }: DemoState): string {
  const clone = typed(place.clone);
  const identity = hasIdentity ? '' : '-c user.name=me -c user.email=me@localhost ';
  const begin = isCloned
    ? `cd ${clone} && git pull -q`
    : `git clone -q ${identity}${typed(place.repository)} ${clone} && cd ${clone}`;
  const look = port === undefined ? '' : `; sleep 2; curl -s --retry 5 --retry-connrefused http://127.0.0.1:${port}`;
  return `(${begin} && date > web/greeting.txt && git commit -qam 'New greeting' && git push -q)${look}`;
}
