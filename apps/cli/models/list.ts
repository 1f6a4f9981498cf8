import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { installedRegistry } from '../internal/models.js';
import { defaultModelsFolder } from '../internal/places.js';
import { describe, printObligations, printRows } from './model-rows.js';

const flags = { json: { type: 'boolean', default: false } } as const;

/** `models list`. */
export async function listModels(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const modelsDir = defaultModelsFolder(io.environment);
  const registry = await installedRegistry(modelsDir);
  const rows = await Promise.all(registry.models.map((entry) => describe(entry, registry, modelsDir)));
  printRows(rows, io, values.json ? { extra: { problems: registry.problems } } : null);
  for (const { file, problem } of registry.problems) io.progress(`${file} is left out: ${problem}`);
  if (values.json) return;
  io.out('');
  printObligations(rows, io);
  io.out('(profile): runs there where it is installed and the models of the profile are not');
  io.out(`Models are in ${modelsDir}`);
}
