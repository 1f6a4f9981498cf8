import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { systemClock } from '#base/clock.js';
import { asAppError } from '#base/errors.js';
import {
  inputDims,
  inputProblem,
  outputProblem,
  reasonOf,
  trialPicture,
  trialSize,
  type DeclaredValue,
  type DryRunProblem,
  type DryRunReason,
} from './dry-run-checks.js';
import { plainWords, providerProblem } from './provider-advice.js';
import type { DryRunAnswer, DryRunStart } from './dry-run.js';
import type { ModelFacts } from './fact-problems.js';

/**
 * Tries one model in a process of its own, started by `dry-run.ts`: what a hostile file does to ONNX Runtime, it does to nobody else.
 */
const TIMED_RUNS = 3;
const BATCH = 2;

interface Opened {
  readonly provider: string;
  readonly session: InferenceSession;
}

function open(modelFile: string, provider: string): Promise<InferenceSession> {
  return InferenceSession.create(modelFile, {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });
}

function told(thrown: unknown, provider: string): DryRunProblem {
  const { message } = asAppError(thrown);
  return { reason: reasonOf(plainWords(message)), problem: `${provider}: ${providerProblem(provider, message)}` };
}

/** What a person can make of it, before the words of ONNX Runtime. */
const explanations: Readonly<Partial<Record<DryRunReason, string>>> = {
  corrupt: 'the file is damaged, or no ONNX model',
  operator: 'it needs an operator that is not there',
  memory: 'it takes more memory than a trial may',
};

function explained(reason: DryRunReason, problem: string): string {
  const explanation = explanations[reason];
  return explanation === undefined ? problem : `${explanation} (${problem})`;
}

function declared(metadata: readonly InferenceSession.ValueMetadata[]): DeclaredValue[] {
  return metadata.map((value) => ({
    name: value.name,
    type: value.isTensor ? value.type : 'not a tensor',
    shape: value.isTensor ? value.shape : [],
  }));
}

async function tried({ session, provider }: Opened, facts: ModelFacts): Promise<DryRunAnswer> {
  const before = inputProblem(facts, declared(session.inputMetadata));
  if (before !== null) return { kind: 'unusable', ...before };
  const size = trialSize(facts);
  const run = async (pictures: number): Promise<InferenceSession.OnnxValueMapType> => {
    const picture = trialPicture(facts, size, pictures);
    const tensor = new Tensor(facts.input.type, picture, inputDims(facts, size, pictures));
    return session.run({ [facts.input.name]: tensor });
  };
  for (const pictures of facts.input.batch === 'any' ? [1, BATCH] : [1]) {
    const problem = outputProblem(facts, await run(pictures), { pictures, size });
    if (problem !== null) return { kind: 'unusable', ...problem };
  }
  const times: number[] = [];
  for (let left = TIMED_RUNS; left > 0; left--) {
    const startMs = systemClock.monotonicMs();
    await run(1);
    times.push(systemClock.monotonicMs() - startMs);
  }
  return { kind: 'usable', provider, inferenceMs: Math.min(...times), memoryBytes: 0, ...size };
}

async function tryOn(provider: string, { modelFile, facts }: DryRunStart): Promise<DryRunAnswer> {
  const startBytes = process.memoryUsage.rss();
  let session: InferenceSession | null = null;
  try {
    session = await open(modelFile, provider);
    const result = await tried({ session, provider }, facts);
    const memoryBytes = Math.max(0, process.memoryUsage.rss() - startBytes);
    return result.kind === 'usable' ? { ...result, memoryBytes } : result;
  } catch (thrown) {
    const { reason, problem } = told(thrown, provider);
    // A graph that opened is whole; what fails then are the shapes within it.
    if (session !== null && reason === 'corrupt') return { kind: 'unusable', reason: 'shape', problem };
    return { kind: 'unusable', reason, problem: explained(reason, problem) };
  } finally {
    await session?.release();
  }
}

/** That of the first provider that runs it, else of the last, which is the most able one. */
async function answer(start: DryRunStart): Promise<DryRunAnswer> {
  env.logLevel = 'fatal';
  let last: DryRunAnswer = { kind: 'unusable', reason: 'provider', problem: 'no execution provider is named' };
  for (const provider of start.providers) {
    last = await tryOn(provider, start);
    if (last.kind === 'usable') return last;
  }
  return last;
}

process.once('message', (start: DryRunStart) => {
  void answer(start).then((message) =>
    process.send?.(message, () => {
      process.disconnect();
    }),
  );
});
