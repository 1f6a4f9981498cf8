import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { cameras as calls } from '../../api/calls.js';
import { keys } from '../../api/queries.js';
import type { Camera } from '../../api/types.js';
import { sayFailed } from '../../ui/undo.js';
import { movedTo, placeAfterKey } from './wall-order.js';

/** A pointer that moved less has clicked. */
const DRAG_PX = 6;
/** So near the upper or lower edge of the window, a drag scrolls. */
const EDGE_PX = 90;
const SCROLL_PX = 9;

/** What a tile needs to be moved. */
export interface TileMove {
  readonly isDragged: boolean;
  /** From 1. */
  readonly place: number;
  readonly count: number;
  /** Of the tile for a mouse, of its grip for any pointer. */
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  /** Of the grip. */
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

interface Drag {
  readonly id: string;
  readonly fromX: number;
  readonly fromY: number;
  hasMoved: boolean;
}

/**
 * The order of the tiles while and after somebody moves one: with a mouse by the tile, with a finger by its grip, with the arrow keys on
 * the grip. Others make room at once; the order is saved for everybody when the tile is let go.
 */
export function useArrange(cameras: readonly Camera[], columns: number) {
  const [preview, setPreview] = useState<readonly string[] | null>(null);
  const [draggedId, setDraggedId] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const save = useSave(cameras);
  const ids = preview ?? cameras.map(({ id }) => id);
  const now = useRef({ ids, save });
  useEffect(() => {
    now.current = { ids, save };
  });
  // Told apart from the state: a quick hand lets go before the newest preview was rendered.
  const newest = useRef<readonly string[] | null>(null);
  const focused = useFocusAgain(ids);
  const drag = usePointerDrag({
    onMove: (id, overId) => {
      const order = newest.current ?? now.current.ids;
      if (id !== overId) newest.current = movedTo(order, id, order.indexOf(overId));
      setPreview(newest.current);
      setDraggedId(id);
    },
    onEnd: (isDropped) => {
      if (isDropped && newest.current !== null) now.current.save(newest.current);
      newest.current = null;
      setPreview(null);
      setDraggedId(null);
    },
  });
  const shown = ids.flatMap((id) => cameras.find((camera) => camera.id === id) ?? []);
  const moveOf = (id: string): TileMove => ({
    isDragged: id === draggedId,
    place: ids.indexOf(id) + 1,
    count: ids.length,
    onPointerDown: (event) => {
      drag(id, event);
    },
    onKeyDown: (event) => {
      const place = placeAfterKey(event.key, ids.indexOf(id), { columns, count: ids.length });
      if (place === null) return;
      event.preventDefault();
      focused.current = id;
      save(movedTo(ids, id, place));
      setSaid(`${cameras.find((camera) => camera.id === id)?.name ?? ''} is at place ${place + 1} of ${ids.length}.`);
    },
  });
  return { shown, said, moveOf };
}

/** A node that moves in the document loses the focus: the grip that arrow keys were pressed on gets it back, until another place is gone to. */
function useFocusAgain(ids: readonly string[]) {
  const focused = useRef<string | null>(null);
  const order = ids.join(' ');
  useLayoutEffect(() => {
    if (focused.current === null || document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>(`[data-grip="${focused.current}"]`)?.focus();
  }, [order]);
  useEffect(() => {
    const onElsewhere = ({ target }: Event): void => {
      if (target instanceof HTMLElement && target.dataset.grip === focused.current) return;
      focused.current = null;
    };
    document.addEventListener('focusin', onElsewhere);
    document.addEventListener('pointerdown', onElsewhere);
    return () => {
      document.removeEventListener('focusin', onElsewhere);
      document.removeEventListener('pointerdown', onElsewhere);
    };
  }, []);
  return focused;
}

/** Follows a pointer from tile to tile, wherever the document moves the tile it began on meanwhile. Escape takes all back. */
function usePointerDrag(on: {
  readonly onMove: (id: string, overId: string) => void;
  readonly onEnd: (isDropped: boolean) => void;
}): (id: string, event: PointerEvent<HTMLElement>) => void {
  const drag = useRef<Drag | null>(null);
  const newest = useRef(on);
  useEffect(() => {
    newest.current = on;
  });
  const stop = useRef<() => void>(() => undefined);
  useEffect(
    () => () => {
      stop.current();
    },
    [],
  );
  return (id, down) => {
    if (down.button !== 0 || drag.current !== null) return;
    const current: Drag = { id, fromX: down.clientX, fromY: down.clientY, hasMoved: false };
    drag.current = current;
    const at = { x: down.clientX, y: down.clientY };
    const scroll = setInterval(() => {
      if (!current.hasMoved) return;
      if (at.y < EDGE_PX) window.scrollBy(0, -SCROLL_PX);
      else if (at.y > window.innerHeight - EDGE_PX) window.scrollBy(0, SCROLL_PX);
    }, 16);
    const onMove = (event: globalThis.PointerEvent): void => {
      [at.x, at.y] = [event.clientX, event.clientY];
      if (!current.hasMoved && Math.hypot(at.x - current.fromX, at.y - current.fromY) < DRAG_PX) return;
      current.hasMoved = true;
      const over = tileAt(at.x, at.y);
      newest.current.onMove(id, over ?? id);
    };
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key === 'Escape') end(false);
    };
    const onUp = (): void => {
      end(true);
    };
    const onCancel = (): void => {
      end(false);
    };
    const end = (isDropped: boolean): void => {
      stop.current();
      if (!current.hasMoved) return;
      // The click that follows belongs to the drag, not to the link under it.
      window.addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => {
        window.removeEventListener('click', swallow, { capture: true });
      });
      newest.current.onEnd(isDropped);
    };
    stop.current = () => {
      clearInterval(scroll);
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('pointercancel', onCancel);
      window.removeEventListener('keydown', onKey);
      drag.current = null;
    };
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onUp);
    window.addEventListener('pointercancel', onCancel);
    window.addEventListener('keydown', onKey);
  };
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

/** The camera whose tile is there; null beside the tiles. */
function tileAt(x: number, y: number): string | null {
  const tile = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-tile]');
  return tile?.dataset.tile ?? null;
}

/** Shows the order at once, and stores the places that changed: one order after the other, so that the last one stays. */
function useSave(cameras: readonly Camera[]): (ids: readonly string[]) => void {
  const queries = useQueryClient();
  const unsaved = useRef(0);
  const before = useRef<Promise<unknown>>(Promise.resolve());
  return (ids) => {
    const changed = ids
      .map((id, position) => ({ id, position }))
      .filter(({ id, position }) => cameras.find((camera) => camera.id === id)?.position !== position);
    if (changed.length === 0) return;
    unsaved.current++;
    void queries.cancelQueries({ queryKey: keys.cameras });
    queries.setQueryData<readonly Camera[]>(keys.cameras, (list) =>
      list?.map((camera) => {
        const position = ids.indexOf(camera.id);
        return position < 0 ? camera : { ...camera, position };
      }),
    );
    before.current = before.current
      .then(() => Promise.all(changed.map(({ id, position }) => calls.change(id, { position }))))
      .catch((error: unknown) => {
        sayFailed('The order was not saved', error);
      })
      .finally(() => {
        unsaved.current--;
        // While another order is on its way, the list would hold a part of each.
        if (unsaved.current === 0) void queries.invalidateQueries({ queryKey: keys.cameras });
      });
  };
}
