import { z } from 'zod';
import { topics as topicNames } from '#contracts/channels.js';
import type { Topics } from '#messaging/topics.js';

/** The part of `tracks.updated` that ingest reads: frames up to `seq` of an epoch are done. */
const acknowledgement = z.object({ cameraId: z.string(), epoch: z.number(), seq: z.number() });

export type Acknowledgement = z.infer<typeof acknowledgement>;

/** Hands the tracker's acknowledgements to whoever runs the camera in this process. */
export class Acknowledgements {
  private readonly listeners = new Map<string, (message: Acknowledgement) => void>();

  /** Listens until the topics are closed. */
  async open(topics: Pick<Topics, 'subscribe'>): Promise<void> {
    await topics.subscribe(topicNames.tracksUpdated, acknowledgement, (message) => {
      this.listeners.get(message.cameraId)?.(message);
    });
  }

  /** Calls `listener` for one epoch of a camera until the returned function is called. One listener a camera. */
  listen(stream: { readonly cameraId: string; readonly epoch: number }, listener: (seq: number) => void): () => void {
    const hear = (message: Acknowledgement): void => {
      if (message.epoch === stream.epoch) listener(message.seq);
    };
    this.listeners.set(stream.cameraId, hear);
    return () => {
      if (this.listeners.get(stream.cameraId) === hear) this.listeners.delete(stream.cameraId);
    };
  }
}
