import { AppError, asAppError } from '#base/errors.js';
import type { VideoUploaded } from '#contracts/video-uploaded.js';
import type { Sender } from '#messaging/queues.js';
import { setVideoStatus, unfinishedVideos, videoById } from '#storage/videos.js';
import type { IngestParts } from './ingest-parts.js';
import { VideoRun } from './video-run.js';

/** Analyses the files that the queue hands to this process. */
export class VideoRunner {
  private readonly parts: IngestParts;
  private readonly running = new Map<string, AbortController>();
  private closed = false;

  constructor(parts: IngestParts) {
    this.parts = parts;
  }

  get size(): number {
    return this.running.size;
  }

  /** Handles one message of the queue. @throws AppError `unavailable`: the file is to be handed out again. */
  async handle({ cameraId }: VideoUploaded): Promise<void> {
    if (this.closed) throw shuttingDown();
    const { database, clock, log } = this.parts;
    const ending = new AbortController();
    this.running.set(cameraId, ending);
    try {
      const at = new Date(clock.nowMs());
      const video = await videoById(database, cameraId);
      if (video === null || !(await setVideoStatus(database, cameraId, { status: 'analysing', at }))) return;
      log.info({ cameraId, bytes: Number(video.bytes) }, 'video starts');
      const filesRunning = (): number => this.running.size;
      await new VideoRun(this.parts, video, { signal: ending.signal, filesRunning }).run();
    } catch (thrown) {
      const problem = asAppError(thrown);
      if (this.isClosed()) throw shuttingDown();
      if (problem.kind === 'cancelled') log.info({ cameraId }, 'video cancelled');
      else await this.giveBack(cameraId, problem);
    } finally {
      if (this.running.get(cameraId) === ending) this.running.delete(cameraId);
    }
  }

  /** Ends the files that a person has cancelled or removed meanwhile. */
  async endCancelled(): Promise<void> {
    for (const [cameraId, ending] of this.running) {
      const video = await videoById(this.parts.database, cameraId);
      if (video === null || video.status === 'cancelled') ending.abort('cancelled-by-user');
    }
  }

  /** Queues files again that were under way when a process or Redis ended; a file that is in the queue stays there once. */
  async sweep(queue: Pick<Sender<VideoUploaded>, 'send'>): Promise<void> {
    for (const { cameraId } of await unfinishedVideos(this.parts.database)) {
      if (!this.running.has(cameraId)) await queue.send(cameraId, { type: 'video.uploaded', v: 1, cameraId });
    }
  }

  /** Ends every file without a result; the queue hands them out again. */
  close(): void {
    this.closed = true;
    for (const ending of this.running.values()) ending.abort('shutting-down');
  }

  private isClosed(): boolean {
    return this.closed;
  }

  /** A failure that may pass is tried again; any other is the file's result. */
  private async giveBack(cameraId: string, problem: AppError): Promise<void> {
    if (problem.kind !== 'internal' && problem.kind !== 'data-loss') throw problem;
    const { database, clock, log } = this.parts;
    log.error({ cameraId, err: problem.cause ?? problem }, 'video failed');
    await setVideoStatus(database, cameraId, {
      ...{ status: 'failed', problem: `The analysis failed: ${problem.message}` },
      at: new Date(clock.nowMs()),
    });
  }
}

function shuttingDown(): AppError {
  return new AppError('unavailable', 'This ingest process is shutting down.');
}
