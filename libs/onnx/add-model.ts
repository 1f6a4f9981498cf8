import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError, errorCode } from '#base/errors.js';
import { dryRun, type DryRunResult } from './dry-run.js';
import { fileProblem } from './file-problem.js';
import type { ModelEntry, OwnModel } from './manifest.js';
import { entryOf, modelPath, openRegistry, ownModelPath, parseOwnModel, refuseBuiltIn } from './registry.js';
import { digestOf, sizeOf, writeWhole, type Digest } from './verified-file.js';

/** A model of somebody's own that is to be added to the models folder. */
export interface AddModelOptions {
  readonly onnxFile: string;
  /** What is said of it: JSON, `ownModel` of `manifest.ts`. */
  readonly manifestText: string;
  /** What the text is called in messages. */
  readonly manifestName: string;
  readonly modelsDir: string;
  readonly builtInManifestFile: string;
  /** The built `libs/onnx/dry-run-worker.js`. */
  readonly workerUrl: URL;
  /** Execution providers to try it on, in order. */
  readonly providers: readonly string[];
  /** Whether it may take the place of an own model of the same id. */
  readonly replace: boolean;
  /** Stops the trial when aborted. */
  readonly signal?: AbortSignal;
}

/** A model that was added. */
export interface AddedModel {
  readonly entry: ModelEntry;
  readonly trial: DryRunResult;
}

/**
 * Adds a model: checks what is said of it, copies the file, tries the copy, and only then puts it and its description in place as
 * `<id>.onnx` and `<id>.model.json`, from where `openRegistry` reads it. Running services see it when they next look.
 * @throws AppError `invalid-input` for a wrong description (all wrong fields at once) or a model that does not work
 * (`details.reason`), `timeout`, `cancelled`, `conflict` for an id that is taken, `not-found` for a missing file, `unavailable` for a full disk.
 */
export async function addModel(options: AddModelOptions): Promise<AddedModel> {
  const said = parseOwnModel(options.manifestText, options.manifestName);
  await refuseTaken(said.id, options);
  const { modelsDir } = options;
  const target = path.join(modelsDir, `${said.id}.onnx`);
  let folder: string | null = null;
  try {
    await mkdir(modelsDir, { recursive: true });
    folder = await mkdtemp(path.join(modelsDir, '.adding-'));
    const modelFile = path.join(folder, 'model.onnx');
    const digest = await copied(options.onnxFile, modelFile, said);
    const trial = await dryRun({ ...options, modelFile, facts: said });
    const described: OwnModel = { ...said, ...digest };
    const description = path.join(folder, 'model.json');
    await writeWhole(description, Buffer.from(`${JSON.stringify(described, null, 2)}\n`));
    await rename(modelFile, target); // from here on nothing needs room on the disk
    await rename(description, ownModelPath(modelsDir, said.id));
    return { entry: entryOf(described), trial };
  } catch (thrown) {
    throw fileProblem(thrown, target) ?? thrown;
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

async function refuseTaken(id: string, { modelsDir, builtInManifestFile, replace }: AddModelOptions): Promise<void> {
  const registry = await openRegistry(modelsDir, builtInManifestFile);
  refuseBuiltIn(id, registry);
  if (!registry.ownIds.has(id) || replace) return;
  throw new AppError('conflict', `id: there already is an own model "${id}"; replace it with --replace, or remove it.`);
}

/** Copies first and checks the copy: what is tried and installed are the same bytes. */
async function copied(onnxFile: string, copy: string, said: OwnModel): Promise<Digest> {
  try {
    await copyFile(onnxFile, copy);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
    throw new AppError('not-found', `There is no file ${onnxFile}`, { cause });
  }
  const digest = { bytes: (await sizeOf(copy)) ?? 0, sha256: await digestOf(copy, 'sha256', 'hex') };
  const isOther = (said.sha256 ?? digest.sha256) !== digest.sha256 || (said.bytes ?? digest.bytes) !== digest.bytes;
  if (!isOther) return digest;
  throw new AppError(
    'invalid-input',
    `sha256: ${path.basename(onnxFile)} has ${digest.bytes} bytes and sha256 ${digest.sha256}, not what its description says`,
    { details: { reason: 'digest' } },
  );
}

/**
 * Removes the file of a model, and an own model altogether. What an origin without published digests was recorded to be stays.
 * @returns whether there was something to remove.
 */
export async function removeModel(modelsDir: string, entry: ModelEntry): Promise<boolean> {
  const files = [ownModelPath(modelsDir, entry.id), modelPath(modelsDir, entry)];
  const sizes = await Promise.all(files.map(sizeOf));
  for (const file of files) await rm(file, { force: true });
  return sizes.some((size) => size !== null);
}
