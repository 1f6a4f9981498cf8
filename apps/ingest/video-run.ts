import path from 'node:path';
import { AppError, asAppError } from '#base/errors.js';
import { analysisSize } from '#geometry/letterbox.js';
import { analysisArea, profileOf } from '#pose/profile.js';
import { openFileSession, type FileEnd } from '#media/file-session.js';
import { browsersPlay, makePlaybackCopy } from '#media/playback-copy.js';
import { probe, type MediaInfo } from '#media/probe.js';
import { setSourceSize } from '#storage/cameras.js';
import { readCheckpoint } from '#storage/checkpoints.js';
import { setVideoFacts, setVideoStatus, type StoredVideo } from '#storage/videos.js';
import { FileFeed } from './file-feed.js';
import { fileCredits } from './frame-credits.js';
import type { FrameAt, StreamFacts } from './frame-sender.js';
import type { IngestParts } from './ingest-parts.js';
import { MotionWatch } from './motion-watch.js';

const STRIDE_PX = 32;
const PROBE_MS = 15_000;
const FILE_EPOCH = 0;
/** A file that is damaged all over is counted up to here. */
const MOST_UNDECODABLE = 100_000;

/**
 * One uploaded file, from its first look to its result. May be ended at any moment and started again: the same file gives the
 * same frames, and those that the tracker has are passed over.
 */
export class VideoRun {
  private readonly parts: IngestParts;
  private readonly video: StoredVideo;
  private readonly signal: AbortSignal;
  private readonly filesRunning: () => number;

  /** `signal` ends it without a result; `filesRunning` are those of this process, with this one. */
  constructor(
    parts: IngestParts,
    video: StoredVideo,
    { signal, filesRunning }: { readonly signal: AbortSignal; readonly filesRunning: () => number },
  ) {
    this.parts = parts;
    this.video = video;
    this.signal = signal;
    this.filesRunning = filesRunning;
  }

  /** Resolves when the file has its result. @throws AppError `cancelled` when aborted, `unavailable` to be run again. */
  async run(): Promise<void> {
    const info = await this.look();
    if (info === null) return;
    const copying = this.copyForPlayback(info);
    copying.catch(() => undefined);
    const outcome = await this.analyse(info);
    await copying;
    await this.finish(outcome);
  }

  /** What the file is; null when it is not fit for analysis, which is its result then. */
  private async look(): Promise<MediaInfo | null> {
    const { cameraId, path: file, fileName } = this.video;
    try {
      const info = await probe(file, { timeoutMs: PROBE_MS, name: fileName, signal: this.signal });
      const { codec, isImage, durationUs } = info;
      await setSourceSize(this.parts.database, cameraId, info.source);
      const frameCount = expectedFrames(info, this.video.camera.fps);
      await setVideoFacts(this.parts.database, cameraId, { codec, isImage, durationUs, frameCount });
      return info;
    } catch (thrown) {
      const problem = asAppError(thrown);
      if (problem.kind !== 'invalid-input' && problem.kind !== 'not-found') throw problem;
      await this.finish({ frames: 0, problem });
      return null;
    }
  }

  private async analyse(info: MediaInfo): Promise<VideoOutcome> {
    const { settings, database, acknowledgements, sender, clock } = this.parts;
    const { cameraId, path: file, fileName, camera } = this.video;
    const profile = profileOf(camera.profile);
    const needs = { profile, wide: camera.wide, source: info.source, areaPx: settings.POSEWATCH_ANALYSIS_AREA_PX };
    const analysis = analysisSize(info.source, { areaPx: analysisArea(needs), stridePx: STRIDE_PX });
    const stream: StreamFacts = {
      ...{ cameraId, epoch: FILE_EPOCH, policy: 'file', source: info.source, analysis },
      ...{ profile, modelId: camera.modelId, freshnessMs: null },
    };
    const readNextSeq = async (): Promise<number> => (await readCheckpoint(database, cameraId))?.nextSeq ?? 0;
    const inFlightLimit = (): number => fileCredits(settings.POSEWATCH_FILE_IN_FLIGHT, this.filesRunning());
    const feed = new FileFeed(
      {
        stream,
        sender,
        clock,
        inFlightLimit,
        resendMs: settings.POSEWATCH_FILE_RESEND_MS,
        readNextSeq,
        signal: this.signal,
      },
      await readNextSeq(),
    );
    const watch = camera.motionGate ? new MotionWatch(stream, settings.POSEWATCH_STILL_HEARTBEAT_MS) : null;
    const unlisten = acknowledgements.listen(stream, ({ seq }) => {
      feed.acknowledge(seq);
    });
    const session = await openFileSession(file, { source: info.source, analysis, fps: camera.fps }, fileName);
    const last = { ptsUs: 0, frames: 0 };
    try {
      for await (const { seq, ptsUs, held: pixels } of session.frames) {
        const frame = { ...this.at(seq, ptsUs), pixels };
        if (watch?.isStill(frame) === true) await feed.still(frame);
        else {
          await feed.frame(frame);
          // Not when it is done, as for a camera: the same file has to give the same still frames each time, and it drops none.
          watch?.answered({ seq, analysed: true, people: null });
        }
        [last.ptsUs, last.frames] = [ptsUs, seq + 1];
      }
      if (this.signal.aborted) throw new AppError('cancelled', 'The analysis was stopped.');
      return await this.end(feed, await session.ended, last);
    } catch (thrown) {
      if (this.signal.reason === 'cancelled-by-user') await this.sayCut(stream, last);
      throw thrown;
    } finally {
      unlisten();
      await session.stop();
    }
  }

