import type { ModelEntry } from '#onnx/manifest.js';
import { modelIds, standInIds } from '#onnx/profile-models.js';
import { canBeFetched } from '#onnx/pull.js';
import { modelPath, type Registry } from '#onnx/registry.js';
import { checkFile, type FileState } from '#onnx/verified-file.js';
import { profileNames, type ProfileName } from '#pose/profile.js';
import type { CommandIo } from '../command.js';
import { megabytes } from '../internal/download-bar.js';

/** One model as `--json` shows it. */
export interface ModelRow {
  readonly id: string;
  readonly title: string;
  readonly task: string;
  readonly licence: string;
  readonly obligations: string | null;
  readonly origin: string;
  /** Profiles that run it. */
  readonly profiles: readonly ProfileName[];
  /** Profiles that run it where it is installed and their own models are not. */
  readonly standsInFor: readonly ProfileName[];
  /** Whether a person added it. */
  readonly own: boolean;
  /** Whether `pull` can fetch it; otherwise it is taken from a folder. */
  readonly fetchable: boolean;
  /** The file is there and has the digest of the manifest. */
  readonly installed: boolean;
  readonly state: FileState;
  /** Null where the origin publishes none and it was never pulled. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly path: string;
}

/** Looks at the file of a model; reads all of it. */
export async function describe(entry: ModelEntry, registry: Registry, modelsDir: string): Promise<ModelRow> {
  const { id, title, task, licence, obligations, origin, installed } = entry;
  const path = modelPath(modelsDir, entry);
  const state = await checkFile(path, installed);
  return {
    ...{ id, title, task, licence, obligations, origin },
    profiles: profileNames.filter((name) => modelIds(registry.profiles[name]).includes(id)),
    standsInFor: profileNames.filter((name) => standInIds(registry, name).includes(id)),
    own: registry.ownIds.has(id),
    fetchable: canBeFetched(entry),
    installed: state === 'right',
    state,
    sha256: installed.sha256,
    bytes: installed.bytes,
    path,
  };
}

const states = { missing: '-', damaged: 'DAMAGED', right: 'installed' } as const;
const headings = ['MODEL', 'STATE', 'MB', 'LICENCE', 'PROFILES', 'TASK'];

/** Writes models as a table, or as one JSON object with `extra` beside them. */
export function printRows(rows: readonly ModelRow[], io: CommandIo, json: { readonly extra: object } | null): void {
  if (json !== null) {
    io.out(JSON.stringify({ models: rows, ...json.extra }));
    return;
  }
  const cells = rows.map((row) => [
    row.id,
    states[row.state],
    row.bytes === null ? '?' : megabytes(row.bytes),
    row.licence + (row.obligations === null ? '' : ' *'),
    profilesText(row),
    row.task,
  ]);
  for (const line of table([headings, ...cells])) io.out(line);
}

function profilesText({ profiles, standsInFor, own }: ModelRow): string {
  const others = standsInFor.filter((name) => !profiles.includes(name)).map((name) => `(${name})`);
  return [...profiles, ...others].join(', ') || (own ? 'own' : '-');
}

/** What licences and training data ask of who uses these models; each once. */
export function printObligations(rows: readonly ModelRow[], io: CommandIo): void {
  const texts = new Set(rows.flatMap(({ obligations }) => (obligations === null ? [] : [obligations])));
  for (const text of texts) {
    const ids = rows.filter((row) => row.obligations === text).map((row) => row.id);
    io.out(`* ${ids.join(', ')}: ${text}`);
  }
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
