import { players, ROUND_SEC } from './cast.js';
import { seenAt, type Lens } from './lens.js';
import { figuresAt, lenses } from './scene.js';
import type { Vector } from './vector.js';

const views = Object.entries(lenses);

function isSeen(lens: Lens, place: Vector): boolean {
  const { xPx, yPx, depthM } = seenAt(lens, place);
  return depthM > 0 && xPx >= 0 && xPx < lens.widthPx && yPx >= 0 && yPx < lens.heightPx;
}

describe('the demo scene', () => {
  it('ends as it begins, so that it can be played in a loop', () => {
    expect(figuresAt(ROUND_SEC)).toEqual(figuresAt(0));
    expect(figuresAt(1)).not.toEqual(figuresAt(0));
  });

  it.each(players.map((player, index) => [index, player.journey.waypoints] as const))(
    'lets person %i come and go where no camera looks',
    (_, waypoints) => {
      const ends = [waypoints[0], waypoints[waypoints.length - 1]];
      for (const [, xM, yM] of ends)
        for (const [view, lens] of views)
          for (const zM of [0, 0.9, 1.8]) expect([view, xM, isSeen(lens, [xM, yM, zM])]).toEqual([view, xM, false]);
    },
  );

  it.each(views)('always has somebody in the picture of the %s camera', (_, lens) => {
    const moments = Array.from({ length: ROUND_SEC * 2 }, (__, index) => index / 2);
    const empty = moments.filter((sec) => !figuresAt(sec).some(({ figure }) => isSeen(lens, figure.head.at)));
    expect(empty).toEqual([]);
  });
});
