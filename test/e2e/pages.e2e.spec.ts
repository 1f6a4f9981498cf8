import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { waitUntil } from '#testing/servers.js';
import { installedModel } from '#testing/installed-model.js';
import { axeProblems, looks, openBrowser, openPage, overflowPx, picture, signIn } from './browser.js';
import { startSystem, type System } from './system.js';

const screens = [
  { name: 'wall', path: '/' },
  { name: 'alerts', path: '/alerts' },
  { name: 'search', path: '/search' },
  { name: 'tracks', path: '/tracks' },
  { name: 'videos', path: '/videos' },
  { name: 'rules', path: '/rules' },
  { name: 'insights', path: '/insights' },
  { name: 'system', path: '/system' },
  { name: 'models', path: '/system/models' },
  { name: 'add-model', path: '/system/models/add' },
  { name: 'users', path: '/system/users' },
] as const;

/** A viewer sees cameras, rules and videos without the controls that the server would refuse. */
async function expectNothingToChange(page: Page, system: System): Promise<void> {
  const address = { name: 'Yard', url: 'rtsp://127.0.0.1:9/none' };
  const { id } = await system.api<{ id: string }>('POST', '/api/cameras', address);
  await system.api('POST', '/api/rules', { kind: 'running', name: 'No running', cameraId: id, params: {} });
  for (const [route, shown] of [
    ['/', 'Wall'],
    [`/cameras/${id}`, 'Yard'],
    ['/rules', 'Rules'],
    ['/videos', 'Videos'],
  ] as const) {
    await page.goto(system.url + route);
    await page.getByRole('heading', { name: shown }).waitFor();
    if (route !== '/videos')
      await page
        .getByText(route === '/' ? 'Yard' : 'No running')
        .first()
        .waitFor();
    for (const change of [/^Add /, 'Draw a zone', /^Change rule/, /^Remove /, 'Choose files', 'Upload a video'])
      expect({ route, change, count: await page.getByRole('button', { name: change }).count() }).toMatchObject({
        count: 0,
      });
    for (const each of await page.getByRole('switch').all()) expect(await each.isDisabled()).toBe(true);
  }
  await system.api('DELETE', `/api/cameras/${id}`);
}

