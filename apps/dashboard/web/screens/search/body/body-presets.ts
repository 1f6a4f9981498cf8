/** Bodies to start from; proportions as in Drillis and Contini 1966 for a height of 800. Each is what `posturesOf` calls by its name. */
import { postures, type Posture } from '#pose/posture.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import { BODY_UNITS, type Body, type Place } from './body.js';

/** The right half of a body in COCO order that faces the viewer, who has it on the left: [x before the middle, y]. */
interface FrontBody {
  readonly nose: number;
  readonly elbow: Place;
  readonly wrist: Place;
}

function frontBody({ nose, elbow, wrist }: FrontBody): Body {
  const half: readonly Place[] = [
    ...([
      [12, nose - 16],
      [27, nose - 8],
    ] as const),
    ...([[82, nose + 104], elbow, wrist] as const),
    ...([
      [48, nose + 336],
      [58, nose + 532],
      [56, nose + 728],
    ] as const),
  ];
  const middle = BODY_UNITS / 2;
  return [
    [middle, nose],
    ...half.flatMap(([x, y]): Place[] => [
      [middle + x, y],
      [middle - x, y],
    ]),
  ];
}

/** Seen from its right side, looking to the right: what is farther away lies a little beside what is nearer. */
function sideBody(near: readonly Place[], nose: Place): Body {
  const [x, y] = nose;
  const face: readonly Place[] = [
    [x - 14, y - 18],
    [x - 10, y - 20],
    [x - 52, y - 6],
    [x - 46, y - 10],
  ];
  return [
    nose,
    ...face,
    ...near.flatMap(([nearX, nearY]): Place[] => [
      [nearX + 16, nearY - 8],
      [nearX, nearY],
    ]),
  ];
}

const standing = frontBody({ nose: 150, elbow: [104, 392], wrist: [112, 512] });
const lying: Body = standing.map(([x, y]) => [y, BODY_UNITS + 60 - x]);

/** A body for each posture that is told apart. */
export const bodyPresets: Readonly<Record<Posture, Body>> = {
  standing,
  sitting: sideBody(
    [
      [428, 350],
      [452, 484],
      [566, 508],
      [420, 582],
      [614, 592],
      [608, 790],
    ],
    [480, 246],
  ),
  crouching: sideBody(
    [
      [520, 470],
      [580, 588],
      [690, 640],
      [440, 680],
      [616, 592],
      [560, 782],
    ],
    [590, 382],
  ),
  lying,
  'arms-raised': frontBody({ nose: 190, elbow: [132, 172], wrist: [122, 50] }),
};

/** Which preset a body is; null when it is none. */
export function presetOf(body: Body): Posture | null {
  const isSame = (other: Body): boolean =>
    Array.from({ length: COCO_JOINT_COUNT }, (_, at) =>
      [0, 1].every((axis) => Math.abs(body[at][axis] - other[at][axis]) < 1),
    ).every(Boolean);
  return postures.find((posture) => isSame(bodyPresets[posture])) ?? null;
}
