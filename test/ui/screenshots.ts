// npm run screenshots: pictures of every place in .screenshots/, light, dark and on a phone. `-- applications` takes those of some only.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWeb } from '../../scripts/build-web.ts';
import { startControlPlane } from '../world/control-plane.ts';
import { desk, phone, startBrowser, visit } from './browser.ts';
import { places } from './places.ts';
import { startUiWorld } from './world/world.ts';

const directory = join(import.meta.dirname, '../../.screenshots');
const wanted = process.argv.slice(2);
const looks = [
  { look: 'light', ...desk, colorScheme: 'light' },
  { look: 'dark', ...desk, colorScheme: 'dark' },
  { look: 'phone', ...phone, colorScheme: 'light' },
] as const;

await mkdir(directory, { recursive: true });
const webDirectory = await buildWeb();
await using access = await startControlPlane();
await using world = await startUiWorld({ access, webDirectory, fillers: 60 });
await using browser = await startBrowser();

for (const place of places) {
  if (wanted.length > 0 && !wanted.some(name => place.name.startsWith(name))) continue;
  for (const { look, ...options } of looks) {
    const as = place.isOutside === true ? {} : ({ as: 'ops' } as const);
    await using visited = await visit(browser, world.url, { ...options, ...as });
    const { page } = visited;
    await page.goto(place.path);
    const missing = await place.ready(page).then(
      () => place.before?.(page),
      (error: Error) => error.message.split('\n')[0],
    );
    await page.screenshot({ path: join(directory, `${place.name}-${look}.png`), animations: 'disabled' });
    const remarks = [missing, ...visited.complaints].filter(one => typeof one === 'string');
    process.stdout.write(`${place.name}-${look}.png ${remarks.join('; ')}\n`);
  }
}
