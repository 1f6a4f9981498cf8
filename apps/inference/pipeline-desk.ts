import type { Clock } from '#base/clock.js';
import { asAppError, type AppError } from '#base/errors.js';
import type { ServiceHealth } from '#contracts/service-health.js';
import type { Manifest } from '#onnx/manifest.js';
import { planPipeline, type PipelineChoice, type PipelinePlan, type PlanOptions } from '#onnx/pipelines/plan.js';

/** A pipeline to try for a frame. */
export interface Candidate {
  readonly choice: PipelineChoice;
  /** The same object as long as the pipeline is the same. */
  readonly plan: PipelinePlan;
}

/** What runs where a camera's own choice does not. */
export const fallbackChoice: PipelineChoice = { profile: 'fast', modelId: null };

/** A problem as the heartbeat tells it. */
export type PipelineProblem = NonNullable<ServiceHealth['problems']>[number];

export interface DeskOptions {
  readonly readManifest: () => Promise<Manifest>;
  /** Replaces the pose model of `fast`. */
  readonly defaultModelId: string;
  readonly planOptions: PlanOptions;
  readonly clock: Clock;
  /** Told once when a pipeline begins to fail, or fails for another reason. */
  readonly onProblem: (problem: PipelineProblem) => void;
}

interface Entry {
  readonly choice: PipelineChoice;
  plan: PipelinePlan | null;
  problem: string | null;
  /** While there is a problem, nobody tries before: monotonic milliseconds. */
  retryAtMs: number;
  askedAtMs: number;
}

/** A pipeline that failed is tried again after this, with one frame, or at once when one of its files changes. */
const RETRY_MS = 30_000;

/** A choice that no frame asked for in this time is forgotten, with its problem. */
const FORGET_MS = 60_000;

/** Cameras whose last good pipeline is known; past it the one remembered first is forgotten. */
const MAX_CAMERAS = 1024;

/**
 * Decides which pipeline a frame gets: the one its camera wants, or while that has a problem the one that last worked for the camera,
 * or the default one. One bad model so costs nobody a frame.
 */
export class PipelineDesk {
  private readonly options: DeskOptions;
  private manifest: Manifest;
  private readonly entries = new Map<string, Entry>();
  private readonly lastGood = new Map<string, PipelineChoice>();

  private constructor(options: DeskOptions, manifest: Manifest) {
    this.options = options;
    this.manifest = manifest;
  }

  /** @throws AppError `internal` when the manifest cannot be read, `invalid-input` for an unknown default model. */
  static async open(options: DeskOptions): Promise<PipelineDesk> {
    const desk = new PipelineDesk(options, await manifestOf(options));
    planPipeline(fallbackChoice, desk.manifest, options.planOptions);
    return desk;
  }

  /** The default pipeline. */
  fallback(): PipelinePlan {
    const { manifest, options } = this;
    return this.entryOf(fallbackChoice).plan ?? planPipeline(fallbackChoice, manifest, options.planOptions);
  }

  /** What to try for a frame, in order; never empty as long as the default pipeline is known. */
  candidates(cameraId: string, wanted: PipelineChoice): readonly Candidate[] {
    const found: Candidate[] = [];
    const add = (choice: PipelineChoice, isLastResort: boolean): void => {
      const entry = this.entryOf(choice);
      if (entry.plan === null || found.some(({ plan }) => plan.key === entry.plan?.key)) return;
      if (this.mayTry(entry) || (isLastResort && found.length === 0)) found.push({ choice, plan: entry.plan });
    };
    add(wanted, false);
    const good = this.lastGood.get(cameraId);
    if (good !== undefined) add(good, false);
    add(fallbackChoice, true);
    return found;
  }

  worked(cameraId: string, { choice }: Candidate): void {
    this.entryOf(choice).problem = null;
    if (this.lastGood.get(cameraId) === choice) return;
    this.lastGood.delete(cameraId);
    this.lastGood.set(cameraId, choice);
    const [oldest] = this.lastGood.keys();
    if (this.lastGood.size > MAX_CAMERAS) this.lastGood.delete(oldest);
  }

  /** Puts a pipeline aside. */
  failed({ choice, plan }: Candidate, problem: AppError): void {
    const entry = this.entryOf(choice);
    if (entry.plan?.key === plan.key) this.note(entry, problem.message);
  }

  /** What cannot be used now. */
  problems(): PipelineProblem[] {
    return [...this.entries.values()].flatMap(({ choice, problem }) =>
      problem === null ? [] : [{ ...choice, problem }],
    );
  }

  /** Reads models and files again; a pipeline that has changed is tried at once. */
  async refresh(): Promise<void> {
    this.manifest = await manifestOf(this.options);
    const nowMs = this.options.clock.monotonicMs();
    for (const [key, entry] of this.entries) {
      if (nowMs - entry.askedAtMs > FORGET_MS) this.entries.delete(key);
      else this.replan(entry);
    }
  }

  private entryOf(choice: PipelineChoice): Entry {
    const key = `${choice.profile} ${choice.modelId ?? ''}`;
    const askedAtMs = this.options.clock.monotonicMs();
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = { choice, plan: null, problem: null, retryAtMs: 0, askedAtMs };
      this.entries.set(key, entry);
      this.replan(entry);
    }
    entry.askedAtMs = askedAtMs;
    return entry;
  }

  private replan(entry: Entry): void {
    try {
      const plan = planPipeline(entry.choice, this.manifest, this.options.planOptions);
      if (entry.plan?.key === plan.key) return;
      entry.plan = plan;
      entry.problem = null;
    } catch (thrown) {
      entry.plan = null;
      this.note(entry, asAppError(thrown).message);
    }
  }

  /** Whoever is let through to a pipeline with a problem is the only one until the next pause is over. */
  private mayTry(entry: Entry): boolean {
    if (entry.problem === null) return true;
    const nowMs = this.options.clock.monotonicMs();
    if (nowMs < entry.retryAtMs) return false;
    entry.retryAtMs = nowMs + RETRY_MS;
    return true;
  }

  private note(entry: Entry, problem: string): void {
    const isNew = entry.problem !== problem;
    entry.problem = problem;
    entry.retryAtMs = this.options.clock.monotonicMs() + RETRY_MS;
    if (isNew) this.options.onProblem({ ...entry.choice, problem });
  }
}

async function manifestOf({ readManifest, defaultModelId }: DeskOptions): Promise<Manifest> {
  const manifest = await readManifest();
  const fast = { ...manifest.profiles.fast, pose: defaultModelId };
  return { ...manifest, profiles: { ...manifest.profiles, fast } };
}
