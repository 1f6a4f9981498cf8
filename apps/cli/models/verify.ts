import { AppError } from '#base/errors.js';
import { modelById } from '#onnx/manifest.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { installedRegistry } from '../internal/models.js';
import { defaultModelsFolder } from '../internal/places.js';
import { describe, printRows } from './model-rows.js';

const flags = { json: { type: 'boolean', default: false } } as const;

/** `models verify [ID]`: fails for a damaged file, and where an id is given for a missing one. */
export async function verifyModels(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = parseFlags(args, flags, { atMost: 1 });
  const id = positionals.at(0);
  const modelsDir = defaultModelsFolder(io.environment);
  const registry = await installedRegistry(modelsDir);
  const chosen = id === undefined ? registry.models : [modelById(registry, id)];
  const all = await Promise.all(chosen.map((entry) => describe(entry, registry, modelsDir)));
  const rows = all.filter((row) => id !== undefined || row.state !== 'missing');
  printRows(rows, io, values.json ? { extra: { problems: registry.problems } } : null);
  if (rows.length === 0) io.progress(`No model is installed in ${modelsDir}.`);
  const bad = [
    ...rows.filter((row) => !row.installed).map((row) => `${row.id} (${row.state})`),
    ...(id === undefined ? registry.problems.map(({ file, problem }) => `${file}: ${problem}`) : []),
  ];
  if (bad.length > 0)
    throw new AppError('data-loss', `Not right: ${bad.join(', ')}. "posewatch models pull ID" installs a model again.`);
}
