import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { FrameCounts, TracksUpdated } from '#contracts/tracks-updated.js';
import type { QueueCounts } from '#messaging/queues.js';
import { growth } from './frame-growth.js';

/** Cameras whose counts are remembered; beyond that, the one heard of longest ago is forgotten. */
const MOST_CAMERAS = 1024;

/** What the dashboard counts, in the text format of Prometheus. One for each process (or test). */
export interface Metrics {
  readonly registry: Registry;
  readonly uploadBytes: Counter;
  readonly sockets: Gauge<'kind'>;
  readonly socketDrops: Counter<'kind'>;
  readonly requests: Counter<'method' | 'status'>;
  /** Takes the counts of a camera over. */
  readonly heard: (message: TracksUpdated) => void;
  readonly queueDepth: (name: string, counts: QueueCounts) => void;
}

/** Creates all meters, empty. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'posewatch_' });
  const queued = new Gauge({
    name: 'posewatch_queue_messages',
    help: 'Messages in a queue by state.',
    labelNames: ['queue', 'state'],
    registers,
  });
  return {
    registry,
    uploadBytes: new Counter({ name: 'posewatch_upload_bytes_total', help: 'Bytes of uploads received.', registers }),
    sockets: new Gauge({
      name: 'posewatch_websockets',
      help: 'Open WebSocket connections.',
      labelNames: ['kind'],
      registers,
    }),
    socketDrops: new Counter({
      name: 'posewatch_websocket_drops_total',
      help: 'Messages not sent to a browser that was too slow.',
      labelNames: ['kind'],
      registers,
    }),
    requests: new Counter({
      name: 'posewatch_http_requests_total',
      help: 'Answered HTTP requests.',
      labelNames: ['method', 'status'],
      registers,
    }),
    heard: frameMeters(registry),
    queueDepth: (queue, counts) => {
      for (const [state, count] of Object.entries(counts)) queued.set({ queue, state }, count as number);
    },
  };
}

function frameMeters(registry: Registry): (message: TracksUpdated) => void {
  const registers = [registry];
  const labelNames = ['camera', 'fate'] as const;
  const frames = new Counter({
    name: 'posewatch_frames_total',
    help: 'Frames by camera and fate: analysed, still (nothing had moved), or the reason why it was dropped.',
    labelNames,
    registers,
  });
  const flight = new Gauge({
    name: 'posewatch_frames_in_flight',
    help: 'Frames captured and neither analysed nor still nor dropped yet.',
    labelNames: ['camera'] as const,
    registers,
  });
  const latest = new Map<string, { readonly epoch: number; readonly counts: FrameCounts }>();
  return ({ cameraId: camera, epoch, counts }) => {
    const before = latest.get(camera);
    const grown = growth(before?.epoch === epoch ? before.counts : undefined, counts);
    frames.inc({ camera, fate: 'analysed' }, Math.max(0, grown.analysed));
    frames.inc({ camera, fate: 'still' }, Math.max(0, grown.still ?? 0));
    for (const [fate, count] of Object.entries(grown.dropped)) frames.inc({ camera, fate }, Math.max(0, count));
    const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
    flight.set({ camera }, Math.max(0, counts.captured - counts.analysed - (counts.still ?? 0) - dropped));
    latest.delete(camera);
    latest.set(camera, { epoch, counts });
    const oldest = latest.keys().next().value;
    if (latest.size > MOST_CAMERAS && oldest !== undefined) latest.delete(oldest);
  };
}
