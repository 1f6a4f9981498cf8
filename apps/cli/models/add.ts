import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError, asAppError } from '#base/errors.js';
import { addModel } from '#onnx/add-model.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { megabytes } from '../internal/download-bar.js';
import { builtFile } from '../internal/install-root.js';
import { builtInManifest, installedRegistry } from '../internal/models.js';
import { systemSettings } from '../internal/system-settings.js';
import { describe, printRows } from './model-rows.js';

const flags = {
  json: { type: 'boolean', default: false },
  manifest: { type: 'string' },
  replace: { type: 'boolean', default: false },
} as const;

/** `models add FILE --manifest FILE.json`. */
export async function addOneModel(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = parseFlags(args, flags, { atMost: 1 });
  const onnxFile = positionals.at(0);
  const { manifest } = values;
  if (onnxFile === undefined || manifest === undefined)
    throw new AppError('invalid-input', 'Name both: "models add FILE.onnx --manifest FILE.json".');
  const { POSEWATCH_MODELS_DIR: modelsDir, POSEWATCH_PROVIDERS } = systemSettings(io.environment, {}).settings;
  io.progress(`${path.basename(onnxFile)}: trying it`);
  const added = await addModel({
    onnxFile,
    manifestText: await textOf(manifest),
    manifestName: manifest,
    modelsDir,
    builtInManifestFile: builtInManifest(),
    workerUrl: pathToFileURL(builtFile('libs/onnx/dry-run-worker.js')),
    providers: POSEWATCH_PROVIDERS.split(',').map((name) => name.trim()),
    replace: values.replace,
    signal: io.signal,
  }).catch((problem: unknown) => refused(onnxFile, problem));
  const { entry, trial } = added;
  const { widthPx, heightPx, inferenceMs, provider, memoryBytes } = trial;
  io.progress(
    `${entry.id}: ${inferenceMs.toFixed(1)} ms for ${widthPx} × ${heightPx} on ${provider}, one thread; about ${megabytes(memoryBytes)} MB`,
  );
  const row = await describe(entry, await installedRegistry(modelsDir), modelsDir);
  printRows([row], io, values.json ? { extra: { trial } } : null);
}

/** The command was used rightly, but the file or what is said of it is of no use: exit code 1, without the usage. */
function refused(onnxFile: string, problem: unknown): never {
  const { kind, message, details } = asAppError(problem);
  if (kind !== 'invalid-input') throw problem;
  throw new AppError('data-loss', `${path.basename(onnxFile)} is not added. ${message}`, { cause: problem, details });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('not-found', `${file} cannot be read: ${asAppError(cause).message}`, { cause });
  }
}
