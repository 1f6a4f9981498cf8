import { readFileSync } from 'node:fs';
import path from 'node:path';
import { itWithData } from '#testing/shared-data.js';
import { convertSkeleton } from './convert-skeleton.js';
import { posturesOf, type Posture } from './posture.js';

interface Labels {
  readonly persons: Readonly<Record<string, { readonly posture: Posture | null; readonly armsRaised: boolean }>>;
}

interface Annotations {
  readonly annotations: readonly { readonly id: number; readonly keypoints: readonly number[] }[];
}

/** Rows of a confusion table, `truth → told`, with the number of persons. */
class Confusion {
  private readonly counts = new Map<string, number>();

  add(truth: string, told: string): void {
    const row = `${truth} → ${told}`;
    this.counts.set(row, (this.counts.get(row) ?? 0) + 1);
  }

  rows(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const legsOf = (found: readonly Posture[]): string => found.find((posture) => posture !== 'arms-raised') ?? 'unknown';

describe('postures of people on pictures', () => {
  itWithData('are told as a person sees them, or not at all', ['coco_val_mini/person_keypoints.json'], (file) => {
    const labels = json(path.resolve('test/fixtures/postures/coco-val-mini.json')) as Labels;
    const { annotations } = json(file) as Annotations;
    const [body, arms] = [new Confusion(), new Confusion()];
    for (const { id, keypoints } of annotations) {
      if (!(id in labels.persons)) continue;
      const { posture, armsRaised } = labels.persons[String(id)];
      const scored = keypoints.map((value, at) => (at % 3 === 2 ? Math.min(1, value) : value));
      const found = posturesOf(scored, 0.2);
      body.add(posture ?? 'not to be told', legsOf(found));
      arms.add(armsRaised ? 'raised' : 'not raised', found.includes('arms-raised') ? 'raised' : 'not raised');
    }
    expect(body.rows()).toEqual({
      'standing → standing': 18,
      'standing → unknown': 8,
      'sitting → sitting': 5,
      'sitting → standing': 1, // on a horse, seen from the side
      'sitting → unknown': 10,
      'crouching → crouching': 2,
      'not to be told → unknown': 12,
      'not to be told → sitting': 1, // a skier in a tuck
    });
    expect(arms.rows()).toEqual({ 'raised → raised': 3, 'not raised → not raised': 54 });
  });

  itWithData(
    'of exercises: who squats is down or sits as if on a chair, who does push-ups lies',
    ['activity/mlkit_fitness/fitness_pose_samples.csv'],
    (file) => {
      const confusion = new Confusion();
      for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
        const [, exercise, ...numbers] = line.split(',');
        // [33 × 3]: x px, y px, z; all joints are given.
        const keypoints = numbers.map((value, at) => (at % 3 === 2 ? 1 : Number(value)));
        confusion.add(exercise, legsOf(posturesOf(convertSkeleton(keypoints, 'blazepose33', 'coco17'), 0.2)));
      }
      expect(confusion.rows()).toEqual({
        'pushups_up → lying': 195,
        'pushups_up → crouching': 3,
        'pushups_up → standing': 3,
        'pushups_down → lying': 189,
        'pushups_down → crouching': 6,
        'squats_up → standing': 191,
        'squats_down → sitting': 138,
        'squats_down → crouching': 65,
        'squats_down → standing': 22,
      });
    },
  );
});
