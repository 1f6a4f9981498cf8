import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Request } from 'express';
import { asAppError } from '#base/errors.js';
import { newId } from '#base/ids.js';
import { addModel, type AddModelOptions } from '#onnx/add-model.js';
import { decoderNeeds } from '#onnx/decoder-needs.js';
import { dryRun } from '#onnx/dry-run.js';
import { decoderNames } from '#onnx/manifest.js';
import { parseOwnModel } from '#onnx/registry.js';
import { HttpProblem } from '../api/http-problem.js';
import type { DecodersAnswer, DraftView, ModelTrial, ModelView, OwnModelInput } from '../api/schemas/models.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';
import { receiveUpload } from '../videos/receive-upload.js';
import { ModelDesk } from './model-desk.js';

/** A file that nobody went on with is deleted when the next one comes after so long. */
const FORGOTTEN_MS = 24 * 3_600_000;
/** What the description of a model is called in messages. */
const DESCRIPTION = 'The description';

/** Takes ONNX files of people in, tries them in a process of their own, and adds those that work. */
@Injectable()
export class DraftDesk implements OnApplicationShutdown {
  private running: Promise<unknown> | null = null;
  private readonly closing = new AbortController();

  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(ModelDesk) private readonly models: ModelDesk,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.running?.catch(() => undefined);
  }

  /** How outputs of a model can be read, and what each way needs, so that a form can be drawn. */
  decoders(): DecodersAnswer['decoders'] {
    return decoderNames.map((name) => {
      const { tasks, skeletons, outputs } = decoderNeeds[name];
      const needs = Object.entries(outputs).map(([role, { types, shape, optional }]) => {
        return { role, types: [...types], shape, optional };
      });
      return { name, tasks: [...tasks], skeletons: [...skeletons], outputs: needs };
    });
  }

  /** Stores the body of a request. See `receiveUpload` for what is refused. */
  async receive(name: string, request: Request): Promise<DraftView> {
    await this.forgetOld();
    const id = newId('mdl', this.parts.random);
    const { bytes } = await receiveUpload(request, this.target(request, { id, folder: this.folder() }));
    return { id, name, bytes };
  }

  /** Tries a file with what is said of it; that it does not work is an answer. @throws AppError `not-found`; HttpProblem 429. */
  async try(id: string, { description }: OwnModelInput): Promise<ModelTrial> {
    const modelFile = await this.file(id);
    try {
      const facts = parseOwnModel(JSON.stringify(description), DESCRIPTION);
      const trial = await this.alone(() => dryRun({ ...this.runtime(), modelFile, facts }));
      return { ok: true, problem: null, reason: null, trial };
    } catch (thrown) {
      return trialProblem(thrown);
    }
  }

  /** Adds a file as a model; it is tried once more. @throws AppError as `addModel` says; `not-found`; HttpProblem 429. */
  async add(id: string, { description, replace = false }: OwnModelInput): Promise<ModelView> {
    const onnxFile = await this.file(id);
    const options: AddModelOptions = {
      onnxFile,
      ...{ manifestText: JSON.stringify(description), manifestName: DESCRIPTION, replace },
      ...this.runtime(),
      modelsDir: this.parts.settings.POSEWATCH_MODELS_DIR,
      builtInManifestFile: this.parts.modelsManifest,
    };
    const { entry } = await this.alone(() => addModel(options));
    await rm(onnxFile, { force: true });
    return this.models.read(entry.id);
  }

  /** Forgets a file. */
  async remove(id: string): Promise<void> {
    await rm(path.join(this.folder(), id), { force: true });
  }

  /** Installs a known model from a file that somebody has. @throws AppError `conflict`, `not-found`, `data-loss` for another file. */
  async give(modelId: string, request: Request): Promise<ModelView> {
    const folder = path.join(this.folder(), newId('mdl', this.parts.random));
    try {
      const name = await this.models.givenName(modelId);
      await receiveUpload(request, this.target(request, { id: name, folder }));
      return await this.models.installFrom(modelId, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private target(request: Request, { id, folder }: { readonly id: string; readonly folder: string }) {
    const { settings, metrics } = this.parts;
    const length = Number(request.headers['content-length']);
    return {
      ...{ folder, id, extension: '', maxBytes: settings.POSEWATCH_MAX_UPLOAD_BYTES },
      limit: 'POSEWATCH_MAX_UPLOAD_BYTES' as const,
      announcedBytes: Number.isSafeInteger(length) ? length : null,
      onBytes: (count: number) => {
        metrics.uploadBytes.inc(count);
      },
    };
  }

  /** One at a time: a trial takes memory and a core. */
  private async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.running !== null) throw busy();
    const running = work();
    this.running = running;
    try {
      return await running;
    } finally {
      this.running = null;
    }
  }

  /** On the processor, which every machine has; inference tries the others by itself. */
  private runtime() {
    return { workerUrl: this.parts.dryRunWorker, providers: ['cpu'], signal: this.closing.signal };
  }

  private folder(): string {
    return path.resolve(this.parts.settings.POSEWATCH_DATA_DIR, 'model-drafts');
  }

  private async file(id: string): Promise<string> {
    const file = path.join(this.folder(), id);
    const there = await stat(file).catch(() => null);
    found(there?.isFile() === true ? true : null, 'uploaded file', id);
    return file;
  }

  private async forgetOld(): Promise<void> {
    await mkdir(this.folder(), { recursive: true });
    for (const name of await readdir(this.folder())) {
      const file = path.join(this.folder(), name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: this.parts.clock.nowMs() }));
      if (this.parts.clock.nowMs() - mtimeMs > FORGOTTEN_MS) await rm(file, { recursive: true, force: true });
    }
  }
}

function trialProblem(thrown: unknown): ModelTrial {
  const { kind, message, details } = asAppError(thrown);
  if (kind !== 'invalid-input' && kind !== 'timeout') throw thrown;
  const reason = typeof details.reason === 'string' ? details.reason : 'description';
  return { ok: false, problem: message, reason, trial: null };
}

function busy(): HttpProblem {
  return new HttpProblem(429, {
    kind: 'unavailable',
    message: 'Another model is being tried. Try again in a moment.',
    retryAfterSec: 5,
  });
}
