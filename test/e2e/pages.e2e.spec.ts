import type { Browser } from 'playwright-core';
import { axeProblems, looks, openBrowser, openPage, overflowPx, picture, signIn } from './browser.js';
import { startSystem, type System } from './system.js';

const screens = [
  { name: 'wall', path: '/' },
  { name: 'alerts', path: '/alerts' },
  { name: 'tracks', path: '/tracks' },
  { name: 'videos', path: '/videos' },
  { name: 'system', path: '/system' },
] as const;

describe('the page of an empty system', () => {
  let system: System;
  let browser: Browser;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await system.stop();
  }, 60_000);

  it('refuses a wrong password with words and lets the right one in', async () => {
    const { page, context } = await openPage(browser, looks[0]);
    await page.goto(system.url);
    const form = page.getByTestId('login-form');
    await form.getByLabel(/name/i).fill(system.name);
    await form.locator('input[type=password]').fill('not the password');
    await form.getByRole('button', { name: /sign in|log in/i }).click();
    await page.getByRole('alert').first().waitFor();
    expect(await page.getByRole('alert').first().innerText()).toMatch(/password/i);
    await picture(page, 'login-refused');
    await signIn(page, system.url, system);
    await page
      .getByRole('link', { name: /alerts/i })
      .first()
      .waitFor();
    await context.close();
  }, 60_000);

  it('answers nothing without a login', async () => {
    for (const route of ['/api/cameras', '/api/events', '/api/tracks', '/api/videos', '/api/system']) {
      expect((await fetch(system.url + route)).status).toBe(401);
    }
  });

  describe.each(looks)('$name', (look) => {
    it.each(screens)(
      'shows an empty $name that is accessible and fits',
      async ({ name, path }) => {
        const { page, context, problems } = await openPage(browser, look, ['/api/session']);
        await signIn(page, system.url, system);
        await page.goto(system.url + path);
        await page.getByRole('heading').first().waitFor();
        await page.waitForLoadState('load');
        await picture(page, `empty-${name}-${look.name}`);
        expect(await axeProblems(page)).toEqual([]);
        expect(await overflowPx(page)).toBe(0);
        expect(problems).toEqual([]);
        await context.close();
      },
      60_000,
    );
  });
});