  private async end(feed: FileFeed, end: FileEnd, last: { ptsUs: number; frames: number }): Promise<VideoOutcome> {
    const { how, problem } = end;
    if (last.frames === 0) return { frames: 0, problem: problem ?? this.noPicture() };
    const lost = Math.min(end.undecodable, MOST_UNDECODABLE);
    for (let i = 0; i < lost; i++) await feed.undecodable(this.at(last.frames + i, last.ptsUs));
    const frames = last.frames + lost;
    await feed.end(this.at(frames, last.ptsUs), how === 'complete' ? 'complete' : 'cut');
    return { frames, problem };
  }

  /** Tracks that are open end where the analysis was cancelled. The tracker counts what it never gets as late. */
  private async sayCut(stream: StreamFacts, last: { ptsUs: number; frames: number }): Promise<void> {
    await this.parts.sender.ended(stream, this.at(last.frames, last.ptsUs), 'cut');
  }

  private async finish({ frames, problem }: VideoOutcome): Promise<void> {
    const { database, clock, log } = this.parts;
    const { cameraId } = this.video;
    const status = frames === 0 ? 'failed' : 'done';
    if (frames > 0) await setVideoFacts(database, cameraId, { frameCount: frames });
    await setVideoStatus(database, cameraId, {
      ...{ status, problem: problem?.message ?? null },
      at: new Date(clock.nowMs()),
    });
    log.info({ cameraId, status, frames, problem: problem?.message, ...problem?.details }, 'video finished');
  }

  /** Made beside the analysis, at low priority. A file that cannot be converted is analysed all the same. */
  private async copyForPlayback(info: MediaInfo): Promise<void> {
    const { cameraId, path: file, fileName, playbackPath } = this.video;
    if (playbackPath !== null || info.isImage || browsersPlay(info, file)) return;
    const target = path.join(path.dirname(file), `${cameraId}.playback.mp4`);
    try {
      await makePlaybackCopy(file, target, { name: fileName, signal: this.signal });
      await setVideoFacts(this.parts.database, cameraId, { playbackPath: target });
    } catch (thrown) {
      const problem = asAppError(thrown);
      if (problem.kind === 'cancelled' || problem.kind === 'unavailable') throw problem;
      this.parts.log.warn({ cameraId, problem: problem.message, ...problem.details }, 'no copy for playback');
    }
  }

  private noPicture(): AppError {
    const said = 'holds no picture that FFmpeg can decode. Convert it to H.264 and try again.';
    return new AppError('invalid-input', `${this.video.fileName} ${said}`);
  }

  private at(seq: number, ptsUs: number): FrameAt {
    return { seq, ptsUs, capturedAtMs: this.video.startedAtMs + ptsUs / 1000 };
  }
}

interface VideoOutcome {
  readonly frames: number;
  readonly problem: AppError | null;
}

/** Frames that will be analysed, as far as the container tells; null where it does not. */
export function expectedFrames(info: MediaInfo, fpsLimit: number): number | null {
  if (info.isImage) return 1;
  if (info.durationUs === null || info.fps === null) return null;
  const rate = fpsLimit > 0 ? Math.min(fpsLimit, info.fps) : info.fps;
  return Math.max(1, Math.round((info.durationUs / 1_000_000) * rate));
}
