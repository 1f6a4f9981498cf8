import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { freePort, waitUntil } from '#testing/servers.js';
import { itWithData } from '#testing/shared-data.js';
import { axeProblems, looks, openBrowser, openPage, OUTPUT, overflowPx, picture, signIn } from './browser.js';
import { startRtspCamera } from './rtsp-camera.js';
import { startSystem, type System } from './system.js';

interface Named {
  readonly id: string;
}

interface Camera extends Named {
  readonly epoch: number;
  readonly health: { readonly state: string; readonly problem: string | null } | null;
}

interface Event extends Named {
  readonly cameraId: string;
  readonly kind: string;
}

const wholePicture = [
  [0.02, 0.02],
  [0.98, 0.02],
  [0.98, 0.98],
  [0.02, 0.98],
];

async function peopleOn(page: Page, cameraId: string): Promise<number> {
  return Number((await page.getByTestId(`overlay-${cameraId}`).getAttribute('data-people')) ?? 0);
}

/** Skeletons that belong to the very frames shown, on all the cameras at the same moment. */
async function expectDrawn(page: Page, cameraIds: readonly string[]): Promise<void> {
  await waitUntil(async () => {
    for (const id of cameraIds) {
      const match = await page.getByTestId(`overlay-${id}`).getAttribute('data-match');
      if ((match !== 'exact' && match !== 'between') || (await peopleOn(page, id)) < 1)
        throw new Error(`${id}: ${match ?? 'nothing'}`);
    }
  }, 60_000);
}

async function expectPeople(page: Page, cameraId: string): Promise<void> {
  await waitUntil(async () => {
    const people = await peopleOn(page, cameraId);
    if (people < 1) throw new Error(`nobody drawn on ${cameraId}`);
  }, 60_000);
}

/** Turns the only rule off and on, and opens its editor, without a pointer. */
async function useRulesByKeyboard(page: Page, system: System): Promise<void> {
  const row = page.getByRole('row', { name: /Somebody in the workshop/ });
  await row.getByText(/^Open, /).waitFor();
  for (const enabled of [false, true]) {
    await row.getByRole('switch').focus();
    await page.keyboard.press('Space');
    await waitUntil(async () => {
      expect(await row.getByRole('switch').isChecked()).toBe(enabled);
      const { rules } = await system.api<{ rules: { enabled: boolean }[] }>('GET', '/api/rules');
      if (rules[0].enabled !== enabled) throw new Error(`the rule is not ${enabled ? 'on' : 'off'}`);
    });
  }
  await row.getByRole('link', { name: /^Change rule/ }).focus();
  await page.keyboard.press('Enter');
  const editor = page.getByRole('dialog', { name: 'Change the rule' });
  const where = editor.getByLabel('Where').first();
  await where.waitFor();
  expect(await where.inputValue()).toBe('Whole floor');
  await page.keyboard.press('Escape');
  await editor.waitFor({ state: 'detached' });
  expect(page.url()).not.toContain('rule=');
}

/** Counts, ways and outcomes of the people who were there. */
async function expectInsights(page: Page): Promise<void> {
  await page.getByRole('img', { name: /^Workshop: [1-9]\d* people seen/ }).waitFor();
  await page.getByRole('img', { name: /^Where people stayed before/ }).waitFor();
  await page.getByText(/seen for at least a second/).waitFor();
  await page.getByRole('region', { name: 'What rules led to' }).getByText('Somebody in the workshop').waitFor();
}

