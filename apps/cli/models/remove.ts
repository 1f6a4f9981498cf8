import { AppError } from '#base/errors.js';
import { removeModel } from '#onnx/add-model.js';
import { modelById } from '#onnx/manifest.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { installedRegistry } from '../internal/models.js';
import { defaultModelsFolder } from '../internal/places.js';

const flags = { json: { type: 'boolean', default: false } } as const;

/** `models remove ID`. @throws AppError `not-found` for a model that is not installed. */
export async function removeOneModel(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = parseFlags(args, flags, { atMost: 1 });
  const id = positionals.at(0);
  if (id === undefined) throw new AppError('invalid-input', 'Say which model to remove: "models remove ID".');
  const modelsDir = defaultModelsFolder(io.environment);
  const entry = modelById(await installedRegistry(modelsDir), id);
  if (!(await removeModel(modelsDir, entry)))
    throw new AppError('not-found', `${id} is not installed in ${modelsDir}.`);
  io.out(values.json ? JSON.stringify({ removed: id }) : `${id} is removed from ${modelsDir}`);
}
