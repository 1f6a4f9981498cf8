import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installedFile } from './installed-model.js';
import { sharedData } from './shared-data.js';

interface KnownModel {
  readonly id: string;
  readonly installed: { readonly file: string };
}

/** Name of a model's file → its path where this machine has it, installed or among the measurement files. */
function fileOf(id: string): { name: string; path: string | null } {
  const { models } = JSON.parse(readFileSync('models/manifest.json', 'utf8')) as { models: readonly KnownModel[] };
  const name = models.find((model) => model.id === id)?.installed.file ?? `${id}.onnx`;
  return { name, path: installedFile(name) ?? sharedData(`models/${name}`) };
}

/** A temporary models folder with links to the real files of `ids`; null where this machine lacks one of them. The caller removes it. */
export function modelFolder(ids: readonly string[]): string | null {
  const files = ids.map(fileOf);
  const found = files.flatMap((file) => (file.path === null ? [] : [{ name: file.name, path: file.path }]));
  if (found.length < files.length) return null;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-models-'));
  for (const file of found) symlinkSync(path.resolve(file.path), path.join(folder, file.name));
  return folder;
}

/** What a test with real models needs. */
export interface ModelNeeds {
  /** Registry ids. */
  readonly models: readonly string[];
  /** Measurement files; see `sharedData`. */
  readonly data?: readonly string[];
}

/**
 * A test with real models: `body` gets a models folder that holds them. Where a model or a measurement file is missing, the test is
 * reported as skipped, with the missing name.
 */
export function itWithModels(
  name: string,
  { models, data = [] }: ModelNeeds,
  body: (modelsDir: string) => Promise<void>,
): void {
  const missing = [
    ...models.filter((id) => fileOf(id).path === null),
    ...data.filter((file) => sharedData(file) === null),
  ];
  if (missing.length > 0) {
    it.skip(`${name} (needs ${missing.join(', ')})`, () => undefined);
    return;
  }
  it(
    name,
    async () => {
      const folder = modelFolder(models);
      if (folder === null) throw new Error(`a file of ${models.join(', ')} is gone`);
      try {
        await body(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    600_000,
  );
}