describe('live cameras in the browser', () => {
  let system: System;
  let browser: Browser;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await system.stop();
  }, 60_000);

  itWithData(
    'shows two cameras with overlays, raises an alert, and a camera that died comes back by itself',
    ['../tools/rtsp-camera.py', 'video/worker-zone-detection_preview.mp4', 'video/store-aisle-detection_preview.mp4'],
    async (script = '', people = '', store = '') => {
      const [stablePort, dyingPort] = [await freePort(), await freePort()];
      const stable = await startRtspCamera(script, stablePort, [people]);
      const dying = await startRtspCamera(script, dyingPort, [store]);
      try {
        const workshop = await system.api<Named>('POST', '/api/cameras', {
          name: 'Workshop',
          url: stable.urls[0],
          fps: 5,
        });
        const aisle = await system.api<Named>('POST', '/api/cameras', { name: 'Aisle', url: dying.urls[0], fps: 5 });
        const zone = await system.api<Named>('POST', `/api/cameras/${workshop.id}/zones`, {
          name: 'Whole floor',
          polygon: wholePicture,
        });
        await system.api('POST', '/api/rules', {
          kind: 'intrusion',
          name: 'Somebody in the workshop',
          cameraId: workshop.id,
          zoneId: zone.id,
          params: {},
          enabled: true,
        });

        const { page, context, problems } = await openPage(browser, looks[1], ['/api/session']);
        await signIn(page, system.url, system);
        await expectPeople(page, workshop.id);
        await expectPeople(page, aisle.id);
        await waitUntil(async () => {
          const { events } = await system.api<{ events: Event[] }>('GET', `/api/events?cameraId=${workshop.id}`);
          if (events.length === 0) throw new Error('no alert yet');
        }, 60_000);
        await page.locator('[data-testid="health-strip"]').waitFor();
        await expectDrawn(page, [workshop.id, aisle.id]);
        await picture(page, 'wall-two-cameras');
        expect(await axeProblems(page)).toEqual([]);
        if (process.env.UPDATE_IMAGES === '1') {
          mkdirSync('docs/images', { recursive: true });
          copyFileSync(path.join(OUTPUT, 'wall-two-cameras.png'), 'docs/images/wall.png');
        }

        await page.goto(`${system.url}/alerts`);
        const { events } = await system.api<{ events: Event[] }>('GET', `/api/events?cameraId=${workshop.id}`);
        await page.getByTestId(`alert-${events[0]?.id ?? ''}`).waitFor();
        const snapshot = await page.evaluate(
          async (id) => (await fetch(`/api/events/${id}/snapshot.jpg`)).headers.get('content-type'),
          events[0]?.id ?? '',
        );
        expect(snapshot).toBe('image/jpeg');
        await picture(page, 'alerts-live');

        await page.goto(`${system.url}/rules`);
        await useRulesByKeyboard(page, system);

        const epochBefore = (await system.api<Camera>('GET', `/api/cameras/${aisle.id}`)).epoch;
        await dying.kill();
        await waitUntil(async () => {
          const { health } = await system.api<Camera>('GET', `/api/cameras/${aisle.id}`);
          if (health === null || health.state === 'live') throw new Error('the loss is not shown yet');
          expect(health.problem).toBeTruthy();
        }, 60_000);
        await page.goto(system.url);
        await page.getByTestId(`tile-${aisle.id}`).waitFor();
        await expectPeople(page, workshop.id);
        await picture(page, 'wall-one-camera-lost');
        await dying.start();
        await waitUntil(async () => {
          const camera = await system.api<Camera>('GET', `/api/cameras/${aisle.id}`);
          if (camera.health?.state !== 'live' || camera.epoch <= epochBefore) throw new Error('not back yet');
        }, 90_000);
        await expectPeople(page, aisle.id);
        await picture(page, 'wall-camera-back');

        for (const look of looks) {
          const other = await openPage(browser, look, ['/api/session']);
          await signIn(other.page, system.url, system);
          for (const [name, route] of [
            ['wall', '/'],
            ['camera', `/cameras/${workshop.id}`],
            ['alerts', '/alerts'],
            ['tracks', '/tracks'],
            ['rules', '/rules'],
            ['insights', '/insights?range=hour'],
            ['system', '/system'],
          ] as const) {
            await other.page.goto(system.url + route);
            if (name === 'camera' || name === 'wall') await expectPeople(other.page, workshop.id);
            else if (name === 'rules') await other.page.getByText(/^Open, /).waitFor();
            else if (name === 'insights') await expectInsights(other.page);
            else await other.page.getByRole('heading').first().waitFor();
            await picture(other.page, `live-${name}-${look.name}`);
            expect({ name, look: look.name, axe: await axeProblems(other.page) }).toEqual({
              name,
              look: look.name,
              axe: [],
            });
            expect({ name, overflowPx: await overflowPx(other.page) }).toEqual({ name, overflowPx: 0 });
          }
          expect(other.problems).toEqual([]);
          await other.context.close();
        }
        expect(problems).toEqual([]);
        await context.close();
      } finally {
        await stable.kill();
        await dying.kill();
      }
    },
    420_000,
  );
});
