import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#base/errors.js';
import { readTfjsGraph } from './convert/tfjs-graph.js';
import { tfjsToOnnx } from './convert/tfjs-to-onnx.js';
import { fileProblem } from './file-problem.js';
import type { ModelEntry } from './manifest.js';
import type { PullOptions } from './pull-options.js';
import { withLock } from './pull-lock.js';
import { findSources, placeFile, type FoundSources } from './pull-sources.js';
import { recordDigest, recordedDigest, recordPath } from './recorded-digest.js';
import { modelPath } from './registry.js';
import { checkFile, digestOf, sizeOf, writeWhole, type Digest, type KnownDigest } from './verified-file.js';

/**
 * Installs a model: finds its source files, checks each, converts them where that is needed, and puts the ONNX file in place in one
 * step. Only files with the digest of the manifest, or of the first pull where it has none, are ever used.
 */

/** A model that is in place. `pulled`: it was not before. */
export interface InstalledModel {
  readonly path: string;
  readonly sha256: string;
  readonly pulled: boolean;
}

/**
 * The installed model, pulled first where it is missing or damaged.
 * @throws AppError `unavailable` when no source can be reached or the disk is full, `not-found` when `from` lacks it, `data-loss`
 * for wrong bytes. Nothing half is left, but parts of downloads that can be gone on with.
 */
export async function ensureModel(options: PullOptions): Promise<InstalledModel> {
  const { entry, modelsDir, downloadsDir, signal, onProgress } = options;
  const file = modelPath(modelsDir, entry);
  const wanted = await wantedDigest(options);
  if ((await checkFile(file, wanted)) === 'right' && (wanted.sha256 !== null || !canBeFetched(entry)))
    return { path: file, sha256: wanted.sha256 ?? (await digestOf(file, 'sha256', 'hex')), pulled: false };
  const onWait = (): void => {
    onProgress(`${entry.id}: another process installs it; waiting for that`);
  };
  try {
    const lock = path.join(downloadsDir, `${entry.id}.lock`);
    return await withLock(lock, { signal, onWait }, () => ensureAlone(options, file));
  } catch (thrown) {
    throw fileProblem(thrown, file) ?? thrown;
  }
}

/** What another process did in the meantime is seen here. */
async function ensureAlone(options: PullOptions, file: string): Promise<InstalledModel> {
  const { entry, onProgress } = options;
  const wanted = await wantedDigest(options);
  const state = await checkFile(file, wanted);
  if (state === 'damaged') onProgress(`${entry.id}: the installed file is damaged and is made again`);
  const origin = state === 'right' ? file : await pull(options, { file, wanted });
  const digest = { bytes: (await sizeOf(file)) ?? 0, sha256: await digestOf(file, 'sha256', 'hex') };
  if (wanted.sha256 === null && canBeFetched(entry)) await record(options, digest, origin);
  return { path: file, sha256: digest.sha256, pulled: state !== 'right' };
}

/** Whether a model can be had over the network; otherwise it is taken from a folder. */
export function canBeFetched({ source }: ModelEntry): boolean {
  return source.zip !== null || source.npm !== null || source.files.some(({ urls }) => urls.length > 0);
}

/** That of the manifest, else that of the first pull, else nothing known. */
async function wantedDigest({ entry, modelsDir }: PullOptions): Promise<KnownDigest> {
  if (entry.installed.sha256 !== null) return entry.installed;
  return (await recordedDigest(modelsDir, entry.id)) ?? entry.installed;
}

interface Target {
  readonly file: string;
  readonly wanted: KnownDigest;
}

/** Installs the file and tells where it is from. */
async function pull(options: PullOptions, target: Target): Promise<string> {
  const { from, modelsDir, entry } = options;
  await mkdir(modelsDir, { recursive: true });
  if (from !== null) {
    const given = modelPath(from, entry);
    if ((await checkFile(given, target.wanted)) === 'right') {
      await placeFile(given, target.file, { isOwn: false });
      return given;
    }
  }
  const sources = await findSources(options);
  try {
    if (entry.converter === null) await take(options, sources, target);
    else await convert(options, sources, target);
    return sources.origin;
  } finally {
    if (options.keepSources !== true)
      for (const { name } of entry.source.files) await rm(path.join(options.downloadsDir, name), { force: true });
  }
}

/** The source file is the model. */
async function take(options: PullOptions, { files }: FoundSources, { file, wanted }: Target): Promise<void> {
  const { entry, downloadsDir, modelsDir } = options;
  const [source] = files.values();
  if ((await checkFile(source, wanted)) !== 'right') {
    const sha256 = await digestOf(source, 'sha256', 'hex');
    throw new AppError(
      'data-loss',
      `${entry.id} is not what it was when it was pulled first: sha256 ${sha256} now, ${wanted.sha256 ?? ''} then. ` +
        `If the change is known and wanted, remove ${recordPath(modelsDir, entry.id)} and pull again.`,
    );
  }
  await placeFile(source, file, { isOwn: path.dirname(source) === downloadsDir });
}

async function convert(options: PullOptions, { files }: FoundSources, { file }: Target): Promise<void> {
  const { entry, onProgress } = options;
  if (entry.converter === null) return;
  onProgress(`${entry.id}: converting to ONNX`);
  const { topology, weights, input, outputs } = entry.converter;
  const [json, bin] = await Promise.all([topology, weights].map((name) => readFile(files.get(name) ?? name)));
  await writeWhole(file, tfjsToOnnx(readTfjsGraph(json, bin), { name: entry.id, input, outputs }));
  if ((await checkFile(file, entry.installed)) === 'right') return;
  const sha256 = await digestOf(file, 'sha256', 'hex');
  await rm(file);
  const expected = entry.installed.sha256 ?? 'another';
  throw new AppError('internal', `${entry.id}: the converter wrote sha256 ${sha256}, ${expected} expected`);
}

async function record({ modelsDir, entry, onProgress }: PullOptions, digest: Digest, origin: string): Promise<void> {
  await recordDigest(recordPath(modelsDir, entry.id), digest, origin);
  onProgress(`${entry.id}: its origin publishes no sha256; ${digest.sha256} is recorded and a change will be refused`);
}
