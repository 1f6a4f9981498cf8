import { decodeYoloPose } from './yolo-pose.js';

const settings = { minScore: 0.3, maxIou: 0.5, maxPeople: 10 };
const joints = (first: number): number[] => Array.from({ length: 51 }, (_, at) => first + at);

/** One row an anchor, turned into the channel-first layout of the model. */
function output(...rows: readonly (readonly number[])[]) {
  const channels = 56;
  const data = new Float32Array(channels * rows.length);
  rows.forEach((row, anchor) => {
    row.forEach((value, channel) => (data[channel * rows.length + anchor] = value));
  });
  return { anchors: rows.length, channels, data };
}

describe('decodeYoloPose', () => {
  it('gives one pose a person with the joints of its best anchor', () => {
    const found = decodeYoloPose(
      output(
        [50, 100, 40, 80, 0.5, ...joints(0)],
        [51, 101, 40, 80, 0.75, ...joints(100)],
        [200, 100, 20, 60, 0.625, ...joints(200)],
        [300, 100, 20, 60, 0.25, ...joints(300)],
      ),
      settings,
    );
    expect(found).toEqual([
      { box: [31, 61, 71, 141], score: 0.75, keypoints: joints(100) },
      { box: [190, 70, 210, 130], score: 0.625, keypoints: joints(200) },
    ]);
  });

  it('reads the output of a model for 640 × 640 px, channel by channel', () => {
    // [56, 8400]: 80², 40² and 20² cells; box as middle and size in px, one class, then x px, y px and score of 17 joints.
    const [anchors, anchor] = [8400, 6400 + 40 * 13 + 7];
    const data = new Float32Array(56 * anchors);
    const person = [320, 240, 100, 200, 0.875, ...joints(0)];
    for (const [channel, value] of person.entries()) data[channel * anchors + anchor] = value;
    expect(decodeYoloPose({ anchors, channels: 56, data }, settings)).toEqual([
      { box: [270, 140, 370, 340], score: 0.875, keypoints: joints(0) },
    ]);
  });

  it('leaves out the weakest when there are too many', () => {
    const rows = [0.5, 0.75, 0.875].map((score, at) => [100 * at, 0, 10, 10, score, ...joints(0)]);
    const found = decodeYoloPose(output(...rows), { ...settings, maxPeople: 2 });
    expect(found.map(({ score }) => score)).toEqual([0.875, 0.75]);
  });

  it('refuses a model with other channels and names their number', () => {
    const other = { anchors: 1, channels: 84, data: new Float32Array(84) };
    expect(() => decodeYoloPose(other, settings)).toThrow('56 channels; this one has 84');
  });
});
