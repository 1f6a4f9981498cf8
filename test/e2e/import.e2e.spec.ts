import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { poseTrackJoints } from '#evaluation/posetrack-file.js';
import { waitUntil } from '#testing/servers.js';
import { itWithData } from '#testing/shared-data.js';
import { axeProblems, looks, openBrowser, openPage, overflowPx, picture, signIn } from './browser.js';
import { startSystem, type System } from './system.js';

const FRAMES = 80;

/** Where the joints of a standing person of 200 px are, from the feet. */
const standing: Readonly<Record<string, readonly [number, number]>> = {
  nose: [0, -184],
  head_bottom: [0, -164],
  head_top: [0, -200],
  left_shoulder: [20, -160],
  right_shoulder: [-20, -160],
  left_elbow: [26, -124],
  right_elbow: [-26, -124],
  left_wrist: [28, -94],
  right_wrist: [-28, -94],
  left_hip: [13, -100],
  right_hip: [-13, -100],
  left_knee: [14, -50],
  right_knee: [-14, -50],
  left_ankle: [14, -4],
  right_ankle: [-14, -4],
};

/** A PoseTrack file of three people who walk past each other, with ids 0, 5 and 9. */
function walkers(): string {
  const images = Array.from({ length: FRAMES }, (_, id) => ({ id, width: 1280, height: 720 }));
  const annotations = images.flatMap(({ id: image_id }) =>
    [0, 5, 9].map((track_id, no) => {
      const x = no === 1 ? 1150 - image_id * 13 : 120 + no * 60 + image_id * 12;
      const y = 330 + no * 150;
      const keypoints = poseTrackJoints.flatMap((name) => {
        const at = standing[name] as readonly [number, number] | undefined;
        const step = /ankle|knee/.test(name)
          ? Math.sin(image_id / 2 + (name.startsWith('left') ? 0 : Math.PI)) * 22
          : 0;
        return at === undefined ? [0, 0, 0] : [x + at[0] + step, y + at[1], 1];
      });
      return { image_id, track_id, category_id: 1, bbox: [x - 40, y - 200, 80, 200], keypoints };
    }),
  );
  return JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'person', keypoints: poseTrackJoints }] });
}

interface PoseTrackFile {
  readonly images: readonly { readonly is_labeled: boolean }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly track_id: number;
    readonly keypoints: readonly number[];
  }[];
}

const boxes = Array.from({ length: FRAMES }, (_, at) => `${at + 1},3,${100 + at * 6},80,60,180,1,-1,-1,-1\n`).join('');

