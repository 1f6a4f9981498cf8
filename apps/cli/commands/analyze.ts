import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '#base/clock.js';
import { AppError, asAppError } from '#base/errors.js';
import { seededRandom } from '#base/random.js';
import { isNetworkUrl, withoutCredentials } from '#media/input-name.js';
import { probe } from '#media/probe.js';
import { AnalysedFrames } from '../analyze/analysed-frames.js';
import { PROBE_MS, analyzeInput, type InputReport } from '../analyze/analyze-input.js';
import { startEngine, type Engine } from '../analyze/engine.js';
import { ANALYZE_USAGE, analyzeRequest, type AnalyzeRequest } from '../analyze/request.js';
import { readRulesFile, type RulesFile } from '../analyze/rules-file.js';
import type { Command, CommandIo } from '../command.js';
import { needPipeline } from '../analyze/need-model.js';

/** Ids live only in the private database of one run, so they may be the same in each: results are then repeatable. */
const ID_SEED = 1;
/** More at once do not make it faster: one file keeps the model busy, a second one fills the gaps. */
const MOST_AT_ONCE = 2;

type Outcome = InputReport | { readonly input: string; readonly error: string };

/** A folder for each input: the output folder itself for one, else one named after the file. */
export function resultFolders(inputs: readonly string[], outFolder: string): readonly string[] {
  if (inputs.length === 1) return [outFolder];
  const used = new Set<string>();
  return inputs.map((input) => {
    const stem = path.parse(input.replace(/[?#].*$/, '')).name || 'input';
    let name = stem;
    for (let again = 2; used.has(name); again++) name = `${stem}-${again}`;
    used.add(name);
    return path.join(outFolder, name);
  });
}

/** The command was used rightly, but the file is of no use: exit code 1, not 2. */
function refuseInput(problem: unknown): never {
  const failure = asAppError(problem);
  if (failure.kind !== 'invalid-input') throw problem;
  throw new AppError('data-loss', failure.message, { cause: problem });
}

function about(report: InputReport | undefined) {
  if (report === undefined) return { problem: null };
  const { problem, wanted, used, fallback } = report;
  return { problem, wanted, used, fallback };
}

function totals(outcomes: readonly Outcome[], outFolder: string, seconds: number) {
  const done = outcomes.filter((outcome): outcome is InputReport => !('error' in outcome));
  const sum = (of: (report: InputReport) => number): number => done.reduce((total, report) => total + of(report), 0);
  const dropped: Record<string, number> = {};
  for (const report of done)
    for (const [reason, count] of Object.entries(report.dropped)) dropped[reason] = (dropped[reason] ?? 0) + count;
  const analysed = sum((report) => report.analysed);
  return {
    frames: sum((report) => report.frames),
    analysed,
    dropped,
    tracks: sum((report) => report.tracks),
    events: sum((report) => report.events),
    seconds,
    framesPerSec: seconds > 0 ? Math.round((analysed / seconds) * 1000) / 1000 : 0,
    files: Object.fromEntries(
      done.flatMap(({ files }) => Object.values(files).map((file) => [path.relative(outFolder, file), file])),
    ),
    ...(outcomes.length > 1 ? { inputs: outcomes } : about(done.at(0))),
  };
}

async function analyzeAll(engine: Engine, plan: { request: AnalyzeRequest; rules: RulesFile }, io: CommandIo) {
  const { request, rules } = plan;
  const random = seededRandom(ID_SEED);
  const analysed = new AnalysedFrames();
  await engine.onTracks((message) => {
    analysed.note(message);
  });
  const folders = resultFolders(request.inputs, request.outFolder);
  const waiting = [...request.inputs.entries()];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, input] = next;
      const job = { engine, request, rules, input, folder: folders[index], random, analysed };
      try {
        outcomes[index] = await analyzeInput({ ...job, progress: io.progress, signal: io.signal });
      } catch (problem) {
        if (io.signal.aborted || request.inputs.length === 1) return refuseInput(problem);
        outcomes[index] = { input: withoutCredentials(input), error: asAppError(problem).message };
        io.progress(asAppError(problem).message);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, request.inputs.length) }, work));
  return outcomes;
}

function tell(result: ReturnType<typeof totals>, request: AnalyzeRequest, io: CommandIo): void {
  if (request.json) {
    io.out(JSON.stringify(result));
    return;
  }
  io.out(`${result.analysed} of ${result.frames} frames analysed, ${result.tracks} tracks, ${result.events} events`);
  for (const file of Object.values(result.files)) io.out(`  ${file}`);
}

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const request = analyzeRequest(args);
  const rules = request.rulesFile === null ? { zones: [], rules: [] } : await readRulesFile(request.rulesFile);
  await needPipeline(request, io);
  await mkdir(request.outFolder, { recursive: true }).catch((problem: unknown) => {
    throw new AppError('not-found', `${request.outFolder} cannot be made: ${asAppError(problem).message}`);
  });
  const overrides = {
    POSEWATCH_VIDEO_CONCURRENCY: String(MOST_AT_ONCE),
    ...(request.modelId === null ? {} : { POSEWATCH_MODEL: request.modelId }),
  };
  const [first, ...others] = request.inputs;
  // Services take seconds to start: a single bad file is refused at once. Among several, each is judged when its turn comes.
  if (others.length === 0 && !isNetworkUrl(first)) await probe(first, { timeoutMs: PROBE_MS }).catch(refuseInput);
  io.progress('starting PostgreSQL, Redis, ingest, inference and tracker');
  const engine = await startEngine({
    environment: io.environment,
    overrides,
    progress: io.progress,
    signal: io.signal,
  });
  const startMs = systemClock.monotonicMs();
  const outcomes = await analyzeAll(engine, { request, rules }, io).finally(() => engine.stop());
  const only = outcomes.length === 1 && !('error' in outcomes[0]) ? outcomes[0] : null;
  const seconds = only?.seconds ?? Math.round(systemClock.monotonicMs() - startMs) / 1000;
  tell(totals(outcomes, request.outFolder, seconds), request, io);
  const failed = outcomes.filter((outcome) => 'error' in outcome).length;
  if (failed > 0) throw new AppError('data-loss', `${failed} of ${outcomes.length} inputs could not be analysed.`);
}

/** `posewatch analyze`: the whole pipeline over files, without the web page. */
export const analyze: Command = {
  name: 'analyze',
  summary: 'find and track people in videos and pictures, and write files about it',
  usage: ANALYZE_USAGE,
  run,
};
