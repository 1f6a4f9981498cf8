import { readFileSync } from 'node:fs';
import { boxSequence } from '#evaluation/box-sequence.js';
import { clearMot } from '#evaluation/clear-mot.js';
import { identityScores } from '#evaluation/idf1.js';
import { parseMot, type MotRow } from '#evaluation/mot-file.js';
import type { Pose } from '#pose/pose.js';
import { itWithData } from '#testing/shared-data.js';
import { poseTrackerStep } from './pose-tracker.js';
import { trackerSettings, type TrackerSettings } from './tracker-settings.js';
import { emptyTrackerState } from './tracker-state.js';

const FPS = 7;

/** Public detections are boxes with a margin-like confidence of about 0..100: no joints, so association is by box alone. */
function publicDetections(text: string): Map<number, Pose[]> {
  const frames = new Map<number, Pose[]>();
  for (const line of text.trim().split('\n')) {
    const [frame, , left, top, width, height, confidence] = line.split(',').map(Number);
    const score = Math.min(1, Math.max(0, confidence / 100));
    const pose = { box: [left, top, left + width, top + height] as const, score, keypoints: Array<number>(51).fill(0) };
    frames.set(frame, [...(frames.get(frame) ?? []), pose]);
  }
  return frames;
}

function track(detections: ReadonlyMap<number, Pose[]>, settings: TrackerSettings): MotRow[] {
  let state = emptyTrackerState();
  const tentative = new Map<number, MotRow[]>();
  const rows: MotRow[] = [];
  for (let frame = 1; frame <= Math.max(...detections.keys()); frame++) {
    const ptsUs = Math.round(((frame - 1) * 1e6) / FPS);
    const step = poseTrackerStep(state, { ptsUs, poses: detections.get(frame) ?? [] }, settings);
    state = step.state;
    for (const { trackNo, box, confirmed, score } of step.tracks) {
      const row = { frame, id: trackNo, box, confidence: score };
      const held = tentative.get(trackNo) ?? [];
      if (confirmed) {
        rows.push(...held, row);
        tentative.delete(trackNo);
      } else tentative.set(trackNo, [...held, row]);
    }
  }
  return rows;
}

describe('pose tracker on PETS09-S2L1', () => {
  itWithData(
    'links the public detections well enough to build on',
    ['pets09_s2l1/det.txt', 'pets09_s2l1/gt.txt'],
    (det, gt) => {
      const settings = {
        ...trackerSettings.fast,
        highScore: 0.4,
        newTrackScore: 0.5,
        lowScore: 0.2,
        confirmScore: 0.8,
      };
      const rows = track(publicDetections(readFileSync(det, 'utf8')), settings);
      const frames = boxSequence(parseMot(readFileSync(gt, 'utf8'), gt), rows);
      const clear = clearMot(frames);
      const { idf1 } = identityScores(frames);
      expect(clear.mota).toBeGreaterThan(0.78);
      expect(idf1).toBeGreaterThan(0.7);
    },
    60_000,
  );
});
