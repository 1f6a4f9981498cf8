import type { Point } from '#geometry/box.js';

/** What a track does now, measured from its recent observations; rules and search read this. */
export interface TrackMeasures {
  /** Where the person touches the floor, source pixels. */
  readonly foot: Point;
  /** Body height, source pixels: the median of the recent boxes. */
  readonly heightPx: number;
  /** Speed of the body in body heights a second; null until the track has been watched for about a third of a second. */
  readonly speedHeightsPerSec: number | null;
  /** Direction of movement, radians from +x towards +y (downwards in the picture), −π..π; null while slow or unknown. */
  readonly headingRad: number | null;
  /** Angle of the line hip–shoulder from the vertical, radians 0..π (0 upright); null when those joints are not seen. */
  readonly trunkAngleRad: number | null;
}
