import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { freePort, waitUntil } from '#testing/servers.js';

/** The built program, as `./posewatch` starts it. */
const program = path.resolve('dist/apps/cli/main.js');

const camerasAnswer = z.object({
  cameras: z.array(z.object({ id: z.string(), name: z.string(), url: z.string(), enabled: z.boolean() })),
});
const tracksAnswer = z.object({ tracks: z.array(z.object({ poses: z.number() })) });
const eventsAnswer = z.object({ events: z.array(z.object({ kind: z.string(), cameraId: z.string() })) });

describe('posewatch up --demo', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch demo '));
  let port = 0;
  let cookie = '';

  const posewatch = (...args: string[]) => {
    const run = spawnSync(process.execPath, [program, ...args, '--data', folder], { encoding: 'utf8' });
    return { code: run.status, out: run.stdout, err: run.stderr };
  };
  const cameras = () => camerasAnswer.parse(JSON.parse(posewatch('cameras', 'list', '--json').out)).cameras;
  const read = async <T>(route: string, schema: z.ZodType<T>): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}${route}`, { headers: { cookie } });
    return schema.parse(await answer.json());
  };
  /** A track of a moment may be a mistake; one of a second and a half is somebody. */
  const peopleOf = async (cameraId: string): Promise<number> => {
    const { tracks } = await read(`/api/tracks?cameraId=${cameraId}`, tracksAnswer);
    return tracks.filter(({ poses }) => poses >= 8).length;
  };

  beforeAll(async () => {
    chmodSync(folder, 0o711);
    port = await freePort();
  });
  afterAll(() => {
    posewatch('down');
    rmSync(folder, { recursive: true, force: true });
  });

  it('draws its scene and starts with two cameras that play it', async () => {
    const { code, out, err } = posewatch('up', '--demo', '--port', String(port));
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toMatch(/the demo scene is drawn \(\d+\.\d s\)/);
    expect(out).toContain('Two demo cameras show a drawn hall with walking people');
    expect(cameras()).toEqual([
      expect.objectContaining({ id: 'cam_demo_north', enabled: true }),
      expect.objectContaining({ id: 'cam_demo_south', enabled: true }),
    ]);
    const password = /Login: admin \/ (\S+)/.exec(out)?.[1] ?? '';
    const session = await fetch(`http://127.0.0.1:${port}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'admin', password }),
    });
    cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  }, 240_000);

  it('tracks several people on both and raises an alert within a round of the scene', async () => {
    await waitUntil(async () => {
      for (const id of ['cam_demo_north', 'cam_demo_south'])
        if ((await peopleOf(id)) < 2) throw new Error(`fewer than two people on ${id}`);
      const { events } = await read('/api/events', eventsAnswer);
      if (events.length === 0) throw new Error('no alert yet');
      expect(['intrusion', 'loitering', 'running']).toContain(events[0].kind);
    }, 90_000);
  }, 100_000);

  it('answers a second up --demo with the address', () => {
    const { code, out } = posewatch('up', '--demo');
    expect({ code, out }).toEqual({ code: 0, out: `Posewatch already runs at http://127.0.0.1:${port}\n` });
  }, 60_000);

  it('keeps what a person changes, brings a removed camera back, and makes nothing twice', () => {
    posewatch('cameras', 'remove', 'cam_demo_south');
    expect(cameras().map(({ id }) => id)).toEqual(['cam_demo_north']);
    posewatch('down');
    expect(posewatch('up', '--demo', '--port', String(port))).toMatchObject({ code: 0 });
    expect(cameras().map(({ id }) => id)).toEqual(['cam_demo_north', 'cam_demo_south']);
  }, 120_000);

  it('stops playing with down; a start without --demo switches the cameras off and says how to get them back', async () => {
    const [{ url }] = cameras();
    expect((await fetch(url.replace('north', 'nobody'))).status).toBe(404); // the source answers
    posewatch('down');
    await expect(fetch(url)).rejects.toThrow();
    expect(posewatch('up', '--port', String(port))).toMatchObject({ code: 0 });
    expect(cameras().map(({ enabled }) => enabled)).toEqual([false, false]);
    const late = posewatch('up', '--demo');
    expect(late.code).toBe(1);
    expect(late.err).toContain('already runs');
    expect(late.err).toContain('Run "posewatch down" first, then "posewatch up --demo"');
  }, 120_000);
});
