import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { waitUntil } from '#testing/servers.js';
import { itWithData } from '#testing/shared-data.js';
import { axeProblems, looks, openBrowser, openPage, picture, signIn } from './browser.js';
import { startSystem, type System } from './system.js';

interface Video {
  readonly id: string;
  readonly status: string;
  readonly problem: string | null;
  readonly frameCount: number | null;
  readonly framesDone: number;
  readonly dropped: Readonly<Record<string, number>>;
}

describe('an uploaded video', () => {
  let system: System;
  let browser: Browser;

  const finished = async (id: string): Promise<Video> => {
    const read = (): Promise<Video> => system.api<Video>('GET', `/api/videos/${id}`);
    await waitUntil(async () => {
      const video = await read();
      if (video.status === 'queued' || video.status === 'analysing') throw new Error(JSON.stringify(video));
    }, 240_000);
    return read();
  };

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await system.stop();
  }, 60_000);

  itWithData(
    'goes in through the page, is analysed with progress and plays with its skeletons',
    ['video/store-aisle-detection_preview.mp4'],
    async (clip = '') => {
      const { page, context, problems } = await openPage(browser, looks[0], ['/api/session']);
      await signIn(page, system.url, system);
      await page.goto(`${system.url}/videos`);
      await page.locator('input[type=file]').first().setInputFiles(clip);
      const row = page.locator('[data-testid^="video-"]').first();
      await row.waitFor();
      await waitUntil(async () => {
        const state = await row.getAttribute('data-status');
        if (state !== 'done') throw new Error(`video is ${state ?? 'missing'}`);
      }, 120_000);
      await picture(page, 'videos-done');
      const { tracks } = await system.api<{ tracks: { cameraId: string; epoch: number; trackNo: number }[] }>(
        'GET',
        '/api/tracks',
      );
      expect(tracks.length).toBeGreaterThan(0);
      const first = tracks.at(0);
      await page.goto(`${system.url}/tracks/${first?.cameraId ?? ''}/${first?.epoch ?? 0}/${first?.trackNo ?? 0}`);
      await waitUntil(async () => {
        const people = await page.locator('[data-people]').first().getAttribute('data-people');
        if (Number(people) < 1) throw new Error('no skeleton is drawn');
      }, 30_000);
      await picture(page, 'track-playback');
      expect(await axeProblems(page)).toEqual([]);
      expect(problems).toEqual([]);
      await context.close();
    },
    240_000,
  );

  itWithData(
    'keeps every frame and repeats no event when the tracker and inference are killed on the way',
    ['video/one-by-one-person-detection.mp4'],
    async (clip = '') => {
      await system.api('POST', '/api/rules', {
        kind: 'loitering',
        name: 'Anybody for a second',
        cameraId: null,
        zoneId: null,
        params: { dwellSec: 1, presenceSec: 1 },
        enabled: true,
      });
      const { id } = await system.upload(readFileSync(clip), 'one by one.mp4');
      for (const [service, after] of [
        ['tracker', 60],
        ['inference', 160],
        ['tracker', 300],
      ] as const) {
        await waitUntil(async () => {
          const video = await system.api<Video>('GET', `/api/videos/${id}`);
          if (video.framesDone < after) throw new Error(`${video.framesDone} frames done`);
        }, 120_000);
        process.kill(await system.pidOf(service), 'SIGKILL');
      }
      const video = await finished(id);
      expect(video).toMatchObject({ status: 'done', problem: null, framesDone: video.frameCount, dropped: {} });
      expect(video.frameCount).toBeGreaterThan(1000);
      const { events } = await system.api<{ events: { id: string; trackNo: number; startMs: number }[] }>(
        'GET',
        `/api/events?cameraId=${id}&limit=200`,
      );
      expect(events.length).toBeGreaterThan(0);
      expect(new Set(events.map((event) => `${event.trackNo} ${event.startMs}`)).size).toBe(events.length);
    },
    600_000,
  );

  it('names what is wrong with a broken file and goes on', async () => {
    const text = await system.upload(Buffer.from('this is no video\n'.repeat(50)), 'notes.mp4');
    const video = await finished(text.id);
    expect(video.status).toBe('failed');
    expect(video.problem).toMatch(/notes\.mp4|video/i);
    await expect(system.upload(Buffer.alloc(0), 'empty.mp4')).rejects.toThrow(/empty|0 bytes|zero/i);
  }, 120_000);
});
