import { asAppError } from '#base/errors.js';
import type { SecretBox } from '#security/secret-box.js';
import { listCameras } from '#storage/cameras.js';
import { cameraConfig, sameConfig, type CameraConfig } from './camera-config.js';
import { CameraRunner } from './camera-runner.js';
import type { IngestParts } from './ingest-parts.js';

/** Keeps one runner for each live camera that the database says is to run. */
export class CameraFleet {
  private readonly parts: IngestParts;
  private readonly secretBox: SecretBox;
  private readonly runners = new Map<string, CameraRunner>();
  private turn: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(parts: IngestParts, secretBox: SecretBox) {
    this.parts = parts;
    this.secretBox = secretBox;
  }

  /** Cameras whose runner lives in this process, also those that another process runs at the moment. */
  get size(): number {
    return this.runners.size;
  }

  /** Reads the cameras again and starts, stops and restarts what has changed. One at a time; never rejects. */
  async refresh(): Promise<void> {
    this.turn = this.turn
      .then(() => this.reconcile())
      .catch((problem: unknown) => {
        this.parts.log.warn({ problem: asAppError(problem).message }, 'cameras could not be read');
      });
    await this.turn;
  }

  /** Stops every camera; `refresh` has no effect afterwards. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.runners.values()].map((runner) => runner.stop()));
    this.runners.clear();
  }

  private async reconcile(): Promise<void> {
    if (this.closed) return;
    const wanted = new Map((await this.wanted()).map((config) => [config.cameraId, config]));
    for (const [cameraId, runner] of this.runners) {
      const config = wanted.get(cameraId);
      if (config !== undefined && sameConfig(config, runner.config)) continue;
      this.runners.delete(cameraId);
      await runner.stop();
    }
    for (const [cameraId, config] of wanted) {
      if (this.runners.has(cameraId)) continue;
      const runner = new CameraRunner(config, this.parts);
      this.runners.set(cameraId, runner);
      runner.start();
    }
  }

  private async wanted(): Promise<readonly CameraConfig[]> {
    const rows = await listCameras(this.parts.database);
    return rows.flatMap((row) => {
      try {
        const config = cameraConfig(row, { secretBox: this.secretBox });
        return config === null ? [] : [config];
      } catch (problem) {
        this.parts.log.error({ cameraId: row.id, problem: asAppError(problem).message }, 'camera cannot be run');
        return [];
      }
    });
  }
}
