import { topics as topicNames } from '#contracts/channels.js';
import type { CameraChanged } from '#contracts/camera-changed.js';
import type { RuleKind } from '#contracts/behavior-detected.js';
import { asAppError } from '#base/errors.js';
import { cameraById, createCamera, restoreCamera, updateCamera } from '#storage/cameras.js';
import type { Database } from '#storage/database.js';
import { createRule } from '#storage/rules.js';
import { createZone } from '#storage/zones.js';
import type { Connected } from '../internal/connected.js';
import { stripedArea } from './drawing/hall.js';
import { seenAt } from './drawing/lens.js';
import { lenses } from './drawing/scene.js';

/** One of the demo's two cameras. */
export type DemoView = keyof typeof lenses;

interface DemoRule {
  readonly id: string;
  readonly kind: RuleKind;
  readonly name: string;
  readonly params: Record<string, number>;
  /** In the marked area, or anywhere. */
  readonly inZone: boolean;
}

/** What is made once for a camera; from then on it is the user's to change or remove. */
interface DemoCamera {
  readonly id: string;
  readonly view: DemoView;
  readonly name: string;
  readonly rules: readonly DemoRule[];
}

const FPS = 5;
const ZONE_ID = 'zon_demo_staff';

const demoCameras: readonly DemoCamera[] = [
  {
    id: 'cam_demo_north',
    view: 'north',
    name: 'Demo: hall, doors',
    rules: [
      {
        id: 'rul_demo_intrusion',
        kind: 'intrusion',
        name: 'Demo: somebody in the staff area',
        params: {},
        inZone: true,
      },
      {
        id: 'rul_demo_loitering',
        kind: 'loitering',
        name: 'Demo: somebody waits about',
        params: { dwellSec: 8, radiusHeights: 1 },
        inZone: false,
      },
    ],
  },
  {
    id: 'cam_demo_south',
    view: 'south',
    name: 'Demo: hall, windows',
    rules: [
      {
        id: 'rul_demo_running',
        kind: 'running',
        name: 'Demo: somebody runs',
        params: { speedHeightsPerSec: 1.5, durationSec: 0.4 },
        inZone: false,
      },
    ],
  },
];

/** The marked area as the north camera sees it: corners [xNorm, yNorm]. */
function zonePolygon(): [number, number][] {
  const { fromX, toX, fromY, toY } = stripedArea;
  const lens = lenses.north;
  const corners = [
    [fromX, fromY],
    [toX, fromY],
    [toX, toY],
    [fromX, toY],
  ] as const;
  return corners.map(([x, y]) => {
    const { xPx, yPx } = seenAt(lens, [x, y, 0]);
    return [xPx / lens.widthPx, yPx / lens.heightPx];
  });
}

/**
 * Lets the demo's cameras play from `port`: makes them with a zone and rules the first time, brings them back where they were
 * removed, and leaves everything else that a person has changed as it is.
 */
export async function playDemoCameras({ database, topics }: Connected, port: number): Promise<void> {
  for (const camera of demoCameras) {
    const url = `http://127.0.0.1:${port}/${camera.view}.mkv`;
    if (await exists(database, camera.id)) await updateCamera(database, camera.id, { url, enabled: true });
    else await create(database, camera, url);
    await hint(topics, camera.id);
  }
}

/** Switches the demo's cameras off where there are some: nothing plays for them. */
export async function restDemoCameras({ database, topics }: Connected): Promise<void> {
  for (const { id } of demoCameras) {
    if ((await cameraById(database, id)) === null) continue;
    await updateCamera(database, id, { enabled: false });
    await hint(topics, id);
  }
}

async function hint(topics: Connected['topics'], cameraId: string): Promise<void> {
  const message: CameraChanged = { type: 'camera.changed', v: 1, cameraId };
  await topics.publish(topicNames.cameraChanged, message);
}

/** Whether there is such a camera; a removed one is brought back. */
async function exists(database: Database, id: string): Promise<boolean> {
  if ((await cameraById(database, id)) !== null) return true;
  try {
    await restoreCamera(database, id);
    return true;
  } catch (problem) {
    if (asAppError(problem).kind === 'not-found') return false;
    throw problem;
  }
}

async function create(database: Database, { id, name, rules }: DemoCamera, url: string): Promise<void> {
  await createCamera(database, id, { name, url, fps: FPS });
  const zoned = rules.some((rule) => rule.inZone);
  if (zoned)
    await createZone(database, { id: ZONE_ID, cameraId: id, name: 'Staff only (demo)', polygon: zonePolygon() });
  for (const { inZone, ...rule } of rules) {
    await createRule(database, { ...rule, cameraId: id, zoneId: inZone ? ZONE_ID : null, enabled: true });
  }
}
