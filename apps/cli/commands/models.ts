import { AppError } from '#base/errors.js';
import type { ModelEntry } from '#onnx/manifest.js';
import { modelPath } from '#onnx/registry.js';
import { checkFile } from '#onnx/verified-file.js';
import type { Command, CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { ensureModel, installedRegistry } from '../internal/models.js';
import { defaultModelsFolder } from '../internal/places.js';

const usage = `posewatch models list [--json]
posewatch models pull [ID] [--from DIR] [--json]
posewatch models verify [ID] [--json]

  list         every known model, its licence and whether it is installed
  pull         install ID, or every model: fetched, checked and converted
  verify       compare installed files with the manifest; fails when one is missing or damaged
  --from DIR   take the files from a folder instead of the network: either ID.onnx or the source files

  Models lie in POSEWATCH_MODELS_DIR, else ~/.cache/posewatch/models.`;

const flags = { json: { type: 'boolean', default: false }, from: { type: 'string' } } as const;

/** One model as `--json` shows it. */
interface ModelRow {
  readonly id: string;
  readonly task: string;
  readonly licence: string;
  /** The file is there and has the digest of the manifest. */
  readonly installed: boolean;
  readonly state: 'missing' | 'damaged' | 'right';
  /** Null where the origin publishes none and it was never pulled. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly path: string;
}

async function describe(entry: ModelEntry, modelsDir: string): Promise<ModelRow> {
  const path = modelPath(modelsDir, entry);
  const state = await checkFile(path, entry.installed);
  const { id, task, licence, installed } = entry;
  return { id, task, licence, installed: state === 'right', state, ...installed, path };
}

function print(rows: readonly ModelRow[], json: boolean, io: CommandIo): void {
  if (json) {
    io.out(JSON.stringify({ models: rows }));
    return;
  }
  const states = { missing: 'not installed', damaged: 'DAMAGED', right: 'installed' };
  for (const row of rows)
    io.out(`${row.id.padEnd(20)} ${states[row.state].padEnd(14)} ${row.licence.padEnd(12)} ${row.task}  ${row.path}`);
}

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = parseFlags(args, flags, { atMost: 2 });
  const action = positionals.at(0);
  const id = positionals.at(1);
  const modelsDir = defaultModelsFolder(io.environment);
  const manifest = await installedRegistry(modelsDir);
  const known = manifest.models.map((entry) => entry.id);
  if (id !== undefined && !known.includes(id))
    throw new AppError('invalid-input', `There is no model "${id}"; there is ${known.join(', ')}.`);
  const chosen = manifest.models.filter((entry) => id === undefined || entry.id === id);
  if (action === 'pull') await pull(chosen, { modelsDir, from: values.from ?? null, io });
  else if (action !== 'list' && action !== 'verify')
    throw new AppError('invalid-input', `"models ${action ?? ''}" is not known; use list, pull or verify.`);
  const rows = await Promise.all(chosen.map((entry) => describe(entry, modelsDir)));
  print(rows, values.json, io);
  const bad = rows.filter((row) => !row.installed);
  if (action === 'verify' && bad.length > 0) {
    const names = bad.map((row) => `${row.id} (${row.state})`).join(', ');
    throw new AppError('data-loss', `Not right: ${names}. "posewatch models pull" installs them again.`);
  }
}

interface PullContext {
  readonly modelsDir: string;
  readonly from: string | null;
  readonly io: CommandIo;
}

async function pull(entries: readonly ModelEntry[], { modelsDir, from, io }: PullContext): Promise<void> {
  for (const { id } of entries) {
    const found = await ensureModel({ id, modelsDir, from, onProgress: io.progress, signal: io.signal });
    io.progress(found.pulled ? `${id}: installed in ${found.path}` : `${id}: already installed`);
  }
}

export const models: Command = {
  name: 'models',
  summary: 'list, pull and verify pose models',
  usage,
  run,
};
