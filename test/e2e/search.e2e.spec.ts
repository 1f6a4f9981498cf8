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

  const looksRight = async (page: Page, name: string): Promise<void> => {
    await page.waitForLoadState('networkidle');
    await picture(page, name);
    expect(await axeProblems(page)).toEqual([]);
    expect(await overflowPx(page)).toBe(0);
  };

  describe.each(looks)('$name', (look) => {
    itWithData(
      'shows who was there and when, and poses like one, accessible and fitting',
      [CLIP],
      async (clip = '') => {
        const id = await analysed(clip);
        const { page, context, problems } = await openPage(browser, look, ['/api/session']);
        await signIn(page, system.url, system);
        await page.goto(`${system.url}/search`);
        await drawn(page);
        const { total } = await system.api<Found>('GET', '/api/search/tracks');
        expect(total.value).toBeGreaterThan(2);
        await page.getByText(`${total.value} found`).waitFor();
        await looksRight(page, `search-${look.name}`);

        await page
          .getByRole('link', { name: /^More like this/ })
          .first()
          .click();
        await page.getByText('the same pose').first().waitFor();
        await looksRight(page, `search-alike-${look.name}`);

        await page
          .getByRole('link', { name: /^More like this movement/ })
          .first()
          .click();
        await page.getByText('the same movement').first().waitFor();
        await page.getByRole('slider', { name: 'Start of the movement' }).waitFor();
        await looksRight(page, `search-movements-${look.name}`);

        await page.getByRole('button', { name: 'Make a pose' }).click();
        await page.getByRole('button', { name: 'Sitting' }).click();
        await looksRight(page, `search-sketch-${look.name}`);

        await page.goto(`${system.url}/search?cameraId=${id}`);
        await drawn(page);
        await page.getByRole('button', { name: 'across any line' }).click();
        await page.getByRole('button', { name: 'End 1 of the line' }).waitFor();
        await looksRight(page, `search-line-${look.name}`);
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
      await page.goto(`${system.url}/search?cameraId=${id}`);
      await drawn(page);
      await page.getByRole('combobox', { name: 'Seen for' }).click();
      await page.getByRole('option', { name: 'for less than 5 s' }).click();
      const short = await system.api<Found>('GET', `/api/search/tracks?cameraId=${id}&maxDurationSec=5`);
      await page.getByText(short.total.value === 0 ? 'Nobody matches' : `${short.total.value} found`).waitFor();
      expect(new URL(page.url()).searchParams.get('maxDurationSec')).toBe('5');
      await page.getByRole('combobox', { name: 'Seen for' }).click();
      await page.getByRole('option', { name: 'other …' }).click();
      await page.getByRole('textbox', { name: 'Seen for: at most' }).fill('20.5');
      await page.keyboard.press('Enter');
      await page.waitForURL(/maxDurationSec=20.5/);
      const longer = await system.api<Found>('GET', `/api/search/tracks?cameraId=${id}&maxDurationSec=20.5`);
      await page.getByText(`${longer.total.value} found`).waitFor();
      await page.getByRole('button', { name: 'Clear all' }).click();
      const all = await system.api<Found>('GET', '/api/search/tracks');
      await page.getByText(`${all.total.value} found`).waitFor();
      await drawn(page); // the plot of the search before is gone when nothing is on its way

      const over = page.locator('.u-over');
      const box = await over.boundingBox();
      if (box === null) throw new Error('there is no plot');
      await page.mouse.move(box.x + 2, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.3, box.y + 30, { steps: 5 });
      await page.mouse.up();
      await page.waitForURL(/range=custom/);
      const { searchParams } = new URL(page.url());
      const span = `fromMs=${searchParams.get('fromMs') ?? ''}&toMs=${searchParams.get('toMs') ?? ''}`;
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
    'looks for a pose that is made by mouse and keyboard, and keeps it in its address',
    [CLIP],
    async (clip = '') => {
      await analysed(clip);
      const { page, context, problems } = await openPage(browser, looks[0], ['/api/session']);
      await signIn(page, system.url, system);
      await page.goto(`${system.url}/search`);
      await page.getByRole('button', { name: 'Make a pose' }).click();
      const wrist = page.getByRole('button', { name: 'Left wrist' });
      const place = async (): Promise<{ x: number; y: number }> => {
        const box = await wrist.locator('circle').first().boundingBox();
        if (box === null) throw new Error('there is no wrist');
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      };
      const before = await place();
      await page.mouse.move(before.x, before.y);
      await page.mouse.down();
      await page.mouse.move(before.x + 20, before.y - 30, { steps: 6 });
      await page.mouse.up();
      const dragged = await place();
      expect(Math.hypot(dragged.x - before.x - 20, dragged.y - before.y + 30)).toBeLessThan(3);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      expect((await place()).y).toBeLessThan(dragged.y - 5);
      await page.keyboard.press('Control+z');
      await page.getByRole('button', { name: 'Undo' }).click();
      const undone = await place();
      expect(Math.hypot(undone.x - dragged.x, undone.y - dragged.y)).toBeLessThan(1);
      await page.getByRole('button', { name: 'Find this pose' }).focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/pose=/);
      await page.getByText(/\d+ moments/).waitFor();
      await page
        .getByText(/alike · 0\.\d\d|the same pose/)
        .first()
        .waitFor();
      await page.reload();
      await page.getByText(/\d+ moments/).waitFor();
      const reloaded = await place();
      expect(Math.hypot(reloaded.x - dragged.x, reloaded.y - dragged.y)).toBeLessThan(1);
      await page.getByRole('button', { name: 'Any pose' }).click();
      await page.waitForURL((url) => !url.search.includes('pose='));
      expect(problems).toEqual([]);
      await context.close();
    },
    300_000,
  );

  itWithData(
    'finds who crossed a line that is moved by keyboard, and who moves like one at a moment of the playback',
    [CLIP],
    async (clip = '') => {
      const id = await analysed(clip);
      const { page, context, problems } = await openPage(browser, looks[0], ['/api/session']);
      await signIn(page, system.url, system);
      await page.goto(`${system.url}/search?cameraId=${id}&line=0.6,1,0.6,0.3`);
      await page.getByRole('button', { name: 'across this line' }).click();
      for (const end of ['End 1 of the line', 'End 2 of the line']) {
        await page.getByRole('button', { name: end }).focus();
        await page.keyboard.press('Shift+ArrowRight');
      }
      await page.getByText('To its right', { exact: true }).click();
      await page.getByRole('button', { name: 'Find who crossed it' }).click();
      await page.waitForURL(/direction=right/);
      expect(new URL(page.url()).searchParams.get('line')).toBe('0.65,1,0.65,0.3');
      const route = `/api/search/tracks?cameraId=${id}&line=0.65,1,0.65,0.3&direction=right`;
      const { tracks } = await system.api<Found>('GET', route);
      expect(tracks.length).toBeGreaterThan(0);
      await page.getByText(`${tracks.length} found`).waitFor();

      await cards(page)
        .first()
        .getByRole('link', { name: /^Person/ })
        .click();
      await page.waitForURL(/\/tracks\//);
      await page.getByRole('link', { name: 'More like this movement', exact: true }).click();
      await page.waitForURL(/move=/);
      await page.getByText('the same movement').first().waitFor();
      const start = page.getByRole('slider', { name: 'Start of the movement' });
      const from = page.url();
      await start.focus();
      await page.keyboard.press('ArrowLeft');
      await page.waitForURL((url) => url.href !== from);
      await page.getByText(/\d+ movements/).waitFor();
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
      await page.goto(`${system.url}/search?cameraId=cam_nowhere`);
      await page.getByText(/there is no camera or video cam_nowhere/).waitFor({ timeout: 20_000 });
      await picture(page, 'search-wrong-phone');
      expect(await axeProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Clear all' }).click();
      await drawn(page);
      await page.goto(`${system.url}/search?minTogether=900`);
      await page.getByText('Nobody matches').waitFor();
      await picture(page, 'search-nobody-phone');
      expect(await axeProblems(page)).toEqual([]);
      expect(await overflowPx(page)).toBe(0);
      await context.close();
    },
    300_000,
  );
});
