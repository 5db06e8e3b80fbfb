import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { debianProgram } from '../world/debian.ts';
import { type AccountName, accounts } from './world/people.ts';

const wholeChromium = '/usr/bin/chromium';

/**
 * Debian's, driven over its own protocol: the one without windows, whose pages are the same and open in a third of the time;
 * or a whole one where that is all there is. The sandbox wants a user who is not root.
 */
export async function startBrowser(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const executablePath = await debianProgram('chromium-headless-shell').catch(error => {
    if (existsSync(wholeChromium)) return wholeChromium;
    throw error;
  });
  return await chromium.launch({ executablePath, args });
}

/** A page of somebody who is signed in, or of nobody. Whatever it complains about is in `complaints`. */
export interface Visit extends AsyncDisposable {
  page: Page;
  complaints: string[];
  close(): Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  /** Default: nobody. */
  as?: AccountName;
}

export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
export const desk = { viewport: { width: 1440, height: 900 } };

export async function visit(browser: Browser, baseURL: string, { as, ...options }: VisitOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ baseURL, ...desk, ...options });
  context.setDefaultTimeout(30_000);
  if (as !== undefined) {
    const key = `${baseURL} ${as}`;
    const signedIn = sessions.get(key) ?? signIn(context, baseURL, as);
    sessions.set(key, signedIn);
    await context.addCookies(await signedIn);
  }
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  const close = () => context.close();
  return { page, complaints, close, [Symbol.asyncDispose]: close };
}

/** Passwords are slow to check, on purpose: each is shown once. */
const sessions = new Map<string, ReturnType<BrowserContext['cookies']>>();

async function signIn(context: BrowserContext, baseURL: string, as: AccountName) {
  const { password } = accounts[as];
  const answer = await context.request.post('/api/v1/session/password', {
    data: { name: as, password },
    headers: { origin: baseURL },
  });
  if (!answer.ok()) throw new Error(`${as} cannot sign in: ${await answer.text()}`);
  return await context.cookies();
}

/** Colours on their way from one to the other are no colours of ours. */
const endTransitions = `new Promise(done => requestAnimationFrame(() => {
  for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
  done();
}))`;

/** What axe finds on the page that is serious or critical, in short; by these rules of its own, or by all. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in globalThis`))) await page.evaluate(axe.source);
  await page.evaluate(endTransitions);
  const options = { resultTypes: ['violations'], ...(rules === undefined ? {} : { runOnly: rules }) };
  return await page.evaluate(async given => {
    interface Finding {
      id: string;
      impact?: string;
      help: string;
      nodes: { html: string; failureSummary?: string }[];
    }
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: Finding[] }> };
    };
    const { violations } = await axe.run(given);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.slice(0, 5).map(node => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
      );
  }, options);
}
