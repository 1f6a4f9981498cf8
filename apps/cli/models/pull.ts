import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppError, asAppError } from '#base/errors.js';
import { modelById, type ModelEntry } from '#onnx/manifest.js';
import { modelsToPull } from '#onnx/profile-models.js';
import { canBeFetched } from '#onnx/pull.js';
import { modelPath, type Registry } from '#onnx/registry.js';
import { profileNames } from '#pose/profile.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { ensureModel, installedRegistry } from '../internal/models.js';
import { defaultModelsFolder } from '../internal/places.js';
import { describe, printRows } from './model-rows.js';

const flags = {
  json: { type: 'boolean', default: false },
  from: { type: 'string' },
  'keep-sources': { type: 'boolean', default: false },
} as const;

/** What is pulled where nothing is named: enough for a camera that nobody set up. */
const DEFAULT_PROFILE = 'fast';

/**
 * The models that a name on the command line stands for: the one of that id, or those of a profile, as far as they are there, lie in
 * `from`, or can be fetched.
 */
function named(registry: Registry, name: string, folders: Folders): readonly ModelEntry[] {
  const profile = profileNames.find((known) => known === name);
  try {
    if (profile === undefined) return [modelById(registry, name)];
    return modelsToPull(registry, profile, (entry) => isReachable(entry, folders)).map((id) => modelById(registry, id));
  } catch (problem) {
    const profiles = profileNames.join(', ');
    throw new AppError('invalid-input', `${asAppError(problem).message} Profiles are ${profiles}.`, { cause: problem });
  }
}

interface Folders {
  readonly modelsDir: string;
  readonly from: string | null;
}

function isReachable(entry: ModelEntry, { modelsDir, from }: Folders): boolean {
  if (existsSync(modelPath(modelsDir, entry))) return true;
  if (from === null) return canBeFetched(entry);
  const { files, zip } = entry.source;
  const names = [entry.installed.file, files[0].name, ...(zip === null ? [] : [zip.name])];
  return names.some((file) => existsSync(path.join(from, file)));
}

/** `models pull [ID|PROFILE]`. Goes on after a model that cannot be had, and fails at the end. */
export async function pullModels(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = parseFlags(args, flags, { atMost: 1 });
  const modelsDir = defaultModelsFolder(io.environment);
  const from = values.from ?? null;
  const chosen = named(await installedRegistry(modelsDir), positionals.at(0) ?? DEFAULT_PROFILE, { modelsDir, from });
  const problems: AppError[] = [];
  for (const { id } of chosen) {
    try {
      const found = await ensureModel({
        id,
        modelsDir,
        from,
        keepSources: values['keep-sources'],
        onProgress: io.progress,
        signal: io.signal,
      });
      io.progress(found.pulled ? `${id}: installed in ${found.path}` : `${id}: already installed`);
    } catch (thrown) {
      problems.push(asAppError(thrown));
      if (io.signal.aborted) break;
    }
  }
  const registry = await installedRegistry(modelsDir); // digests may have been recorded
  const ids = chosen.map(({ id }) => id);
  const entries = registry.models.filter(({ id }) => ids.includes(id));
  printRows(
    await Promise.all(entries.map((entry) => describe(entry, registry, modelsDir))),
    io,
    values.json ? { extra: {} } : null,
  );
  if (problems.length === 1) throw problems[0];
  if (problems.length > 1)
    throw new AppError(problems[0].kind, problems.map(({ message }) => `\n  ${message}`).join(''), {
      cause: problems[0],
    });
}
