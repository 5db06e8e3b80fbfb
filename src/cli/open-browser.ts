import type { Env } from '../env/env.ts';

/** What a program with windows needs to find its display, and the person's own browser. */
const needed = ['HOME', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'];

/** Asks the desktop to show a page; what it starts for it outlives this program. Where there is none, nothing happens. */
export function openBrowser({ processes }: Pick<Env, 'processes'>, url: string): void {
  const variables = needed.flatMap(name => {
    const value = processes.variable(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const options = { cwd: '/', env: Object.fromEntries(variables), outputPath: '/dev/null' };
  // Of Linux and of macOS.
  processes
    .startService('xdg-open', [url], options)
    .catch(() => processes.startService('open', [url], options))
    .catch(() => {});
}
