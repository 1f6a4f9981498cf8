import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { waitUntil } from '#testing/servers.js';
import { itWithData } from '#testing/shared-data.js';
import { axeProblems, looks, openBrowser, openPage, overflowPx, picture, signIn } from './browser.js';
import { startSystem, type System } from './system.js';

interface Found {
  readonly tracks: { readonly cameraId: string; readonly startMs: number; readonly endMs: number }[];
  readonly total: { readonly value: number };
}

const CLIP = 'video/one-by-one-person-detection.mp4';

describe('the search for people', () => {
  let system: System;
  let browser: Browser;
  let uploaded: Promise<string> | null = null;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await system.stop();
  }, 60_000);

  /** The id of the clip once it is analysed; done once for all tests. */
  const analysed = (clip: string): Promise<string> => (uploaded ??= analyse(clip));
  const analyse = async (clip: string): Promise<string> => {
    const { id } = await system.upload(readFileSync(clip), 'One by one.mp4', 4);
    await waitUntil(async () => {
      const { status } = await system.api<{ status: string }>('GET', `/api/videos/${id}`);
      if (status !== 'done') throw new Error(`the clip is ${status}`);
    }, 240_000);
    return id;
  };

  const cards = (page: Page) => page.getByRole('list', { name: 'Results' }).locator('> li');
  const drawn = async (page: Page): Promise<void> => {
    await page.locator('section, ul').locator('svg path[d^="M"]').first().waitFor();
    await page.waitForLoadState('networkidle');
  };

  describe.each(looks)('$name', (look) => {
    itWithData(
      'shows who was there and when, and poses like one, accessible and fitting',
      [CLIP],
      async (clip = '') => {
        await analysed(clip);
        const { page, context, problems } = await openPage(browser, look, ['/api/session']);
        await signIn(page, system.url, system);
        await page.goto(`${system.url}/search`);
        await drawn(page);
        const { total } = await system.api<Found>('GET', '/api/search/tracks');
        expect(total.value).toBeGreaterThan(2);
        await page.getByText(`${total.value} found`).waitFor();
        await picture(page, `search-${look.name}`);
        expect(await axeProblems(page)).toEqual([]);
        expect(await overflowPx(page)).toBe(0);

        await page
          .getByRole('link', { name: /^More like this/ })
          .first()
          .click();
        await page.getByText('the same pose').first().waitFor();
        await drawn(page);
        await picture(page, `search-alike-${look.name}`);
        expect(await axeProblems(page)).toEqual([]);
        expect(await overflowPx(page)).toBe(0);
        expect(problems).toEqual([]);
        await context.close();
      },
      300_000,
    );
  });

  itWithData(
    'is narrowed by its sentence and over time, keeps that in its address, and leads to the moment',
    [CLIP],
    async (clip = '') => {
      const id = await analysed(clip);
      const { page, context, problems } = await openPage(browser, looks[0], ['/api/session']);
      await signIn(page, system.url, system);
      await page.goto(`${system.url}/search?camera=${id}`);
      await drawn(page);
      await page.getByRole('combobox', { name: 'Seen for' }).click();
      await page.getByRole('option', { name: 'for less than 5 s' }).click();
      const short = await system.api<Found>('GET', `/api/search/tracks?cameraId=${id}&maxDurationSec=5`);
      await page.getByText(short.total.value === 0 ? 'Nobody matches' : `${short.total.value} found`).waitFor();
      expect(new URL(page.url()).searchParams.get('maxDuration')).toBe('5');
      await page.getByRole('button', { name: 'Clear all' }).click();
      await drawn(page);

      const over = page.locator('.u-over');
      const box = await over.boundingBox();
      if (box === null) throw new Error('there is no plot');
      await page.mouse.move(box.x + 2, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.3, box.y + 30, { steps: 5 });
      await page.mouse.up();
      await page.waitForURL(/range=custom/);
      const { searchParams } = new URL(page.url());
      const span = `fromMs=${searchParams.get('from') ?? ''}&toMs=${searchParams.get('to') ?? ''}`;
      const early = await system.api<Found>('GET', `/api/search/tracks?${span}`);
      await page.getByText(`${early.total.value} found`).waitFor();
      await page.reload();
      await page.getByText(`${early.total.value} found`).waitFor();
      expect(await cards(page).count()).toBe(early.tracks.length);

      // Not the symbols of the card, which have arcs and are there before the person is drawn.
      const limbs = cards(page).first().locator('svg path:not([d*="a"])').first();
      await limbs.waitFor();
      const still = (await limbs.getAttribute('d')) ?? '';
      await page.getByRole('button', { name: 'Move' }).click();
      await waitUntil(async () => {
        if ((await limbs.getAttribute('d')) === still) throw new Error('the small pictures stand still');
      }, 10_000);
      await page.getByRole('button', { name: 'Stand still' }).click();
      expect(await limbs.getAttribute('d')).toBe(still);

      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: /^MOT/ }).waitFor();
      expect(await axeProblems(page)).toEqual([]);
      await picture(page, 'search-export');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: /^CSV/ }).click(),
      ]);
      const lines = readFileSync(await download.path(), 'utf8')
        .trim()
        .split('\r\n');
      expect(lines).toHaveLength(early.total.value + 1);

      await cards(page)
        .first()
        .getByRole('link', { name: /^Person/ })
        .focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/tracks\/.*at=\d+/);
      await waitUntil(async () => {
        const people = await page.locator('[data-people]').first().getAttribute('data-people');
        if (Number(people) < 1) throw new Error('no skeleton is drawn');
      }, 30_000);
      expect(problems).toEqual([]);
      await context.close();
    },
    300_000,
  );

  itWithData(
    'says what is wrong with an address, and finds nobody with words',
    [CLIP],
    async (clip = '') => {
      await analysed(clip);
      const { page, context } = await openPage(browser, looks[2], ['/api/']);
      await signIn(page, system.url, system);
      await page.goto(`${system.url}/search?camera=cam_nowhere`);
      await page.getByText(/there is no camera or video cam_nowhere/).waitFor({ timeout: 20_000 });
      await picture(page, 'search-wrong-phone');
      expect(await axeProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Clear all' }).click();
      await drawn(page);
      await page.goto(`${system.url}/search?together=900`);
      await page.getByText('Nobody matches').waitFor();
      await picture(page, 'search-nobody-phone');
      expect(await axeProblems(page)).toEqual([]);
      expect(await overflowPx(page)).toBe(0);
      await context.close();
    },
    300_000,
  );
});
