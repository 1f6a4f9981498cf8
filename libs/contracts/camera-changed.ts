import { z } from 'zod';

/** dashboard → ingest, tracker (publish): a hint to read the camera, its zones and rules again. The database is the truth. */
export const cameraChanged = z.object({ type: z.literal('camera.changed'), v: z.literal(1), cameraId: z.string() });

export type CameraChanged = z.infer<typeof cameraChanged>;
