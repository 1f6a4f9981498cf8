import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import { seededRandom } from '#base/random.js';
import {
  ALARM_COLOUR,
  TIME_STRETCH,
  overlaySubtitles,
  trackColours,
  type OverlayPose,
  type OverlayScene,
} from './overlay-subtitles.js';

function pose(ptsUs: number, trackNo: number, score = 0.9): OverlayPose {
  const keypoints = Array.from({ length: COCO_JOINT_COUNT }, (_, index) => [50 + index, 60 + index, score]).flat();
  return { ptsUs, trackNo, score: 0.9, box: [40, 50, 80, 120], keypoints };
}

function scene(change: Partial<OverlayScene>): OverlayScene {
  const framePtsUs = Array.from({ length: 10 }, (_, index) => index * 40_000);
  return {
    source: { widthPx: 320, heightPx: 240 },
    framePtsUs,
    analysedPtsUs: framePtsUs,
    poses: [],
    alerts: [],
    zones: [],
    ...change,
  };
}

interface Line {
  readonly startMs: number;
  readonly endMs: number;
  readonly style: string;
  readonly text: string;
}

/** Dialogue lines with times in milliseconds of the video. */
function lines(of: OverlayScene): Line[] {
  const toMs = (time: string): number => {
    const [hours, minutes, seconds] = time.split(':').map(Number);
    return ((hours * 60 + minutes) * 60 + seconds) * (1000 / TIME_STRETCH);
  };
  return [...overlaySubtitles(of)]
    .filter((line) => line.startsWith('Dialogue: '))
    .map((line) => {
      const [, start, end, style, , , , , , ...text] = line.split(',');
      return { startMs: toMs(start), endMs: toMs(end), style, text: text.join(',') };
    });
}

describe('overlay subtitles', () => {
  it('cover each frame time by exactly one entry, at any frame rate', () => {
    const random = seededRandom(3);
    for (const gapUs of [2500, 4167, 16_667, 33_367, 40_000, 1_000_000]) {
      let at = 5_000_000;
      const framePtsUs = Array.from({ length: 200 }, () => (at += Math.round(gapUs * (1 + 0.4 * random()))));
      const poses = framePtsUs.map((ptsUs) => pose(ptsUs, 1, 0));
      const shown = lines(scene({ framePtsUs, analysedPtsUs: framePtsUs, poses }));
      expect(shown).toHaveLength(200);
      framePtsUs.forEach((ptsUs, index) => {
        const ms = Math.floor((ptsUs - framePtsUs[0]) / (1000 / TIME_STRETCH)) / TIME_STRETCH;
        const covering = shown.filter((line) => line.startMs <= ms && ms < line.endMs);
        expect(covering).toEqual([shown[index]]);
      });
    }
  });

  it('show a pose until the next analysed frame, then no longer', () => {
    const { framePtsUs } = scene({});
    const analysedPtsUs = [framePtsUs[0], framePtsUs[3], framePtsUs[6]];
    const numbers = lines(scene({ analysedPtsUs, poses: [pose(framePtsUs[0], 4), pose(framePtsUs[3], 4)] }));
    expect(Math.max(...numbers.map((line) => line.endMs))).toBeCloseTo(5.5 * 40, 6);
  });

  it('give a track the same colour everywhere, and people in an alert the alarm colour', () => {
    const alerts = [{ trackNo: 2, startPtsUs: 0, endPtsUs: 80_000, text: 'Running: moves at 3 body heights/s' }];
    const text = lines(scene({ poses: [pose(0, 1), pose(0, 2), pose(120_000, 2)], alerts }));
    const colourOf = (trackNo: number, startMs: number): string | undefined =>
      /\\1c(&H\w+&)/.exec(
        text.find((line) => line.text.endsWith(`}${trackNo}`) && line.startMs >= startMs)?.text ?? '',
      )?.[1];
    expect(colourOf(1, 0)).toBe('&HE9B456&');
    expect(colourOf(2, 0)).toBe('&H616FFF&');
    expect(colourOf(2, 90)).toBe('&H4AE3D8&');
    expect(text.filter((line) => line.style === 'Banner').map((line) => line.text)).toEqual([
      expect.stringContaining('#2  Running: moves at 3 body heights/s'),
    ]);
  });

  it('keep names of zones and alerts from being taken for commands', () => {
    const zones = [
      {
        name: '{\\p1}evil\nDialogue: x',
        corners: [
          { x: 0, y: 0 },
          { x: 9, y: 0 },
          { x: 9, y: 9 },
        ],
      },
    ];
    const all = [...overlaySubtitles(scene({ zones }))].join('\n');
    expect(all).toContain('(/p1)evil Dialogue: x');
  });

  it('leave out joints that the model hardly sees, but not the number', () => {
    const shown = lines(scene({ poses: [pose(0, 3, 0.1)] }));
    expect(shown.map((line) => line.text.endsWith('}3'))).toEqual([true]);
  });

  it('use the colours of the web page', () => {
    const tokens = readFileSync(path.resolve('apps/dashboard/web/tokens.css'), 'utf8');
    const token = (name: string): string | undefined => new RegExp(`--pw-${name}: (#\\w{6})`).exec(tokens)?.[1];
    expect(trackColours).toEqual(trackColours.map((_, index) => token(`track-${index}`)));
    expect(ALARM_COLOUR).toBe(token('alarm-on-picture'));
  });
});
