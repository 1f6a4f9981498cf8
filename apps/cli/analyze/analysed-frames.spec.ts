import type { TracksUpdated } from '#contracts/tracks-updated.js';
import { AnalysedFrames } from './analysed-frames.js';

const frame = (change: Partial<TracksUpdated>): TracksUpdated => ({
  type: 'tracks.updated',
  v: 1,
  cameraId: 'vid_a',
  epoch: 1,
  seq: 0,
  capturedAtMs: 0,
  ptsUs: 0,
  traceId: 'trace',
  source: { widthPx: 64, heightPx: 48 },
  analysed: true,
  ended: false,
  tracks: [],
  counts: { captured: 1, analysed: 1, dropped: {} },
  provider: 'cpu',
  profile: 'fast',
  modelId: 'movenet-multipose',
  latencyMs: 1,
  ...change,
});

describe('AnalysedFrames', () => {
  it('says of each video what ran on how many frames, most first', () => {
    const frames = new AnalysedFrames();
    frames.note(frame({ ptsUs: 0 }));
    for (const ptsUs of [100, 200, 300, 300]) frames.note(frame({ ptsUs, profile: 'accurate', modelId: 'rtmpose-s' }));
    frames.note(frame({ ptsUs: 400, analysed: false }));
    frames.note(frame({ cameraId: 'vid_b', ptsUs: 7, provider: 'cuda' }));
    expect(frames.used('vid_a')).toEqual([
      { profile: 'accurate', model: 'rtmpose-s', provider: 'cpu', frames: 3 },
      { profile: 'fast', model: 'movenet-multipose', provider: 'cpu', frames: 1 },
    ]);
    expect([...frames.ptsUs('vid_a')]).toEqual([0, 100, 200, 300]);
    expect(frames.used('vid_b')).toEqual([
      { profile: 'fast', model: 'movenet-multipose', provider: 'cuda', frames: 1 },
    ]);
  });

  it('knows nothing of a video of which nothing was told', () => {
    expect(new AnalysedFrames().used('vid_a')).toEqual([]);
    expect(new AnalysedFrames().ptsUs('vid_a').size).toBe(0);
  });
});
