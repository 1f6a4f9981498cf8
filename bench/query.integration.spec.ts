import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '#base/clock.js';
import { benchQuery } from './query.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-bench-query-'));
  chmodSync(folder, 0o711); // as root, PostgreSQL's user must get through
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function bench(inside: string, segments: number) {
  const io = { environment: { PATH: '/usr/local/bin:/usr/bin:/bin' }, clock: systemClock, progress: () => undefined };
  return benchQuery({ ...io, signal: new AbortController().signal, folder: path.join(folder, inside), segments });
}

it('fills a folder once and searches it in every way, twice', async () => {
  const first = await bench('site', 3000);
  expect(first.segments).toBeGreaterThanOrEqual(3000);
  expect(Object.keys(first.filter.kinds).length).toBeGreaterThan(25);
  for (const { p50Ms, p95Ms, page } of Object.values(first.filter.kinds)) {
    expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
    expect(page.scans.length).toBeGreaterThan(0);
  }
  expect(first.filter.kinds.everything.page.rows).toBeGreaterThan(50);
  const again = await bench('site', 3000);
  const { segments, tracks, poses, fillSec } = first;
  expect(again).toMatchObject({ segments, tracks, poses, fillSec });
  await expect(bench('site', 4000)).rejects.toMatchObject({ kind: 'conflict' });
}, 120_000);

it('leaves a folder alone that is not its own', async () => {
  const foreign = path.join(folder, 'foreign');
  mkdirSync(foreign);
  writeFileSync(path.join(foreign, 'letter.txt'), 'dear');
  await expect(bench('foreign', 3000)).rejects.toMatchObject({ kind: 'conflict' });
  expect(existsSync(path.join(foreign, 'postgres'))).toBe(false);
});