describe('a file of tracks', () => {
  let system: System;
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), openBrowser()]);
    folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-tracks-'));
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await system.stop();
    await rm(folder, { recursive: true });
  }, 60_000);

  const give = async (page: Page, name: string, text: string, fps: string): Promise<void> => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    await page.locator('input[type=file]').first().setInputFiles(file);
    const form = page.getByRole('form', { name: `Import of ${name}` });
    await form.getByLabel('Frames a second').fill(fps);
    await form.getByRole('button', { name: 'Import' }).click();
  };

  const drawn = (page: Page): Promise<void> =>
    waitUntil(async () => {
      const people = await page.locator('[data-people]').first().getAttribute('data-people');
      if (Number(people) < 1) throw new Error('nobody is drawn');
    }, 30_000);

  it('is asked for its frame rate, imported, replayed and found, and its export gives it back', async () => {
    const { page, context, problems } = await openPage(browser, looks[0], ['/api/session']);
    await signIn(page, system.url, system);
    await page.goto(`${system.url}/videos`);
    const walk = path.join(folder, 'walkers.json');
    await writeFile(walk, walkers());
    await page.locator('input[type=file]').first().setInputFiles(walk);
    const form = page.getByRole('form', { name: 'Import of walkers.json' });
    await form.getByRole('button', { name: 'Import' }).click();
    await form.getByText('A number from 0.01 to 1000').waitFor();
    await picture(page, 'import-asks');
    expect(await axeProblems(page)).toEqual([]);
    await form.getByLabel('Frames a second').fill('10');
    await form.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('link', { name: 'walkers.json', exact: true }).click();
    await drawn(page);
    await page.getByText('3 people tracked').waitFor();
    await picture(page, 'import-replay');
    expect(await axeProblems(page)).toEqual([]);
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';

    await page.goto(`${system.url}/search?cameraId=${id}`);
    await page.getByText('3 found').waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: /^PoseTrack/ }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('posewatch-tracks.posetrack.json');
    const saved = JSON.parse(readFileSync(await download.path(), 'utf8')) as {
      images: unknown[];
      annotations: { track_id: number }[];
    };
    expect(saved.images).toHaveLength(FRAMES);
    expect(new Set(saved.annotations.map(({ track_id }) => track_id))).toEqual(new Set([0, 5, 9]));
    expect(problems).toEqual([]);
    await context.close();
  }, 120_000);

  it('of boxes alone is drawn as boxes, on a phone too', async () => {
    const { page, context, problems } = await openPage(browser, looks[2], ['/api/session']);
    await signIn(page, system.url, system);
    await page.goto(`${system.url}/videos`);
    await give(page, 'boxes.txt', boxes, '10');
    const row = page.getByRole('link', { name: 'boxes.txt', exact: true });
    await row.waitFor();
    await picture(page, 'import-list-phone');
    expect(await axeProblems(page)).toEqual([]);
    expect(await overflowPx(page)).toBe(0);
    await row.click();
    await drawn(page);
    await picture(page, 'import-boxes-phone');
    expect(await axeProblems(page)).toEqual([]);
    expect(await overflowPx(page)).toBe(0);
    expect(problems).toEqual([]);
    await context.close();
  }, 120_000);

  itWithData(
    'that Posewatch exported of an analysed video has the same people in the same frames when it comes back',
    ['video/store-aisle-detection_preview.mp4'],
    async (clip = '') => {
      const { id } = await system.upload(readFileSync(clip), 'aisle.mp4', 5);
      await waitUntil(async () => {
        const { status } = await system.api<{ status: string }>('GET', `/api/videos/${id}`);
        if (status !== 'done') throw new Error(`the clip is ${status}`);
      }, 120_000);
      const exported = (cameraId: string): Promise<PoseTrackFile> =>
        system.api('GET', `/api/search/export?format=posetrack&cameraId=${cameraId}`);
      const first = await exported(id);
      expect(first.annotations.length).toBeGreaterThan(5);
      const { page, context } = await openPage(browser, looks[0]);
      await signIn(page, system.url, system);
      await page.goto(`${system.url}/videos`);
      await give(page, 'aisle.json', JSON.stringify(first), '12');
      await page.getByRole('link', { name: 'aisle.json', exact: true }).waitFor();
      await context.close();
      const { videos } = await system.api<{ videos: { id: string; name: string }[] }>('GET', '/api/videos');
      const second = await exported(videos.find(({ name }) => name === 'aisle.json')?.id ?? '');
      expect(second.images.map((image) => image.is_labeled)).toEqual(first.images.map((image) => image.is_labeled));
      const names = ({ annotations }: PoseTrackFile) => annotations.map((each) => [each.image_id, each.track_id]);
      expect(names(second)).toEqual(names(first));
      // The store rounds by a quarter of a pixel; the top of the head is placed by three joints whose weights come to 2.
      const apart = first.annotations.flatMap(({ keypoints }, at) =>
        keypoints.map((value, index) => Math.abs(value - second.annotations[at].keypoints[index])),
      );
      expect(Math.max(...apart)).toBeLessThanOrEqual(0.51);
    },
    240_000,
  );

  it('that is broken says where, and leaves nothing', async () => {
    const { page, context } = await openPage(browser, looks[1]);
    await signIn(page, system.url, system);
    await page.goto(`${system.url}/videos`);
    const broken = walkers().replace(/"track_id":9,([^}]*)\}\],/, '"track_id":"nine",$1}],');
    await give(page, 'broken.json', broken, '10');
    await page
      .getByRole('alert')
      .filter({ hasText: `broken.json, frame ${FRAMES - 1}` })
      .waitFor();
    await picture(page, 'import-broken');
    const { videos } = await system.api<{ videos: { name: string }[] }>('GET', '/api/videos');
    expect(videos.map(({ name }) => name)).not.toContain('broken.json');
    await context.close();
  }, 120_000);
});
