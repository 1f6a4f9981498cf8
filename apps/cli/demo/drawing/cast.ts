import type { Palette } from './draw-figure.js';
import type { Build } from './figure.js';
import type { Journey, Waypoint } from './journey.js';
import type { Colour } from './picture.js';

/** One person of the demo. */
export interface Player {
  readonly build: Build;
  readonly palette: Palette;
  readonly journey: Journey;
}

/** After so long everything begins again; a journey may run on into the next round. */
export const ROUND_SEC = 30;

const skins: readonly Colour[] = [
  [0.93, 0.74, 0.62],
  [0.78, 0.57, 0.43],
  [0.5, 0.34, 0.25],
  [0.88, 0.68, 0.54],
];
const black: Colour = [0.12, 0.12, 0.13];

function dressed(skin: number, colours: Pick<Palette, 'hair' | 'shirt' | 'trousers'>): Palette {
  return { skin: skins[skin], shoes: black, bag: [0.2, 0.22, 0.27], ...colours };
}

const average: Build = { heightM: 1.74, girth: 1, longHair: false, bag: false, shortSleeves: false };

/** Somebody is in the picture at any time: walkers that cross, one who waits about, one who walks into the marked area, one who runs. */
export const players: readonly Player[] = [
  {
    build: { ...average, heightM: 1.8 },
    palette: dressed(0, { hair: [0.2, 0.14, 0.1], shirt: [0.25, 0.42, 0.68], trousers: [0.2, 0.21, 0.26] }),
    journey: walk(1.45, [26, -9.5, 6.6], [43.5, 13.5, 5.8]),
  },
  {
    build: { ...average, heightM: 1.66, girth: 0.92, longHair: true },
    palette: dressed(3, { hair: [0.32, 0.2, 0.1], shirt: [0.74, 0.22, 0.24], trousers: [0.24, 0.3, 0.42] }),
    journey: walk(1.34, [1, 14, 4.7], [19.5, -9.5, 5.2]),
  },
  {
    build: { ...average, heightM: 1.76, girth: 1.08, shortSleeves: true },
    palette: dressed(1, { hair: [0.1, 0.08, 0.07], shirt: [0.86, 0.85, 0.8], trousers: [0.34, 0.32, 0.28] }),
    journey: walk(
      1.3,
      ...([
        [-4, -10, 6.9],
        [2.5, -0.9, 6.6],
        [9, -0.9, 6.6],
        [11, -2.3, 6.3],
      ] as const),
      ...([
        [15, -2.3, 6.3],
        [17, -0.7, 6.8],
        [24, -0.7, 6.8],
        [31, -10, 6.6],
      ] as const),
    ),
  },
  {
    build: { ...average, heightM: 1.72, bag: true },
    palette: dressed(2, { hair: black, shirt: [0.28, 0.5, 0.34], trousers: [0.16, 0.18, 0.22] }),
    journey: walk(
      1.36,
      ...([
        [3, 14, 6.9],
        [10.5, 5.2, 7.4],
        [12.5, 3.4, 8.8],
      ] as const),
      ...([
        [17, 3.4, 9],
        [19.5, 5, 7.6],
        [27, 14, 6.9],
      ] as const),
    ),
  },
  {
    build: { ...average, heightM: 1.69, girth: 0.96 },
    palette: dressed(2, { hair: black, shirt: [0.56, 0.44, 0.62], trousers: [0.3, 0.28, 0.26] }),
    journey: walk(1.32, [15, -9.5, 4.9], [33.5, 14, 5.6]),
  },
  {
    build: { ...average, heightM: 1.83, girth: 1.12 },
    palette: dressed(3, { hair: [0.62, 0.61, 0.6], shirt: [0.36, 0.38, 0.41], trousers: [0.25, 0.23, 0.22] }),
    journey: walk(1.42, [20, 14, 6.3], [37.5, -9.5, 5.7]),
  },
  {
    build: { ...average, heightM: 1.78, girth: 0.95, shortSleeves: true },
    palette: dressed(0, { hair: [0.5, 0.36, 0.2], shirt: [0.92, 0.6, 0.18], trousers: [0.14, 0.15, 0.2] }),
    journey: {
      gait: 'run',
      strideM: 2.6,
      waypoints: [
        [18.5, -10, 5.6],
        [24.2, 14, 5.2],
      ],
    },
  },
];

/** A journey on foot; `strideM`: length of two steps. */
function walk(strideM: number, ...waypoints: readonly Waypoint[]): Journey {
  return { gait: 'walk', strideM, waypoints };
}
