import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError, errorCode } from '#base/errors.js';
import { factProblems } from './fact-problems.js';
import { ownModel, readManifest, type Manifest, type ModelEntry, type OwnModel } from './manifest.js';
import { issueText } from './manifest-problems.js';
import { profilesHere } from './profile-models.js';
import { recordedDigest, recordPath } from './recorded-digest.js';

/** A file in the models folder that says something about a model and cannot be used; the other models can. */
export interface RegistryProblem {
  readonly file: string;
  readonly problem: string;
}

/** Every model this machine knows: those of the product first, then those that people added, by id. */
export interface Registry extends Manifest {
  /** Ids of the models that people added. */
  readonly ownIds: ReadonlySet<string>;
  readonly problems: readonly RegistryProblem[];
}

const OWN_MODEL = '.model.json';

/** Where the installed file of a model is or will be. */
export function modelPath(modelsDir: string, { installed }: Pick<ModelEntry, 'installed'>): string {
  return path.join(modelsDir, installed.file);
}

/** Path of the description of an own model. */
export function ownModelPath(modelsDir: string, id: string): string {
  return path.join(modelsDir, `${id}${OWN_MODEL}`);
}

/**
 * Reads the models of the product and those in the models folder, which need not exist. Digests that the product does not know are
 * those of the first pull, where there was one; profiles run what is installed, see `profilesHere`.
 * @throws AppError `internal` when the built-in manifest cannot be used; a bad file in the models folder is a `problem` instead.
 */
export async function openRegistry(modelsDir: string, builtInManifestFile: string): Promise<Registry> {
  const builtIn = await readManifest(builtInManifestFile);
  const problems: RegistryProblem[] = [];
  const own: ModelEntry[] = [];
  for (const file of await ownModelFiles(modelsDir)) {
    try {
      const described = await readOwnModel(path.join(modelsDir, file));
      refuseBuiltIn(described.id, { models: builtIn.models, ownIds: new Set() });
      own.push(entryOf(described));
    } catch (thrown) {
      problems.push({ file: path.join(modelsDir, file), problem: asAppError(thrown).message });
    }
  }
  const known = await Promise.all(builtIn.models.map((entry) => withRecordedDigest(entry, modelsDir, problems)));
  const models = [...known, ...own];
  const isInstalled = (entry: ModelEntry): boolean => existsSync(modelPath(modelsDir, entry));
  const profiles = profilesHere(builtIn, isInstalled);
  return { ...builtIn, models, profiles, ownIds: new Set(own.map(({ id }) => id)), problems };
}

async function ownModelFiles(modelsDir: string): Promise<readonly string[]> {
  try {
    return (await readdir(modelsDir)).filter((name) => name.endsWith(OWN_MODEL)).sort();
  } catch (problem) {
    if (errorCode(problem) === 'ENOENT') return [];
    throw new AppError('unavailable', `The models folder ${modelsDir} cannot be read`, { cause: problem });
  }
}

async function readOwnModel(file: string): Promise<OwnModel> {
  const described = parseOwnModel(await readFile(file, 'utf8'), path.basename(file));
  const id = path.basename(file, OWN_MODEL);
  if (described.id !== id)
    throw new AppError('invalid-input', `id: "${described.id}" in a file that is named for "${id}"`);
  return described;
}

/** @throws AppError `conflict` for an id of the product, and for one whose file would be a file of the product. */
export function refuseBuiltIn(id: string, { models, ownIds }: Pick<Registry, 'models' | 'ownIds'>): void {
  const builtIn = models.filter((entry) => !ownIds.has(entry.id));
  if (builtIn.some((entry) => entry.id === id || entry.installed.file === `${id}.onnx`))
    throw new AppError('conflict', `id: "${id}" is a model of Posewatch itself; choose another id.`);
}

/**
 * What a person says of a model, checked; `name` stands for the text in messages.
 * @throws AppError `invalid-input` that names every wrong field, its value and what it may be.
 */
export function parseOwnModel(text: string, name: string): OwnModel {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid-input', `${name} is not JSON: ${asAppError(cause).message}`, { cause });
  }
  const parsed = ownModel.safeParse(value);
  const problems = parsed.success
    ? factProblems(parsed.data)
    : parsed.error.issues.map((issue) => issueText(issue, value));
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new AppError('invalid-input', `${name} has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`);
}

/** An own model as every other: its source is its file. */
export function entryOf({ bytes, sha256, ...facts }: OwnModel): ModelEntry {
  const file = `${facts.id}.onnx`;
  return {
    ...facts,
    source: { files: [{ name: file, bytes, sha256, urls: [], member: null }], npm: null, zip: null },
    converter: null,
    installed: { file, bytes, sha256 },
  };
}

async function withRecordedDigest(
  entry: ModelEntry,
  modelsDir: string,
  problems: RegistryProblem[],
): Promise<ModelEntry> {
  if (entry.installed.sha256 !== null) return entry;
  try {
    const recorded = await recordedDigest(modelsDir, entry.id);
    return recorded === null ? entry : { ...entry, installed: { file: entry.installed.file, ...recorded } };
  } catch (thrown) {
    problems.push({ file: recordPath(modelsDir, entry.id), problem: asAppError(thrown).message });
    return entry;
  }
}