describe('the page of an empty system', () => {
  let system: System;
  let browser: Browser;

  /** A models folder with the default model alone: what else this machine has must not change what is shown. */
  const modelsDir = mkdtempSync(path.join(os.tmpdir(), 'posewatch-models-'));

  beforeAll(async () => {
    const model = installedModel('movenet-multipose');
    if (model !== null) copyFileSync(model, path.join(modelsDir, path.basename(model)));
    [system, browser] = await Promise.all([startSystem({ POSEWATCH_MODELS_DIR: modelsDir }), openBrowser()]);
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await system.stop();
    rmSync(modelsDir, { recursive: true });
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

  it('needs at most 300 kB of compressed script for the login and the wall', async () => {
    const { page, context } = await openPage(browser, looks[0]);
    const sizes: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      if (request.resourceType() !== 'script') return;
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await signIn(page, system.url, system);
    await page.getByRole('heading', { name: 'Wall' }).waitFor();
    await page.waitForLoadState('networkidle');
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(300_000);
    await context.close();
  }, 60_000);

  it('gives somebody an account with a password that they can change', async () => {
    const { page, context, problems } = await openPage(browser, looks[0], ['/api/session']);
    await signIn(page, system.url, system);
    await page.goto(`${system.url}/system/users`);
    await page.getByRole('button', { name: 'Add a person' }).click();
    await page.getByLabel('Name').fill('Nadia');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const password = await page.getByRole('dialog').locator('code').innerText();
    expect(await axeProblems(page)).toEqual([]);
    await picture(page, 'user-added');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Viewer: sees everything').waitFor();

    const nadia = await openPage(browser, looks[3], ['/api/session']);
    await signIn(nadia.page, system.url, { name: 'Nadia', password });
    await nadia.page.getByRole('button', { name: 'Account of Nadia' }).click();
    await nadia.page.getByRole('menuitem', { name: 'Change your password' }).click();
    await nadia.page.getByLabel('Current password').fill(password);
    await nadia.page.getByLabel('New password').fill('something longer');
    expect(await axeProblems(nadia.page)).toEqual([]);
    await picture(nadia.page, 'password-change');
    await nadia.page.getByRole('button', { name: 'Change the password' }).click();
    await nadia.page.getByText('The password was changed.').waitFor();
    await nadia.page.goto(`${system.url}/system`);
    await nadia.page.getByRole('link', { name: 'Models' }).waitFor();
    expect(await nadia.page.getByRole('link', { name: 'Users' }).count()).toBe(0);
    await expectNothingToChange(nadia.page, system);

    await page.getByRole('button', { name: 'Remove Nadia' }).click();
    await page.getByLabel('Type “Nadia” to go on').fill('Nadia');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nadia was removed.').waitFor();
    await nadia.page.getByTestId('login-form').waitFor();
    expect(problems).toEqual([]);
    await Promise.all([context.close(), nadia.context.close()]);
  }, 60_000);

  describe.each(looks)('$name', (look) => {
    it.each(screens)(
      'shows an empty $name that is accessible and fits',
      async ({ name, path: where }) => {
        const { page, context, problems } = await openPage(browser, look, ['/api/session']);
        await signIn(page, system.url, system);
        await page.goto(system.url + where);
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

  describe('of a camera that wants what is not installed', () => {
    let id = '';
    beforeAll(async () => {
      const input = { name: 'Gate', url: 'rtsp://127.0.0.1:9/none', profile: 'pose3d', wide: true };
      id = (await system.api<{ id: string }>('POST', '/api/cameras', input)).id;
    });
    afterAll(async () => {
      await system.api('DELETE', `/api/cameras/${id}`);
    });

    it.each(looks)(
      'says in its settings which models it lacks and how to get them ($name)',
      async (look) => {
        const { page, context, problems } = await openPage(browser, look, ['/api/session']);
        await signIn(page, system.url, system);
        await page.goto(`${system.url}/cameras/${id}`);
        const settings = page.getByRole('region', { name: 'Settings' });
        expect(await settings.getByRole('radio', { name: /^3-D/ }).isChecked()).toBe(true);
        await settings.getByText(/not installed\. Until then Fast runs instead\./).scrollIntoViewIfNeeded();
        expect(await settings.getByText('./posewatch models pull pose3d').count()).toBe(1);
        await picture(page, `camera-settings-${look.name}`);
        expect(await axeProblems(page)).toEqual([]);
        expect(await overflowPx(page)).toBe(0);
        await settings.getByRole('link', { name: 'Install under Models' }).click();
        await page.getByRole('button', { name: 'Install what 3-D needs' }).waitFor();
        expect(problems).toEqual([]);
        await context.close();
      },
      60_000,
    );
  });

  describe('with nine cameras', () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'].map((letter) => `Camera ${letter}`);
    const ids: string[] = [];
    beforeAll(async () => {
      for (const name of names) {
        const input = { name, url: 'rtsp://127.0.0.1:9/none' };
        ids.push((await system.api<{ id: string }>('POST', '/api/cameras', input)).id);
      }
    });
    afterAll(async () => {
      for (const id of ids) await system.api('DELETE', `/api/cameras/${id}`);
    });

    /** Letters of the tiles in the order of the document, which is that on the screen. */
    const order = async (page: Page): Promise<string> => {
      const found = await page.locator('[data-tile] a').allInnerTexts();
      return found.map((text) => /Camera ([A-I])/.exec(text)?.[1] ?? '?').join('');
    };
    const becomes = (page: Page, letters: string): Promise<void> =>
      waitUntil(async () => {
        expect(await order(page)).toBe(letters);
      });
    const isStored = (letters: string): Promise<void> =>
      waitUntil(async () => {
        const { cameras } = await system.api<{ cameras: { name: string }[] }>('GET', '/api/cameras');
        expect(cameras.map(({ name }) => name.at(-1)).join('')).toBe(letters);
      });
    const centre = async (page: Page, letter: string, part: string): Promise<{ x: number; y: number }> => {
      const id = ids['ABCDEFGHI'.indexOf(letter)];
      const box = await page.locator(`[data-tile="${id}"] ${part}`).first().boundingBox();
      if (box === null) throw new Error(`no ${part} of ${letter}`);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };

    it('lets tiles be arranged by mouse, keyboard and finger, and remembers it', async () => {
      const desk = await openPage(browser, looks[1], ['/api/session']);
      await signIn(desk.page, system.url, system);
      await becomes(desk.page, 'ABCDEFGHI');

      const [from, to] = [await centre(desk.page, 'A', 'a'), await centre(desk.page, 'E', 'a')];
      await desk.page.mouse.move(from.x, from.y);
      await desk.page.mouse.down();
      await desk.page.mouse.move(to.x, to.y, { steps: 8 });
      await becomes(desk.page, 'BCDEAFGHI');
      await picture(desk.page, 'wall-arranging');
      await desk.page.mouse.up();
      await becomes(desk.page, 'BCDEAFGHI');
      expect(new URL(desk.page.url()).pathname).toBe('/'); // the drag was no click on the tile's link

      const grip = desk.page.getByRole('button', { name: /^Move Camera I / });
      await grip.focus();
      await desk.page.keyboard.press('ArrowUp');
      await becomes(desk.page, 'BCDEAIFGH');
      await desk.page.keyboard.press('Home'); // the focus stayed on the grip
      await becomes(desk.page, 'IBCDEAFGH');
      await desk.page.getByText('Camera I is at place 1 of 9.').waitFor({ state: 'attached' });
      expect(await axeProblems(desk.page)).toEqual([]);
      await isStored('IBCDEAFGH'); // one order after the other, or that of the first key would stay

      const phone = await openPage(browser, { ...looks[2], hasTouch: true }, ['/api/session']);
      await signIn(phone.page, system.url, system);
      await becomes(phone.page, 'IBCDEAFGH');
      const finger = await phone.context.newCDPSession(phone.page);
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: { x: number; y: number } | null) =>
        finger.send('Input.dispatchTouchEvent', { type, touchPoints: at === null ? [] : [at] });
      const start = await centre(phone.page, 'I', 'button');
      const end = await centre(phone.page, 'B', 'a');
      await touch('touchStart', start);
      for (const share of [0.2, 0.5, 0.8, 1])
        await touch('touchMove', { x: start.x, y: start.y + (end.y - start.y) * share });
      await touch('touchEnd', null);
      await becomes(phone.page, 'BICDEAFGH');
      await picture(phone.page, 'wall-nine-phone');
      expect(await axeProblems(phone.page)).toEqual([]);
      expect(await overflowPx(phone.page)).toBe(0);

      await isStored('BICDEAFGH');
      await desk.page.reload();
      await becomes(desk.page, 'BICDEAFGH');
      await picture(desk.page, 'wall-nine');
      expect([...desk.problems, ...phone.problems]).toEqual([]);
      await Promise.all([desk.context.close(), phone.context.close()]);
    }, 90_000);
  });
});
