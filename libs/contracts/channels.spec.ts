import { laneOf, lanesQueue } from './channels.js';

describe('channels', () => {
  it('keeps a camera in one lane and spreads cameras over all lanes', () => {
    const lanes = Array.from({ length: 400 }, (_, i) => laneOf(`cam_${i}`, 4));
    expect(lanes).toEqual(Array.from({ length: 400 }, (_, i) => laneOf(`cam_${i}`, 4)));
    for (const lane of [0, 1, 2, 3]) expect(lanes.filter((l) => l === lane).length).toBeGreaterThan(60);
  });

  it('gives lanes names that BullMQ accepts', () => {
    expect(lanesQueue(3)).not.toContain(':');
  });
});
