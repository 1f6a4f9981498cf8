/** The same ids with `id` at place `index`; the others keep their order. */
export function movedTo(ids: readonly string[], id: string, index: number): string[] {
  const rest = ids.filter((each) => each !== id);
  return [...rest.slice(0, index), id, ...rest.slice(index)];
}

/** Where an arrow key, Home or End takes the tile at `index` of a grid; null for other keys, and where there is no such place. */
export function placeAfterKey(
  key: string,
  index: number,
  grid: { readonly columns: number; readonly count: number },
): number | null {
  const places: ReadonlyMap<string, number> = new Map([
    ['ArrowLeft', index - 1],
    ['ArrowRight', index + 1],
    ['ArrowUp', index - grid.columns],
    ['ArrowDown', index + grid.columns],
    ['Home', 0],
    ['End', grid.count - 1],
  ]);
  const place = places.get(key);
  return place === undefined || place === index || place < 0 || place >= grid.count ? null : place;
}
