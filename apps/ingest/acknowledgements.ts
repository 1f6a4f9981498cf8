import { z } from 'zod';
import { topics as topicNames } from '#contracts/channels.js';
import type { Topics } from '#messaging/topics.js';

/** The part of `tracks.updated` that ingest reads. */
const acknowledgement = z.object({
  cameraId: z.string(),
  epoch: z.number(),
  seq: z.number(),
  analysed: z.boolean().default(false),
  tracks: z.array(z.unknown()).default([]),
});

type Message = z.infer<typeof acknowledgement>;

/** Frames up to `seq` of an epoch are done; `analysed`: that one has poses, with so many people. */
export interface Acknowledgement {
  readonly seq: number;
  readonly analysed: boolean;
  /** Null where `analysed` is false. */
  readonly people: number | null;
}

/** Hands the tracker's acknowledgements to whoever runs the camera in this process. */
export class Acknowledgements {
  private readonly listeners = new Map<string, (message: Message) => void>();

  /** Listens until the topics are closed. */
  async open(topics: Pick<Topics, 'subscribe'>): Promise<void> {
    await topics.subscribe(topicNames.tracksUpdated, acknowledgement, (message) => {
      this.listeners.get(message.cameraId)?.(message);
    });
  }

  /** Calls `listener` for one epoch of a camera until the returned function is called. One listener a camera. */
  listen(
    stream: { readonly cameraId: string; readonly epoch: number },
    listener: (acknowledgement: Acknowledgement) => void,
  ): () => void {
    const hear = ({ epoch, seq, analysed, tracks }: Message): void => {
      if (epoch === stream.epoch) listener({ seq, analysed, people: analysed ? tracks.length : null });
    };
    this.listeners.set(stream.cameraId, hear);
    return () => {
      if (this.listeners.get(stream.cameraId) === hear) this.listeners.delete(stream.cameraId);
    };
  }
}
