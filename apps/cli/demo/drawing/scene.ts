import { players, ROUND_SEC } from './cast.js';
import { drawFigure, type Palette } from './draw-figure.js';
import { figureOf, type Figure } from './figure.js';
import { hallThrough, type Hall } from './hall.js';
import { Traveller } from './journey.js';
import { lensAt, seenAt, type Lens } from './lens.js';
import { blankPicture, overwrite, type Picture } from './picture.js';
import { drawShadow } from './shadow.js';

/** Where the demo's cameras hang: two views of one hall, from opposite walls. */
export const lenses = {
  north: lensAt([-3.2, 0.3, 2.95], [1.6, 7.4, 0.7], 64),
  south: lensAt([6.4, 10.7, 2.95], [1.2, 3.6, 0.7], 64),
} as const;

const cast = players.map((player) => ({ ...player, traveller: new Traveller(player.journey) }));

/** Everybody who is in the hall at a time of the round, 0 to `ROUND_SEC`; who came in one round may leave in the next. */
export function figuresAt(sec: number): readonly { readonly figure: Figure; readonly palette: Palette }[] {
  return cast.flatMap(({ build, palette, traveller }) => {
    const moments = [sec - ROUND_SEC, sec, sec + ROUND_SEC].flatMap((at) => traveller.at(at) ?? []);
    return moments.map(({ posture, stance }) => ({ palette, figure: figureOf(build, posture, stance) }));
  });
}

/** Draws the moments of the round as one camera sees them. */
export class Scene {
  private readonly lens: Lens;
  private readonly hall: Hall;
  private readonly picture: Picture;

  constructor(lens: Lens) {
    this.lens = lens;
    this.hall = hallThrough(lens);
    this.picture = blankPicture(lens.widthPx, lens.heightPx);
  }

  /** The picture at a time of the round; it is overwritten by the next call. 40 ms. */
  at(sec: number): Picture {
    const { lens, hall, picture } = this;
    overwrite(picture, hall.picture);
    const depthOf = (figure: Figure): number => seenAt(lens, figure.head.at).depthM;
    const farFirst = figuresAt(sec).toSorted((a, b) => depthOf(b.figure) - depthOf(a.figure));
    for (const { figure } of farFirst) drawShadow(picture, lens, { hall, figure });
    for (const subject of farFirst) drawFigure(picture, lens, subject);
    return picture;
  }
}
