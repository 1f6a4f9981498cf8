/** How many columns show `count` tiles largest in a wall of `widthPx` × `heightPx`, and how wide a tile then is. */
export function wallGrid(
  count: number,
  wall: { readonly widthPx: number; readonly heightPx: number; readonly gapPx: number },
): { readonly columns: number; readonly tileWidthPx: number } {
  let best = { columns: 1, tileWidthPx: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns);
    const byWidth = (wall.widthPx - wall.gapPx * (columns - 1)) / columns;
    const byHeight = ((wall.heightPx - wall.gapPx * (rows - 1)) / rows) * TILE_ASPECT;
    const tileWidthPx = Math.floor(Math.min(byWidth, byHeight));
    if (tileWidthPx > best.tileWidthPx) best = { columns, tileWidthPx };
  }
  return best;
}

/** Width of a tile over its height. */
export const TILE_ASPECT = 16 / 9;
