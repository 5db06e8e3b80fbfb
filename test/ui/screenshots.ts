// npm run screenshots: pictures of every place in .screenshots/, light, dark and on a phone. `-- applications` takes those of some only,
// `-- --docs` the few that the documentation shows, into docs/pictures/.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildWeb } from '../../scripts/build-web.ts';
import { startControlPlane } from '../world/control-plane.ts';
import { desk, phone, startBrowser, visit } from './browser.ts';
import { places, type ViewedPlace } from './places.ts';
import { startUiWorld, type UiWorld } from './world/world.ts';

const root = join(import.meta.dirname, '../..');
const looks = {
  light: { ...desk, colorScheme: 'light' },
  dark: { ...desk, colorScheme: 'dark' },
  phone: { ...phone, colorScheme: 'light' },
} as const satisfies Record<string, BrowserContextOptions>;
type Look = keyof typeof looks;

/** What docs/ui.md and the README show. */
const shown: readonly [place: string, look: Look][] = [
  ['applications', 'light'],
  ['application-drift', 'dark'],
  ['sync-deletes', 'light'],
  ['sync-progress', 'light'],
  ['history', 'light'],
  ['drift', 'light'],
  ['activity', 'light'],
  ['applications', 'phone'],
];
const mostBytes = 120_000;

const { values, positionals } = parseArgs({
  options: { docs: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const directory = join(root, values.docs ? 'docs/pictures' : '.screenshots');
await mkdir(directory, { recursive: true });
const webDirectory = await buildWeb();
await using access = await startControlPlane();
await using world = await startUiWorld({ access, webDirectory, fillers: 60 });
await using browser = await startBrowser();

for (const place of places) {
  for (const look of Object.keys(looks) as Look[]) {
    const isWanted = values.docs
      ? shown.some(([name, as]) => name === place.name && as === look)
      : positionals.length === 0 || positionals.some(name => place.name.startsWith(name));
    if (isWanted) process.stdout.write(`${place.name}-${look} ${await takePicture(browser, world, place, look)}\n`);
  }
}

/** Answers what was wrong, if something was. */
async function takePicture(browser: Browser, world: UiWorld, place: ViewedPlace, look: Look): Promise<string> {
  const as = place.isOutside === true ? {} : ({ as: 'ops' } as const);
  const { url } = place.of === undefined ? world : world[place.of];
  await using visited = await visit(browser, url, { ...looks[look], ...as });
  const { page } = visited;
  await page.goto(place.path);
  const missing = await place
    .ready(page)
    .then(() => place.before?.(page))
    .then(
      () => undefined,
      (error: Error) => error.message.split('\n')[0],
    );
  const path = join(directory, `${place.name}-${look}`);
  if (values.docs) await writeFile(`${path}.webp`, await small(page));
  else await page.screenshot({ path: `${path}.png`, animations: 'disabled' });
  return [missing, ...visited.complaints].filter(one => one !== undefined).join('; ');
}

/** As WebP, as good as fits: no library of pictures is needed for that. */
async function small(page: Page): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  for (let quality = 90; quality > 30; quality -= 10) {
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality });
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length <= mostBytes) return bytes;
  }
  throw new Error('the picture does not get small enough');
}
