import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { desk, phone, seriousFindings, startBrowser, type Visit, visit } from './browser.ts';
import { places, type ViewedPlace } from './places.ts';
import { type SharedWorld, sharedWorld } from './shared.ts';

let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await sharedWorld();
  browser = await startBrowser();
});
afterAll(() => browser?.close());

/** Dark is the same page in other colours, on any device the same. */
const devices = [
  { device: 'a desk', options: desk, isSeenDark: true },
  { device: 'a phone', options: phone, isSeenDark: false },
] as const;
type Device = (typeof devices)[number];

/** One page for each device, operator and person: a window of its own for each place is what would take longest. */
const visits = new Map<string, Promise<Visit>>();

async function pageFor({ device, options }: Device, { of, isOutside = false }: ViewedPlace): Promise<Visit> {
  const key = `${device} ${of} ${isOutside}`;
  const url = of === undefined ? world.url : world[of];
  const opened = visits.get(key) ?? visit(browser, url, { ...options, ...(isOutside ? {} : { as: 'ops' }) });
  visits.set(key, opened);
  const visited = await opened;
  visited.complaints.length = 0;
  await visited.page.emulateMedia({ colorScheme: 'light' });
  return visited;
}

async function lookAt(place: ViewedPlace, device: Device): Promise<void> {
  const { page, complaints } = await pageFor(device, place);
  const on = `on ${device.device}`;
  await page.goto(place.path);
  await place.ready(page);
  await place.before?.(page);
  expect(await seriousFindings(page), on).toEqual([]);
  const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  expect(width, `${on} the page is wider than the window`).toBeLessThanOrEqual(0);
  if (device.isSeenDark) {
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await seriousFindings(page, ['color-contrast']), `${on}, in the dark`).toEqual([]);
  }
  // That something is not there is what two of them show.
  expect(
    complaints.filter(text => !/\/applications\/nobody\/|\/setup\/look$/.test(text)),
    on,
  ).toEqual([]);
}

test.each(places)('$name: nothing serious for axe, nothing that the browser complains about', async place => {
  const looks = await Promise.allSettled(devices.map(device => lookAt(place, device)));
  for (const look of looks) if (look.status === 'rejected') throw look.reason;
});
