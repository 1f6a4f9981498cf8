import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

export const OUTPUT = path.resolve('test-output/screenshots');

/** The four ways in which every screen is looked at. */
export const looks = [
  { name: 'desktop-light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'desktop-dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, colorScheme: 'light' },
  { name: 'phone-dark', width: 390, height: 844, colorScheme: 'dark' },
] as const;

/** The distribution's Chromium, headless, with a fresh profile and no requests of its own. */
export async function openBrowser(): Promise<Browser> {
  mkdirSync(OUTPUT, { recursive: true });
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/** A page that remembers what went wrong in it: console errors, uncaught errors, failed requests. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: string[];
}

/** Opens a page of the given look; `expected` are URL parts whose failures belong to the test. */
export async function openPage(
  browser: Browser,
  look: (typeof looks)[number] & { readonly hasTouch?: boolean },
  expected: readonly string[] = [],
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.colorScheme,
    reducedMotion: 'reduce',
    hasTouch: look.hasTouch ?? false,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (problem) => problems.push(`uncaught: ${problem.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const text = `${message.text()} ${message.location().url}`;
    if (!expected.some((part) => text.includes(part))) problems.push(`console: ${text}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (why !== 'net::ERR_ABORTED') problems.push(`request: ${request.url()} ${why}`);
  });
  return { page, context, problems };
}

/** Signs in through the form, as a person does. */
export async function signIn(page: Page, url: string, who: { name: string; password: string }): Promise<void> {
  await page.goto(url);
  const form = page.getByTestId('login-form');
  await form.getByLabel(/name/i).fill(who.name);
  await form.locator('input[type=password]').fill(who.password);
  await form.getByRole('button', { name: /sign in|log in/i }).click();
  await form.waitFor({ state: 'detached' });
}

/** axe's violations, one line each. */
export async function axeProblems(page: Page): Promise<string[]> {
  const axe = createRequire(path.resolve('package.json')).resolve('axe-core/axe.min.js');
  // Evaluated through the debugger: the page's strict content security policy stays in force for the page itself.
  await page.evaluate(readFileSync(axe, 'utf8'));
  return page.evaluate(async () => {
    interface Violation {
      readonly id: string;
      readonly help: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const runner = (globalThis as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }).axe;
    const { violations } = await runner.run();
    return violations.map(
      (each) => `${each.id}: ${each.help}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
    );
  });
}

/** How many pixels the page is wider than its window; 0 is right. */
export async function overflowPx(page: Page): Promise<number> {
  return page.evaluate(() => {
    const root = (
      globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }
    ).document.documentElement;
    return root.scrollWidth - root.clientWidth;
  });
}

/** Saves what the page shows now as `test-output/screenshots/NAME.png`. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(OUTPUT, `${name}.png`) });
}
