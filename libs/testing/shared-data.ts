import { existsSync } from 'node:fs';
import path from 'node:path';

const root = process.env.POSEWATCH_TEST_DATA ?? path.resolve(process.cwd(), '../shared/data');

/** Path of a measurement file that is not part of the project, or null where the folder is not there. */
export function sharedData(name: string): string | null {
  const file = path.join(root, name);
  return existsSync(file) ? file : null;
}

/** A test that needs measurement files; where one is missing it is reported as skipped, with the missing name. */
export function itWithData(
  name: string,
  files: readonly string[],
  body: (...paths: string[]) => Promise<void> | void,
  timeoutMs?: number,
): void {
  const missing = files.filter((file) => sharedData(file) === null);
  if (missing.length > 0) {
    it.skip(`${name} (needs ${missing.join(', ')})`, () => undefined);
    return;
  }
  it(
    name,
    async () => {
      await body(...files.map((file) => path.join(root, file)));
    },
    timeoutMs,
  );
}
