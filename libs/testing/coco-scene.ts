import { seededRandom } from '#base/random.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';

const PICTURES = 12;

/**
 * A made-up COCO keypoint set with what the rules are about: people of every size, without labelled joints, as crowds; predictions that
 * are near, far, doubled, of equal score, and more than twenty in one picture. The same seed gives the same texts.
 */
export function cocoScene(seed: number): { readonly annotations: string; readonly results: string } {
  const random = seededRandom(seed);
  const between = (low: number, high: number): number => low + random() * (high - low);
  const images = Array.from({ length: PICTURES }, (_, at) => ({
    id: 100 - at,
    file_name: `${100 - at}.jpg`,
    width: 640,
    height: 480,
  }));
  const annotations: object[] = [];
  const results: object[] = [];
  const predict = (imageId: number, keypoints: readonly number[]): void => {
    results.push({ image_id: imageId, category_id: 1, keypoints, score: Math.round(random() * 20) / 20 });
  };
  for (const { id: imageId } of images.slice(1)) {
    const people = Math.floor(between(0, 6));
    for (let nth = 0; nth < people; nth++) {
      const side = between(20, 220);
      const [left, top] = [between(0, 600 - side), between(0, 460 - side)];
      const kind = random();
      const placed = Array.from({ length: COCO_JOINT_COUNT }, () => [
        left + random() * side,
        top + random() * side,
        Math.floor(between(0, 3)),
      ]);
      const keypoints = kind < 0.2 ? placed.flatMap(() => [0, 0, 0]) : placed.flat();
      annotations.push({
        id: annotations.length + 1,
        image_id: imageId,
        category_id: 1,
        iscrowd: kind < 0.08 ? 1 : 0,
        num_keypoints: keypoints.filter((value, at) => at % 3 === 2 && value > 0).length,
        keypoints,
        area: side * side * 0.6,
        bbox: [left, top, side, side],
      });
      const copies = Math.floor(between(0, 3.5));
      for (let copy = 0; copy < copies; copy++) {
        const noise = side * between(0, 0.12);
        predict(
          imageId,
          placed.flatMap(([x, y]) => [x + between(-noise, noise), y + between(-noise, noise), 1]),
        );
      }
    }
    const strays = imageId === 95 ? 25 : Math.floor(between(0, 3));
    for (let nth = 0; nth < strays; nth++) {
      const [left, top, side] = [between(0, 400), between(0, 300), between(10, 200)];
      const keypoints = Array.from({ length: COCO_JOINT_COUNT }, () => [
        left + random() * side,
        top + random() * side,
        1,
      ]);
      predict(imageId, keypoints.flat());
    }
  }
  const categories = [{ id: 1, name: 'person' }];
  return { annotations: JSON.stringify({ images, annotations, categories }), results: JSON.stringify(results) };
}
