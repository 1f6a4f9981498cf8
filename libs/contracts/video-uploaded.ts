import { z } from 'zod';

/** dashboard or cli → ingest (BullMQ, job id = camera id): an uploaded file waits to be analysed. */
export const videoUploaded = z.object({ type: z.literal('video.uploaded'), v: z.literal(1), cameraId: z.string() });

export type VideoUploaded = z.infer<typeof videoUploaded>;
